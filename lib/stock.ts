import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { RoomFunction } from './constructs/room-function.ts';
import {
  carryBatchesThrough,
  countOffers,
  manageBatches,
  readProducts,
  recordSampleResults,
  seeWaitingOrders,
  storeKeys,
} from './grants.ts';
import type { House } from './house.ts';
import { workTimeouts } from './queues.ts';

/** Batches of keys: imported, counted, quarantined. What is stored here can be sealed and never opened. */
export class Stock extends Construct {
  readonly api: RoomFunction;
  readonly countStock: RoomFunction;

  constructor(scope: Construct, id: string, { site, tables, queues, vault }: House) {
    super(scope, id);
    this.api = new RoomFunction(this, 'Api', {
      site,
      name: 'stock',
      description: 'Imports keys and answers the routes of batches and stock.',
      // An import of 1,000 keys seals and stores each; API Gateway waits 30 seconds for an answer.
      timeout: Duration.seconds(29),
      memoryMb: 1_769,
    });
    readProducts(tables, this.api);
    manageBatches(tables, this.api);
    recordSampleResults(tables, this.api);
    this.api.tell(environmentVariables.policyVersion, site.settings.policyVersion);
    carryBatchesThrough(tables, this.api);
    storeKeys(tables, this.api);
    seeWaitingOrders(tables, this.api);
    vault.grantSealing(this.api);
    vault.grantFingerprinting(this.api);

    this.countStock = new RoomFunction(this, 'CountStock', {
      site,
      name: 'countStock',
      description: 'Counts the offers of products whose stock changed.',
      timeout: workTimeouts.stockCount,
      feedsItself: true,
    });
    countOffers(tables, this.countStock);
    queues.stockCount.grantSending(this.countStock);
    queues.stockCount.grantPostponing(this.countStock);
    queues.stockCount.workedBy(this.countStock, {
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      maxConcurrency: 2,
    });
  }
}
