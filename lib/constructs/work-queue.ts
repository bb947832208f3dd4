import { Duration, Stack } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { RoomFunction } from './room-function.ts';
import type { Site } from './site.ts';

export type WorkQueueProps = {
  readonly site: Site;
  /** What the messages ask for, in kebab-case. */
  readonly name: string;
  /** What it means to a person when a message was given up: a sentence. */
  readonly humanConsequence: string;
  /** The variable of `contract/environment.ts` that tells senders its URL. */
  readonly variable: string;
  /** How long its reader may take for one batch; the messages stay hidden six times as long, as Lambda advises. */
  readonly workTimeout: Duration;
  /**
   * How long a message waits before it can be read.
   * @default Duration.seconds(0)
   */
  readonly delay?: Duration;
  /**
   * Readings after which a message is given up.
   * @default 8
   */
  readonly maxReceives?: number;
};

export type WorkProps = {
  /** Messages given to one invocation, which reports each failure on its own. */
  readonly batchSize: number;
  /**
   * How long messages are gathered before the function is invoked.
   * @default - not at all
   */
  readonly maxBatchingWindow?: Duration;
  /** Copies of the function that read the queue at once; at least 2. */
  readonly maxConcurrency: number;
};

/** A queue of work with its dead letters, and an alarm that says what a dead letter means to a person. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;
  readonly name: string;
  readonly #variable: string;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const { dataKey } = props.site;
    this.name = props.name;
    this.#variable = props.variable;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', props);
    this.queue = new Queue(this, 'Queue', {
      queueName: `${Stack.of(this).stackName}-${props.name}`,
      visibilityTimeout: Duration.seconds(6 * props.workTimeout.toSeconds()),
      retentionPeriod: Duration.days(4),
      receiveMessageWaitTime: Duration.seconds(20),
      ...(props.delay === undefined ? {} : { deliveryDelay: props.delay }),
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount: props.maxReceives ?? 8 },
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: dataKey,
      enforceSSL: true,
    });
  }

  /** Lets a function send work and tells it where. */
  grantSending(fn: RoomFunction): void {
    fn.allow(['sqs:SendMessage'], this.queue.queueArn);
    fn.tell(this.#variable, this.queue.queueUrl);
  }

  /** Lets a function put work off until later and tells it where. */
  grantPostponing(fn: RoomFunction): void {
    fn.allow(['sqs:ChangeMessageVisibility'], this.queue.queueArn);
    fn.tell(this.#variable, this.queue.queueUrl);
  }

  /** Has a function work the queue off. */
  workedBy(fn: RoomFunction, props: WorkProps): void {
    fn.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], this.queue.queueArn);
    new EventSourceMapping(this, 'Worker', {
      target: fn.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: props.batchSize,
      ...(props.maxBatchingWindow === undefined ? {} : { maxBatchingWindow: props.maxBatchingWindow }),
      maxConcurrency: props.maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
