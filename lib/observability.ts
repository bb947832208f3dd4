import { Duration } from 'aws-cdk-lib';
import { type Alarm, MathExpression, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { RaiseProps } from './constructs/alarm-desk.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import type { Site } from './constructs/site.ts';
import type { HttpApi } from './http-api.ts';
import { ownMetric } from './metrics.ts';

export type FunctionGroups = {
  /** Functions that answer a person who waits. */
  readonly api: readonly RoomFunction[];
  /** Those of them whose callers are held to limits. */
  readonly limited: readonly RoomFunction[];
  /** Functions that work behind the scenes. */
  readonly workers: readonly RoomFunction[];
};

export type AlarmsProps = { readonly site: Site; readonly api: HttpApi; readonly functions: FunctionGroups };

const period = Duration.minutes(5);

/** An alarm on a sum takes so many parts. */
const maxMetricsInAlarm = 10;

type AlarmOverFunctions = {
  readonly runbookAnchor: string;
  readonly humanConsequence: string;
  readonly over: readonly RoomFunction[];
  readonly label: string;
  readonly metricOf: (fn: RoomFunction) => Metric;
  readonly threshold: number;
};

/** Alarms about no room in particular; a room's own stand in its file. */
export class HouseAlarms extends Construct {
  readonly #site: Site;

  constructor(scope: Construct, id: string, { site, api, functions }: AlarmsProps) {
    super(scope, id);
    this.#site = site;
    this.#raise('ApiFaults', {
      runbookAnchor: 'api-faults',
      humanConsequence: 'Callers get a 5xx answer: orders, payments and reveals are failing and have to be repeated.',
      metric: api.gateway.metricServerError({ period, statistic: 'Sum' }),
      threshold: 5,
    });
    this.#raiseOver('ApiFunctionErrors', {
      runbookAnchor: 'api-function-errors',
      humanConsequence:
        'Functions behind the API crash or time out; each time a caller gets a 500 and does not know what happened.',
      over: functions.api,
      label: 'Errors that callers saw',
      metricOf: (fn) => fn.lambda.metricErrors({ period }),
      threshold: 0,
    });
    this.#raiseOver('ApiFunctionThrottles', {
      runbookAnchor: 'api-function-throttles',
      humanConsequence: 'The account has no concurrency left for the API; callers are turned away with 503.',
      over: functions.api,
      label: 'Callers turned away',
      metricOf: (fn) => fn.lambda.metricThrottles({ period }),
      threshold: 0,
    });
    this.#raiseOver('RequestCounterFaults', {
      runbookAnchor: 'request-counter-faults',
      humanConsequence:
        'Requests are not counted together any more: a flood is held back by each instance alone, so hardly at all.',
      over: functions.limited,
      label: 'Counts that failed or came too late',
      metricOf: (fn) => ownMetric(site.settings.stage, fn.name, 'RequestCounterFaults', { period }),
      // A count that is late now and then lets a few requests more through, and hurts nobody.
      threshold: 20,
    });
    this.#raiseOver('WorkerErrors', {
      runbookAnchor: 'worker-errors',
      humanConsequence: 'Work behind the scenes fails and is repeated; deliveries, refunds and totals come late.',
      over: functions.workers,
      label: 'Errors of workers',
      metricOf: (fn) => fn.lambda.metricErrors({ period }),
      threshold: 2,
    });
    this.#raiseOver('WorkerThrottles', {
      runbookAnchor: 'worker-throttles',
      humanConsequence:
        'The account has no concurrency left for work behind the scenes; deliveries and refunds come late.',
      over: functions.workers,
      label: 'Workers held back',
      metricOf: (fn) => fn.lambda.metricThrottles({ period }),
      threshold: 10,
    });
  }

  /** One alarm, or as many as it takes: a later one is numbered, and says and asks for the same as the first. */
  #raiseOver(id: string, { over, label, metricOf, ...props }: AlarmOverFunctions): void {
    for (let part = 1; (part - 1) * maxMetricsInAlarm < over.length; part += 1)
      this.#raise(part === 1 ? id : `${id}${part}`, {
        ...props,
        part,
        metric: sumOver(over.slice((part - 1) * maxMetricsInAlarm, part * maxMetricsInAlarm), label, metricOf),
      });
  }

  #raise(id: string, props: Omit<RaiseProps, 'silence'>): Alarm {
    // Without requests there are no errors.
    return this.#site.alarms.raise(this, id, { ...props, silence: TreatMissingData.NOT_BREACHING });
  }
}

const sumOver = (
  functions: readonly RoomFunction[],
  label: string,
  metricOf: (fn: RoomFunction) => Metric,
): MathExpression =>
  new MathExpression({
    label,
    // A sum has no value where one of its parts has none, and a function that nobody called reports nothing.
    expression: functions.map((fn) => `FILL(${fn.name}, 0)`).join(' + '),
    period,
    usingMetrics: Object.fromEntries(functions.map((fn) => [fn.name, metricOf(fn)])),
  });
