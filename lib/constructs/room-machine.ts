import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { waitForPermissions, withoutWaiting } from './permissions.ts';
import type { RoomFunction } from './room-function.ts';
import { RoomLogs } from './room-logs.ts';
import type { Site } from './site.ts';

/** How a task that meets a passing error is tried again: ever more rarely, a bounded number of times. */
export const patientRetry = (errors: readonly string[] = passingErrors) => ({
  ErrorEquals: errors,
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 8,
  JitterStrategy: 'FULL',
});

/** Errors that pass by themselves: Lambda's own, and those a function names retryable. */
export const passingErrors = [
  'RetryableError',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'States.Timeout',
];

/** What Step Functions asks of the role of a machine that logs. */
const loggingActions = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

const tracingActions = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
];

export type RoomMachineProps = {
  readonly site: Site;
  /** The function that does the work. */
  readonly worker: RoomFunction;
  /** The workflow in Amazon States Language, given the function's ARN. */
  readonly definition: (functionArn: string) => object;
  /** The variable of `contract/environment.ts` that tells those who start executions its ARN. */
  readonly variable: string;
};

/** A state machine of a room: it may invoke one function and nothing else. */
export class RoomMachine extends Construct {
  readonly machine: StateMachine;
  readonly #variable: string;

  constructor(scope: Construct, id: string, { site, worker, definition, variable }: RoomMachineProps) {
    super(scope, id);
    this.#variable = variable;
    const traced = site.settings.regionProfile === 'global';
    const { functionArn } = worker.lambda;
    const role = this.#makeRole(functionArn, traced);
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition(functionArn))),
      role: withoutWaiting(role),
      tracingEnabled: traced,
      logs: {
        destination: new RoomLogs(this, 'Logs', { site }).logGroup,
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    waitForPermissions(this.machine, role);
    this.#acknowledge(traced);
  }

  /** Lets a function start executions and tells it of which machine. */
  grantStarting(fn: RoomFunction): void {
    fn.allow(['states:StartExecution'], this.machine.stateMachineArn);
    fn.tell(this.#variable, this.machine.stateMachineArn);
  }

  #makeRole(functionArn: string, traced: boolean): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    role.addToPolicy(
      new PolicyStatement({ actions: [...loggingActions, ...(traced ? tracingActions : [])], resources: ['*'] }),
    );
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        "Step Functions' log deliveries and X-Ray's segments are set up by actions without resource-level permissions.",
    });
    return role;
  }

  #acknowledge(traced: boolean): void {
    Validations.of(this.machine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason:
        'Each event of each execution in a log would cost more than the workflow. Errors are logged, and Step Functions keeps the whole history of an execution for 90 days.',
    });
    if (traced) return;
    Validations.of(this.machine).acknowledge({
      id: 'AwsSolutions-SF2',
      reason: 'The region profile has no X-Ray tracing for what the machine calls.',
    });
  }
}
