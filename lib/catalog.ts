import { Duration, Validations } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { DeadLetterQueue } from './constructs/dead-letter-queue.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { identify, indexProducts, manageProducts, searchProducts } from './grants.ts';
import type { House } from './house.ts';

/** Products, their immutable versions, and the index by which they are searched. */
export class Catalog extends Construct {
  readonly api: RoomFunction;
  readonly indexer: RoomFunction;
  readonly failures: DeadLetterQueue;

  constructor(scope: Construct, id: string, house: House) {
    super(scope, id);
    const { site, tables } = house;
    this.api = new RoomFunction(this, 'Api', {
      site,
      name: 'catalog',
      description: 'Answers the routes of products, their reviews and their history.',
      timeout: Duration.seconds(10),
    });
    manageProducts(tables, this.api);
    searchProducts(tables, this.api);
    identify(tables, this.api);
    this.api.tell(environmentVariables.policyVersion, site.settings.policyVersion);

    this.indexer = new RoomFunction(this, 'Indexer', {
      site,
      name: 'indexCatalog',
      description: 'Follows the changes of products and keeps the search index with them.',
      // A run of 100 changes of the longest titles writes some 100,000 postings, ten at a time.
      timeout: Duration.minutes(5),
      memoryMb: 512,
    });
    indexProducts(tables, this.indexer);
    this.failures = new DeadLetterQueue(this, 'IndexFailures', {
      site,
      name: 'index-catalog',
      humanConsequence: 'A change of a product was not indexed: buyers do not find it by text, or find it late.',
    });
    Validations.of(this.failures).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is itself where failures end: the event source of the indexer names it as its destination.',
    });
    this.indexer.allow(['sqs:SendMessage'], this.failures.queue.queueArn);
    this.#follow(house);
    this.#watchAge(house);
  }

  /** Every bound keeps one record from blocking the rest. Versions and history are in the stream and no business of its. */
  #follow({ tables }: House): void {
    new EventSourceMapping(this, 'ProductChanges', {
      target: this.indexer.lambda,
      eventSourceArn: tables.catalog.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      parallelizationFactor: 2,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(1),
      filters: [FilterCriteria.filter({ dynamodb: { Keys: { sk: { S: FilterRule.isEqual('PRODUCT') } } } })],
      onFailure: { bind: () => ({ destination: this.failures.queue.queueArn }) },
    });
  }

  #watchAge({ site }: House): void {
    site.alarms.raise(this, 'IndexBehind', {
      runbookAnchor: 'index-behind',
      humanConsequence: 'Buyers who search do not find what was put on sale minutes ago, nor at its new price.',
      metric: this.indexer.lambda.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) }),
      threshold: 300_000,
      periods: 3,
      // A stream without records reports no age.
      silence: TreatMissingData.NOT_BREACHING,
    });
  }
}
