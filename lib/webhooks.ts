import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { everyMinute } from './constructs/schedules.ts';
import { deliverWebhooks, findDueWebhooks, manageWebhooks, recordEvents } from './grants.ts';
import type { House } from './house.ts';
import { goodRuns } from './metrics.ts';
import { workTimeouts } from './queues.ts';
import { WebhookKey } from './webhook-key.ts';

/** What integrators are told: their endpoints and their log, and the way of each event to each endpoint. */
export class Webhooks extends Construct {
  readonly api: RoomFunction;
  readonly recordEvents: RoomFunction;
  readonly deliver: RoomFunction;
  readonly sweep: RoomFunction;

  constructor(scope: Construct, id: string, house: House) {
    super(scope, id);
    const key = new WebhookKey(this, 'Key', house.site.settings);
    this.api = this.#makeApi(house, key);
    this.recordEvents = this.#makeRecordEvents(house);
    this.deliver = this.#makeDeliver(house, key);
    this.sweep = this.#makeSweep(house);
    this.#watch(house);
  }

  #makeApi({ site, tables, queues }: House, key: WebhookKey): RoomFunction {
    const api = new RoomFunction(this, 'Api', {
      site,
      name: 'webhooks',
      description: 'Answers the routes of webhook endpoints, their deliveries and the log of events.',
      timeout: Duration.seconds(10),
    });
    manageWebhooks(tables, api);
    key.grantSealing(api);
    queues.webhooks.grantSending(api);
    api.tell(environmentVariables.webhookReach, site.settings.webhookReach);
    return api;
  }

  #makeRecordEvents({ site, tables, queues }: House): RoomFunction {
    const record = new RoomFunction(this, 'RecordEvents', {
      site,
      name: 'recordEvents',
      description: 'Writes what happened into the logs of those who listen, and queues it for their endpoints.',
      timeout: workTimeouts.events,
    });
    recordEvents(tables, record);
    queues.webhooks.grantSending(record);
    queues.events.grantPostponing(record);
    queues.events.workedBy(record, { batchSize: 10, maxConcurrency: 5 });
    return record;
  }

  #makeDeliver({ site, tables, queues }: House, key: WebhookKey): RoomFunction {
    const deliver = new RoomFunction(this, 'Deliver', {
      site,
      name: 'deliverWebhook',
      description: 'Signs webhooks and sends them to hosts that strangers named; reaches nothing else.',
      timeout: workTimeouts.webhooks,
      feedsItself: true,
    });
    deliverWebhooks(tables, deliver);
    key.grantOpening(deliver);
    queues.webhooks.grantSending(deliver);
    queues.webhooks.grantPostponing(deliver);
    queues.webhooks.workedBy(deliver, { batchSize: 10, maxConcurrency: 5 });
    deliver.tell(environmentVariables.webhookReach, site.settings.webhookReach);
    deliver.tell(environmentVariables.webhookPatience, JSON.stringify(site.settings.webhookPatience));
    return deliver;
  }

  #makeSweep({ site, tables, queues }: House): RoomFunction {
    const sweep = new RoomFunction(this, 'Sweep', {
      site,
      name: 'sweepWebhooks',
      description: 'Finds webhooks whose next attempt is due, or whose message was lost, and queues them.',
      timeout: Duration.seconds(30),
    });
    findDueWebhooks(tables, sweep);
    queues.webhooks.grantSending(sweep);
    everyMinute(this, 'SweepEachMinute', sweep);
    return sweep;
  }

  #watch({ site }: House): void {
    site.alarms.raise(this, 'SweepNotRunning', {
      runbookAnchor: 'webhook-sweep-not-running',
      humanConsequence: 'Webhooks that failed are not sent again; integrators hear of their orders late or never.',
      metric: goodRuns(this.sweep.lambda, Duration.minutes(1), 'Sweeps of webhooks that ended well'),
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      periods: 10,
      silence: TreatMissingData.BREACHING,
    });
  }
}
