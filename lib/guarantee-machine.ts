import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { waitForPermissions, withoutWaiting } from './constructs/permissions.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import { RoomLogs } from './constructs/room-logs.ts';
import type { Site } from './constructs/site.ts';

/** Errors that pass by themselves: Lambda's own, and those a function names retryable. */
const passingErrors = [
  'RetryableError',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'States.Timeout',
];

/**
 * The workflow of one order's guarantee: wait until something is due, have it done, and again until the order is
 * settled. The input is `{ orderId, dueAt }`; the task answers `{ done: true }` or `{ done: false, orderId, dueAt }`.
 *
 * Times are absolute and the task reads the order anew, so an execution may start late, twice or not at all. The plain
 * ARN of the function as resource passes its answer on as it is, and costs what the longer integration costs.
 */
export const guaranteeDefinition = (functionArn: string) => ({
  Comment: "Keeps one order's promises at the time they are due",
  StartAt: 'WaitUntilDue',
  States: {
    WaitUntilDue: { Type: 'Wait', TimestampPath: '$.dueAt', Next: 'KeepPromise' },
    KeepPromise: {
      Type: 'Task',
      Resource: functionArn,
      Parameters: { 'orderId.$': '$.orderId' },
      TimeoutSeconds: 90,
      Retry: [
        {
          ErrorEquals: passingErrors,
          IntervalSeconds: 2,
          BackoffRate: 2,
          MaxDelaySeconds: 60,
          MaxAttempts: 8,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'LeftToTheSweep' }],
      Next: 'Settled?',
    },
    'Settled?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.done', BooleanEquals: true, Next: 'Done' }],
      Default: 'WaitUntilDue',
    },
    Done: { Type: 'Succeed' },
    LeftToTheSweep: {
      Type: 'Fail',
      Error: 'PromiseLeftToTheSweep',
      Cause: 'The guarantee function kept failing for this order; the sweep goes on trying each minute.',
    },
  },
});

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

export type GuaranteeMachineProps = {
  readonly site: Site;
  /** The function that keeps what is due. */
  readonly guarantee: RoomFunction;
};

/** The state machine of the guarantee; an order has one execution, named after it. */
export class GuaranteeMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { site, guarantee }: GuaranteeMachineProps) {
    super(scope, id);
    const traced = site.settings.regionProfile === 'global';
    const { functionArn } = guarantee.lambda;
    const role = this.#makeRole(functionArn, traced);
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(guaranteeDefinition(functionArn))),
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
    fn.tell(environmentVariables.guaranteeMachine, this.machine.stateMachineArn);
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
        'Each event of each order in a log would cost more than the workflow. Errors are logged, and Step Functions keeps the whole history of an execution for 90 days.',
    });
    if (traced) return;
    Validations.of(this.machine).acknowledge({
      id: 'AwsSolutions-SF2',
      reason: 'The region profile has no X-Ray tracing for what the machine calls.',
    });
  }
}
