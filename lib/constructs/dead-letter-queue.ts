import { Duration, Stack } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Site } from './site.ts';

/** SQS holds a message 14 days at most. */
const longestRetention = Duration.days(14);

export type DeadLetterQueueProps = {
  readonly site: Site;
  /** What work it holds the failures of, in kebab-case; `dead-letters-<name>` is its heading in the runbook. */
  readonly name: string;
  /** What it means to a person when a message ends up here: a sentence. */
  readonly humanConsequence: string;
};

/** Where messages go that could not be worked off, with an alarm that says what this means to a person. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    const { dataKey, alarms } = props.site;
    this.queue = new Queue(this, 'Queue', {
      // `npm run redrive` finds the queue by this name.
      queueName: `${Stack.of(this).stackName}-${props.name}-dead-letters`,
      retentionPeriod: longestRetention,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: dataKey,
      enforceSSL: true,
    });
    alarms.raise(this, 'NotEmpty', {
      runbookAnchor: `dead-letters-${props.name}`,
      humanConsequence: props.humanConsequence,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 0,
      // An idle queue stops reporting after six hours; nothing arrived in it then.
      silence: TreatMissingData.NOT_BREACHING,
    });
  }
}
