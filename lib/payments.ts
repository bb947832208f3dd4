import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import type { FunctionName } from '../contract/functions.ts';
import type { RaiseProps } from './constructs/alarm-desk.ts';
import { RoomFunction } from './constructs/room-function.ts';
import {
  beginPayments,
  captureOrders,
  claimKeys,
  identify,
  postEntries,
  seeOffers,
  seeOrders,
  settlePayments,
} from './grants.ts';
import type { House } from './house.ts';
import { ownMetric } from './metrics.ts';
import { workTimeouts } from './queues.ts';

/** Captures: money and key change hands in one transaction, by functions that cannot read what they sell. */
export class Payments extends Construct {
  /** From the wallet. */
  readonly api: RoomFunction;
  /** Through a channel: begins payments and lists them. */
  readonly channelApi: RoomFunction;
  /** Hears the channels. It is public, and holds nothing that could sign for us. */
  readonly notifications: RoomFunction;
  /** Asks the channels, and gives refunds back through them. */
  readonly settleChannel: RoomFunction;

  constructor(scope: Construct, id: string, house: House) {
    super(scope, id);
    this.api = this.#makeApi(house);
    this.channelApi = this.#makeChannelApi(house);
    this.notifications = this.#makeNotifications(house);
    this.settleChannel = this.#makeSettleChannel(house);
    for (const fn of [this.api, this.channelApi, this.notifications, this.settleChannel])
      fn.tell(environmentVariables.policyVersion, house.site.settings.policyVersion);
    this.#watch(house);
  }

  #makeApi({ site, tables }: House): RoomFunction {
    const api = new RoomFunction(this, 'Api', {
      site,
      name: 'payments',
      description: 'Captures from a wallet and claims the keys with it; grants test top-ups.',
      timeout: Duration.seconds(20),
      memoryMb: 1_769,
    });
    identify(tables, api);
    captureOrders(tables, api);
    claimKeys(tables, api);
    postEntries(tables, api);
    return api;
  }

  #makeChannelApi({ site, tables, channels }: House): RoomFunction {
    const api = new RoomFunction(this, 'ChannelApi', {
      site,
      name: 'channelPayments',
      description: 'Begins payments through Alipay and WeChat Pay, and lists them with their refunds.',
      timeout: Duration.seconds(25),
      memoryMb: 1_024,
    });
    seeOrders(tables, api);
    seeOffers(tables, api);
    beginPayments(tables, api);
    channels.grantSigning(api);
    channels.grantVerifying(api);
    return api;
  }

  #makeNotifications({ site, tables, channels }: House): RoomFunction {
    const notifications = new RoomFunction(this, 'Notifications', {
      site,
      name: 'channelNotifications',
      description: 'Books the money that a channel says it took, and claims the keys with it.',
      timeout: Duration.seconds(20),
      memoryMb: 1_769,
    });
    captureOrders(tables, notifications);
    claimKeys(tables, notifications);
    postEntries(tables, notifications);
    settlePayments(tables, notifications);
    channels.grantVerifying(notifications);
    return notifications;
  }

  #makeSettleChannel({ site, tables, channels, queues }: House): RoomFunction {
    const settle = new RoomFunction(this, 'SettleChannel', {
      site,
      name: 'settleChannel',
      description: 'Asks the channels about unpaid payments, and gives them refunds until they confirm.',
      timeout: workTimeouts.channel,
      memoryMb: 1_024,
    });
    captureOrders(tables, settle);
    claimKeys(tables, settle);
    postEntries(tables, settle);
    settlePayments(tables, settle);
    channels.grantSigning(settle);
    channels.grantVerifying(settle);
    queues.channel.grantPostponing(settle);
    queues.channel.workedBy(settle, { batchSize: 5, maxConcurrency: 5 });
    return settle;
  }

  #watch({ site }: House): void {
    const period = Duration.minutes(5);
    const refusedBy = (emitter: FunctionName) =>
      ownMetric(site.settings.stage, emitter, 'RefundsRefused', { period, label: `Refused, as ${emitter} heard` });
    site.alarms.raise(this, 'RefundsRefused', {
      runbookAnchor: 'refund-refused',
      humanConsequence: 'A channel will never give this refund back; the buyer waits until a person pays him.',
      // Alipay refuses in its answer; WeChat Pay takes the refund first, and tells that it failed by a notification.
      metric: new MathExpression({
        label: 'Refunds a channel will never do',
        expression: 'FILL(answered, 0) + FILL(notified, 0)',
        period,
        usingMetrics: { answered: refusedBy('settleChannel'), notified: refusedBy('channelNotifications') },
      }),
      threshold: 0,
      silence: TreatMissingData.NOT_BREACHING,
    });
    const raise = (emitter: FunctionName, id: string, label: string, threshold: number, words: AlarmWords) =>
      site.alarms.raise(this, id, {
        ...words,
        metric: ownMetric(site.settings.stage, emitter, id, { period, label }),
        threshold,
        silence: TreatMissingData.NOT_BREACHING,
      });
    raise('settleChannel', 'RefundTroubles', 'Attempts at refunds that were not the end', 20, {
      runbookAnchor: 'refunds-in-trouble',
      humanConsequence:
        'Refunds that the books owe stay unconfirmed: a channel is away, or our balance there is short.',
    });
    raise('settleChannel', 'ChannelFaults', 'Questions that a channel did not answer', 20, {
      runbookAnchor: 'channel-away',
      humanConsequence: 'A channel does not answer: payments without notification and refunds wait for it.',
    });
    raise('channelNotifications', 'NotificationsRefused', 'Notifications that were not believed', 20, {
      runbookAnchor: 'notifications-refused',
      humanConsequence: 'Somebody forges notifications, or a channel changed its keys and its buyers are served late.',
    });
    raise('channelNotifications', 'NotificationsUnknown', 'Notifications about nothing of ours', 0, {
      runbookAnchor: 'notifications-unknown',
      humanConsequence: 'A channel took money for a payment that the tables do not know: a buyer paid and has nothing.',
    });
    raise('channelNotifications', 'NotificationFaults', 'Notifications that could not be booked', 0, {
      runbookAnchor: 'notification-faults',
      humanConsequence:
        'Money arrived and could not be booked; the channel says it again, and a buyer waits meanwhile.',
    });
  }
}

type AlarmWords = Pick<RaiseProps, 'runbookAnchor' | 'humanConsequence'>;
