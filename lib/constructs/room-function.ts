import { type Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, RecursiveLoop, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { FunctionName } from '../../contract/functions.ts';
import { metricNamespace } from '../metrics.ts';
import { waitForPermissions, withoutWaiting } from './permissions.ts';
import { RoomLogs } from './room-logs.ts';
import type { Site } from './site.ts';

export type RoomFunctionProps = {
  readonly site: Site;
  /** Its name in `contract/functions.ts`; names its bundle, its logs and its traces. */
  readonly name: FunctionName;
  /** What it does, for whoever reads the console: a sentence. */
  readonly description: string;
  /** How long one invocation may take. */
  readonly timeout: Duration;
  /**
   * Memory, and with it processor: 1,769 MB are one whole core.
   * @default 512
   */
  readonly memoryMb?: number;
  /**
   * What its heap may hold. A function that streams would otherwise let garbage pile up as far as its memory goes.
   * @default - what Node takes for the memory
   */
  readonly heapMb?: number;
  /**
   * Whether its messages may come back to it through a queue without end. Lambda otherwise drops a message after about
   * sixteen rounds, which would end a patient retry early.
   * @default false
   */
  readonly feedsItself?: boolean;
};

/** Of a bounded heap, each half of what is young. */
const youngHeapMb = 8;

const tracingActions = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

/** A Lambda function of a room. It begins with the right to write its own log and nothing else; grants add the rest. */
export class RoomFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly name: FunctionName;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: RoomFunctionProps) {
    super(scope, id);
    const { settings, codeOf } = props.site;
    this.name = props.name;
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const { logGroup } = new RoomLogs(this, 'Logs', { site: props.site });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    const traced = settings.regionProfile === 'global';
    if (traced) this.allowEverywhere(tracingActions, 'X-Ray takes trace segments without naming a resource.');
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: codeOf(props.name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb ?? 512,
      timeout: props.timeout,
      role: withoutWaiting(this.#role),
      logGroup,
      tracing: traced ? Tracing.ACTIVE : Tracing.DISABLED,
      ...(props.feedsItself === true && traced ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
      environment: {
        // Each call to AWS names the function that made it, in CloudTrail and wherever else requests are counted.
        AWS_SDK_UA_APP_ID: props.name,
        POWERTOOLS_SERVICE_NAME: props.name,
        POWERTOOLS_METRICS_NAMESPACE: metricNamespace(settings.stage),
        POWERTOOLS_LOG_LEVEL: settings.logLevel,
        POWERTOOLS_TRACE_ENABLED: String(traced),
        ...(props.heapMb === undefined
          ? {}
          : { NODE_OPTIONS: `--max-old-space-size=${props.heapMb} --max-semi-space-size=${youngHeapMb}` }),
      },
    });
    // A function must not run before its permissions exist.
    waitForPermissions(this.lambda, this.#role);
  }

  /** Lets the function do these actions to this resource. Prefer a grant that says what it is for. */
  allow(actions: readonly string[], ...resources: readonly string[]): void {
    this.#role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** Lets the function do actions that IAM cannot tie to a resource; the reason goes to whoever reviews the policy. */
  allowEverywhere(actions: readonly string[], reason: string): void {
    this.allow(actions, '*');
    Validations.of(this.#role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
  }

  /** Lets the function do these actions to the objects under a prefix of a bucket, such as `claims/`. */
  allowObjects(actions: readonly string[], bucket: Bucket, prefix: string): void {
    this.allow(actions, bucket.arnForObjects(`${prefix}*`));
    const resource = bucket.node.defaultChild;
    if (!(resource instanceof CfnBucket)) throw new Error(`${bucket.node.path} is no bucket of this stack.`);
    Validations.of(this.#role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${Stack.of(bucket).getLogicalId(resource)}.Arn>/${prefix}*]`,
      reason: `Objects get their names as they are written; all of those under ${prefix} are meant, and no others.`,
    });
  }

  /** Sets a variable that `contract/environment.ts` names. */
  tell(variable: string, value: string): void {
    this.lambda.addEnvironment(variable, value);
  }

  /** The role's ARN, for the policies of keys. */
  get roleArn(): string {
    return this.#role.roleArn;
  }
}
