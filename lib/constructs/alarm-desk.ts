import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export type AlarmDeskProps = {
  /** Encrypts what the topic holds. */
  readonly dataKey: IKey;
  /**
   * Who is written to when an alarm rises.
   * @default - no subscription
   */
  readonly email: string | undefined;
};

export type RaiseProps = {
  /** The heading of `docs/runbook.md` that says what you see, how to look and what to do; also the alarm's name. */
  readonly runbookAnchor: string;
  /**
   * Which of several alarms under one heading this is, where what they watch is too much for one.
   * @default 1
   */
  readonly part?: number;
  /** What it means to a person when this alarm rises: a sentence. */
  readonly humanConsequence: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /**
   * How the metric compares to the threshold when the alarm rises.
   * @default ComparisonOperator.GREATER_THAN_THRESHOLD
   */
  readonly comparison?: ComparisonOperator;
  /**
   * Periods that are looked at, all of which must breach.
   * @default 1
   */
  readonly periods?: number;
  /** What silence means. There is no default, because silence is good news for some metrics and bad for others. */
  readonly silence: TreatMissingData;
};

const anyAlarm = {
  service: 'cloudwatch',
  resource: 'alarm',
  resourceName: '*',
  arnFormat: ArnFormat.COLON_RESOURCE_NAME,
};

/** The one topic that alarms speak to, and the one way to make an alarm: with a sentence and a runbook entry. */
export class AlarmDesk extends Construct {
  readonly topic: Topic;
  readonly #raised: Alarm[] = [];

  constructor(scope: Construct, id: string, props: AlarmDeskProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Surety alarms',
      masterKey: props.dataKey,
      enforceSSL: true,
    });
    // A topic policy of our own replaces the default one, under which the account's alarms could publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn(anyAlarm) },
        },
      }),
    );
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
  }

  /** Every alarm of the stack, in the order in which they were made. */
  get raised(): readonly Alarm[] {
    return this.#raised;
  }

  /** Makes an alarm that notifies the topic when it rises and when it is over. */
  raise(scope: Construct, id: string, props: RaiseProps): Alarm {
    const { part = 1 } = props;
    const alarm = new Alarm(scope, id, {
      alarmName: `${Stack.of(this).stackName}-${props.runbookAnchor}${part === 1 ? '' : `-${part}`}`,
      alarmDescription: `${props.humanConsequence} What to do: docs/runbook.md#${props.runbookAnchor}`,
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator: props.comparison ?? ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.silence,
    });
    const notify = new SnsAction(this.topic);
    alarm.addAlarmAction(notify);
    alarm.addOkAction(notify);
    this.#raised.push(alarm);
    return alarm;
  }
}
