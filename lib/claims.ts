import { Duration, Validations } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './constructs/dead-letter-queue.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { followClaims } from './grants.ts';
import type { House } from './house.ts';

/** Copies each claim of a key into the archive within seconds. */
export class Claims extends Construct {
  readonly archive: RoomFunction;
  readonly failures: DeadLetterQueue;

  constructor(scope: Construct, id: string, house: House) {
    super(scope, id);
    const { site, tables, archive } = house;
    this.archive = new RoomFunction(this, 'Archive', {
      site,
      name: 'archiveClaims',
      description: 'Copies each claim of a key to where nothing removes it.',
      timeout: Duration.seconds(30),
    });
    this.failures = new DeadLetterQueue(this, 'Failures', {
      site,
      name: 'claims',
      humanConsequence:
        'A claim is not in the archive: tables restored to a moment before it would sell its key a second time.',
    });
    Validations.of(this.failures).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is itself where failures end: the event source of the archive names it as its destination.',
    });
    followClaims(tables, this.archive);
    archive.grantAppending(this.archive);
    this.archive.allow(['sqs:SendMessage'], this.failures.queue.queueArn);
    this.#follow(tables.keys.streamArn);
    this.#watchAge(house);
  }

  /**
   * A key is stored once and changes only with its owner, so that changes are claims; a key that is stored with its
   * owner counts as well. The filter leaves imports out before anything is invoked. Whatever fails is tried for half of
   * the day that a record lives: a claim that came late is worth as much, and the other half is for people.
   */
  #follow(eventSourceArn: string): void {
    new EventSourceMapping(this, 'KeyChanges', {
      target: this.archive.lambda,
      eventSourceArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 1_000,
      maxBatchingWindow: Duration.seconds(3),
      bisectBatchOnError: true,
      maxRecordAge: Duration.hours(12),
      filters: [
        FilterCriteria.filter({ eventName: FilterRule.isEqual('MODIFY') }),
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { NewImage: { owner: { S: FilterRule.exists() } } },
        }),
      ],
      onFailure: { bind: () => ({ destination: this.failures.queue.queueArn }) },
    });
  }

  #watchAge({ site }: House): void {
    site.alarms.raise(this, 'ClaimsBehind', {
      runbookAnchor: 'claims-behind',
      humanConsequence:
        'Claims reach the archive minutes late: those that are missing would be forgotten by a restore to this moment.',
      metric: this.archive.lambda.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) }),
      threshold: 60_000,
      periods: 3,
      // A stream without records reports no age.
      silence: TreatMissingData.NOT_BREACHING,
    });
  }
}
