import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import type { Site } from './constructs/site.ts';
import { WorkQueue } from './constructs/work-queue.ts';

/** How long one batch of a queue's work may take; also the timeout of the function that works it off. */
export const workTimeouts = {
  delivery: Duration.seconds(60),
  guarantee: Duration.seconds(15),
  stockCount: Duration.seconds(30),
  channel: Duration.seconds(60),
  events: Duration.seconds(15),
  webhooks: Duration.seconds(25),
};

/** The queues between rooms. They make things fast; the tables remember what still has to happen. */
export class Queues extends Construct {
  readonly delivery: WorkQueue;
  readonly guarantee: WorkQueue;
  readonly stockCount: WorkQueue;
  readonly channel: WorkQueue;
  readonly events: WorkQueue;
  readonly webhooks: WorkQueue;

  constructor(scope: Construct, id: string, site: Site) {
    super(scope, id);
    this.delivery = new WorkQueue(this, 'Delivery', {
      site,
      name: 'delivery',
      humanConsequence:
        'A buyer who has paid is not being delivered; unless someone acts, the order is refunded at its promise.',
      variable: environmentVariables.deliveryQueue,
      workTimeout: workTimeouts.delivery,
    });
    this.guarantee = new WorkQueue(this, 'Guarantee', {
      site,
      name: 'guarantee',
      humanConsequence:
        'A captured order has no workflow of its own; the sweep keeps its promise, up to a minute late.',
      variable: environmentVariables.guaranteeQueue,
      workTimeout: workTimeouts.guarantee,
    });
    this.stockCount = new WorkQueue(this, 'StockCount', {
      site,
      name: 'stock-count',
      humanConsequence:
        'A merchant is shown a wrong number in stock. Buyers see no counts and claiming reads none: no order is at risk.',
      variable: environmentVariables.stockCountQueue,
      workTimeout: workTimeouts.stockCount,
      // Changes to one product come in bursts; a second later one count serves them all.
      delay: Duration.seconds(1),
    });
    this.channel = new WorkQueue(this, 'Channel', {
      site,
      name: 'channel',
      humanConsequence:
        'A payment is not asked about or a refund is not sent to its channel; a buyer waits for money that the books owe him, until the sweep asks again.',
      variable: environmentVariables.channelQueue,
      workTimeout: workTimeouts.channel,
    });
    this.events = new WorkQueue(this, 'Events', {
      site,
      name: 'events',
      humanConsequence:
        'Something that happened stands in no log and goes to no webhook; an integrator does not learn of an order.',
      variable: environmentVariables.eventsQueue,
      workTimeout: workTimeouts.events,
    });
    this.webhooks = new WorkQueue(this, 'Webhooks', {
      site,
      name: 'webhooks',
      humanConsequence:
        'A webhook could not be attempted, through no fault of its receiver; the sweep tries it again each minute.',
      variable: environmentVariables.webhooksQueue,
      workTimeout: workTimeouts.webhooks,
    });
  }

  /** Every queue, under the name that this file gives it. */
  get all(): readonly WorkQueue[] {
    return [this.delivery, this.guarantee, this.stockCount, this.channel, this.events, this.webhooks];
  }
}
