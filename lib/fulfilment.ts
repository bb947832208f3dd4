import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RoomFunction } from './constructs/room-function.ts';
import {
  claimAndReturnKeys,
  commitRefunds,
  consumeSamples,
  postEntries,
  readKeys,
  recordReveals,
  seeWaitingOrders,
  settleOrders,
} from './grants.ts';
import type { House } from './house.ts';
import { workTimeouts } from './queues.ts';

/** Delivery of what was captured, and the one function that opens secrets. */
export class Fulfilment extends Construct {
  readonly deliver: RoomFunction;
  readonly reveal: RoomFunction;

  constructor(scope: Construct, id: string, { site, tables, queues, vault }: House) {
    super(scope, id);
    this.deliver = new RoomFunction(this, 'Deliver', {
      site,
      name: 'deliver',
      description: 'Claims keys for orders that were captured without, and for those that wait for stock.',
      timeout: workTimeouts.delivery,
      memoryMb: 1_024,
      feedsItself: true,
    });
    settleOrders(tables, this.deliver);
    seeWaitingOrders(tables, this.deliver);
    claimAndReturnKeys(tables, this.deliver);
    postEntries(tables, this.deliver);
    commitRefunds(tables, this.deliver);
    queues.delivery.grantSending(this.deliver);
    queues.delivery.grantPostponing(this.deliver);
    queues.delivery.workedBy(this.deliver, { batchSize: 10, maxConcurrency: site.settings.deliveryConcurrency });

    this.reveal = new RoomFunction(this, 'Reveal', {
      site,
      name: 'reveal',
      description: "Opens an order's secrets for its buyer and a sample's for its tester, and records that it did.",
      timeout: Duration.seconds(10),
      memoryMb: 1_024,
    });
    recordReveals(tables, this.reveal);
    consumeSamples(tables, this.reveal);
    readKeys(tables, this.reveal);
    vault.grantOpening(this.reveal);
  }
}
