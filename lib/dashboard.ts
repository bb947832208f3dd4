import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { RoomFunction } from './constructs/room-function.ts';
import type { GuaranteeMachine } from './guarantee-machine.ts';
import type { House } from './house.ts';
import type { HttpApi } from './http-api.ts';
import type { ImportMachine } from './import-machine.ts';
import { ownMetric } from './metrics.ts';
import type { FunctionGroups } from './observability.ts';

export type DashboardProps = {
  readonly house: House;
  readonly api: HttpApi;
  readonly machine: GuaranteeMachine;
  readonly imports: ImportMachine;
  readonly relay: RoomFunction;
  readonly functions: FunctionGroups;
};

const fullWidth = 24;
const rowHeight = 6;

/** One page that answers, from the top down: are we keeping our promises, and if not, which part is it? */
export class Dashboard extends Construct {
  readonly #name: string;
  readonly #props: DashboardProps;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    this.#props = props;
    this.#name = Stack.of(this).stackName;
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: this.#name,
      defaultInterval: Duration.hours(12),
      widgets: [
        this.#promises(),
        this.#alarms(),
        this.#api(),
        this.#limits(),
        this.#channels(),
        this.#queues(),
        this.#workflows(),
        this.#tables(),
      ],
    });
  }

  /** Where a browser finds the page; China has a console of its own. */
  get url(): string {
    const { region } = Stack.of(this);
    const china = this.#props.house.site.settings.regionProfile === 'china';
    const domain = china ? 'amazonaws.cn' : 'aws.amazon.com';
    return `https://${region}.console.${domain}/cloudwatch/home?region=${region}#dashboards:name=${this.#name}`;
  }

  #promises(): IWidget[] {
    const { stage } = this.#props.house.site.settings;
    const day = Duration.days(1);
    const minute = Duration.minutes(1);
    const now = { statistic: Stats.MAXIMUM, period: minute };
    const numbers = [
      ownMetric(stage, 'sweep', 'OverduePromises', { period: minute, label: 'Overdue promises now' }),
      ownMetric(stage, 'audit', 'AuditFindings', { statistic: Stats.MAXIMUM, period: day, label: 'Audit findings' }),
      ownMetric(stage, 'fold', 'EscrowHeldMinor', { ...now, label: 'Escrow held (fen)' }),
    ];
    const perFiveMinutes = (metricName: string, label: string) =>
      ownMetric(stage, 'relay', metricName, { period: Duration.minutes(5), label });
    const deliverySeconds = (statistic: string, label: string) =>
      ownMetric(stage, 'relay', 'DeliverySeconds', { statistic, period: Duration.minutes(5), label });
    return [
      new TextWidget({ markdown: '# Are we keeping our promises?', width: fullWidth, height: 1 }),
      new SingleValueWidget({
        title: 'Now',
        metrics: numbers,
        width: 8,
        height: rowHeight,
        setPeriodToTimeRange: false,
      }),
      graph(
        'What became of orders',
        [
          perFiveMinutes('OrdersCaptured', 'captured'),
          perFiveMinutes('DeliveredInTime', 'delivered in time'),
          perFiveMinutes('RefundsByPromise', 'refunded by their promise'),
          perFiveMinutes('OrdersReleased', 'released to the merchant'),
        ],
        8,
      ),
      graph(
        'From payment to delivery (s)',
        [deliverySeconds(Stats.p(50), 'half delivered within'), deliverySeconds(Stats.p(99), '99 % delivered within')],
        8,
      ),
    ];
  }

  #alarms(): IWidget[] {
    const alarms = [...this.#props.house.site.alarms.raised];
    return [new AlarmStatusWidget({ title: 'Alarms', alarms, width: fullWidth, height: 5 })];
  }

  #api(): IWidget[] {
    const { gateway } = this.#props.api;
    const period = Duration.minutes(1);
    const errors = this.#props.functions.api.map((fn) => fn.lambda.metricErrors({ period, label: fn.name }));
    return [
      graph('Requests', [gateway.metricCount({ period, statistic: 'Sum' })], 6),
      graph(
        'Latency (ms)',
        [
          gateway.metricLatency({ period, statistic: Stats.p(50), label: 'half answered within' }),
          gateway.metricLatency({ period, statistic: Stats.p(99), label: '99 % answered within' }),
        ],
        6,
      ),
      graph(
        'Refusals and faults',
        [
          gateway.metricClientError({ period, statistic: 'Sum', label: '4xx' }),
          gateway.metricServerError({ period, statistic: 'Sum', label: '5xx' }),
        ],
        6,
      ),
      graph('Errors by function', errors, 6),
    ];
  }

  #limits(): IWidget[] {
    const { house, functions } = this.#props;
    const { stage } = house.site.settings;
    const period = Duration.minutes(5);
    const perFunction = (metricName: string) =>
      functions.limited.map(({ name }) => ownMetric(stage, name, metricName, { period, label: name }));
    const overdue = { statistic: Stats.MAXIMUM, period: Duration.minutes(1), label: 'overdue for five minutes' };
    return [
      graph('Requests beyond their limit', perFunction('RequestsRateLimited'), 8),
      graph('Counts of requests that failed', perFunction('RequestCounterFaults'), 8),
      graph(
        'Merchants and documents that the watch has not carried through',
        [ownMetric(stage, 'watchAdmission', 'OverdueAdmissions', overdue)],
        8,
      ),
    ];
  }

  #channels(): IWidget[] {
    const { stage } = this.#props.house.site.settings;
    const period = Duration.minutes(5);
    const worker = (metricName: string, label: string) =>
      ownMetric(stage, 'settleChannel', metricName, { period, label });
    const notified = (metricName: string, label: string) =>
      ownMetric(stage, 'channelNotifications', metricName, { period, label });
    return [
      graph(
        'Notifications of payment channels',
        [
          notified('PaymentsReceived', 'booked'),
          notified('NotificationsRefused', 'not believed'),
          notified('NotificationsUnknown', 'about nothing of ours'),
          notified('NotificationFaults', 'not booked'),
        ],
        12,
      ),
      graph(
        'Refunds through channels',
        [
          worker('RefundsConfirmed', 'confirmed'),
          worker('RefundTroubles', 'attempts in trouble'),
          worker('RefundsRefused', 'refused'),
          worker('ChannelFaults', 'questions not answered'),
        ],
        12,
      ),
    ];
  }

  #queues(): IWidget[] {
    const { all } = this.#props.house.queues;
    const period = Duration.minutes(1);
    return [
      graph(
        'Oldest message (s)',
        all.map(({ queue, name }) => queue.metricApproximateAgeOfOldestMessage({ period, label: name })),
        8,
      ),
      graph(
        'Messages waiting',
        all.map(({ queue, name }) => queue.metricApproximateNumberOfMessagesVisible({ period, label: name })),
        8,
      ),
      graph(
        'Relay behind by (ms)',
        [this.#props.relay.lambda.metric('IteratorAge', { period, statistic: 'Maximum' })],
        8,
      ),
    ];
  }

  #workflows(): IWidget[] {
    const { machine } = this.#props.machine;
    const { machine: imports } = this.#props.imports;
    const period = Duration.minutes(5);
    const errors = this.#props.functions.workers.map((fn) => fn.lambda.metricErrors({ period, label: fn.name }));
    return [
      graph(
        'Guarantee workflows',
        [
          machine.metricStarted({ period, label: 'started' }),
          machine.metricSucceeded({ period, label: 'settled' }),
          machine.metricFailed({ period, label: 'failed' }),
        ],
        8,
      ),
      graph(
        'Imports of files',
        [
          imports.metricStarted({ period, label: 'started' }),
          imports.metricSucceeded({ period, label: 'ended' }),
          imports.metricFailed({ period, label: 'failed' }),
        ],
        8,
      ),
      graph('Errors by worker', errors, 8),
    ];
  }

  #tables(): IWidget[] {
    const tables = Object.entries(this.#props.house.tables.byName);
    const perTable = (metricName: string) =>
      tables.map(([label, { tableName }]) => tableMetric(tableName, metricName, label));
    return [
      graph('Write units consumed', perTable('ConsumedWriteCapacityUnits'), 8),
      graph('Read units consumed', perTable('ConsumedReadCapacityUnits'), 8),
      graph('Conflicting transactions', perTable('TransactionConflict'), 8),
    ];
  }
}

const tableMetric = (TableName: string, metricName: string, label: string): Metric =>
  new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName },
    statistic: Stats.SUM,
    period: Duration.minutes(1),
    label,
  });

const graph = (title: string, left: IMetric[], width: number): GraphWidget =>
  new GraphWidget({ title, left, width, height: rowHeight, leftYAxis: { min: 0 } });
