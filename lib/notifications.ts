import { Duration, Validations } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { noticePrefix } from '../contract/tables.ts';
import { DeadLetterQueue } from './constructs/dead-letter-queue.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { followChanges } from './grants.ts';
import type { House } from './house.ts';

/** The relay, which reads what happened and tells those who act on it. */
export class Notifications extends Construct {
  readonly relay: RoomFunction;
  readonly failures: DeadLetterQueue;

  constructor(scope: Construct, id: string, house: House) {
    super(scope, id);
    const { site, tables, queues } = house;
    this.relay = new RoomFunction(this, 'Relay', {
      site,
      name: 'relay',
      description:
        'Reads the changes of orders, stock and payments and what accounts are told, and queues what follows.',
      timeout: Duration.seconds(30),
    });
    this.failures = new DeadLetterQueue(this, 'Failures', {
      site,
      name: 'relay',
      humanConsequence:
        'A change was not passed on; what follows from it waits for the sweep, and an order may be delivered minutes late.',
    });
    Validations.of(this.failures).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is itself where failures end: the event sources of the relay name it as their destination.',
    });
    followChanges(tables, this.relay);
    for (const queue of [queues.delivery, queues.guarantee, queues.stockCount, queues.channel, queues.events])
      queue.grantSending(this.relay);
    this.relay.allow(['sqs:SendMessage'], this.failures.queue.queueArn);
    this.relay.tell(environmentVariables.guaranteeTimers, site.settings.guaranteeTimers);
    this.#follow('OrderChanges', tables.orders.streamArn);
    this.#follow('StockChanges', tables.stock.streamArn);
    this.#follow('PaymentChanges', tables.payments.streamArn);
    // Whose the account is, and the hashes of its keys, stay outside: of that table notices alone are passed on.
    this.#follow('Notices', tables.identity.streamArn, {
      eventName: FilterRule.isEqual('INSERT'),
      dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(noticePrefix) } } },
    });
    this.#watchAge(house);
  }

  /** By default a record that cannot be read blocks its shard for a day; every bound here keeps the rest moving. */
  #follow(id: string, eventSourceArn: string, only?: Parameters<typeof FilterCriteria.filter>[0]): void {
    new EventSourceMapping(this, id, {
      target: this.relay.lambda,
      eventSourceArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // What follows from a change may follow a second later; together changes cost a fraction of the calls.
      maxBatchingWindow: Duration.seconds(1),
      parallelizationFactor: 2,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(1),
      ...(only && { filters: [FilterCriteria.filter(only)] }),
      onFailure: { bind: () => ({ destination: this.failures.queue.queueArn }) },
    });
  }

  #watchAge({ site }: House): void {
    site.alarms.raise(this, 'RelayBehind', {
      runbookAnchor: 'relay-behind',
      humanConsequence:
        'What follows from a capture or an import comes minutes late: deliveries, workflows, stock counts.',
      metric: this.relay.lambda.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) }),
      threshold: 60_000,
      periods: 3,
      // A stream without records reports no age.
      silence: TreatMissingData.NOT_BREACHING,
    });
  }
}
