import { Duration } from 'aws-cdk-lib';
import { type Alarm, MathExpression, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { RoomFunction } from './constructs/room-function.ts';
import type { Site } from './constructs/site.ts';
import type { HttpApi } from './http-api.ts';

export type FunctionGroups = {
  /** Functions that answer a person who waits. */
  readonly api: readonly RoomFunction[];
  /** Functions that work behind the scenes. */
  readonly workers: readonly RoomFunction[];
};

export type AlarmsProps = { readonly site: Site; readonly api: HttpApi; readonly functions: FunctionGroups };

const period = Duration.minutes(5);

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
    this.#raise('ApiFunctionErrors', {
      runbookAnchor: 'api-function-errors',
      humanConsequence:
        'Functions behind the API crash or time out; each time a caller gets a 500 and does not know what happened.',
      metric: sumOver(functions.api, 'Errors that callers saw', (fn) => fn.lambda.metricErrors({ period })),
      threshold: 0,
    });
    this.#raise('ApiFunctionThrottles', {
      runbookAnchor: 'api-function-throttles',
      humanConsequence: 'The account has no concurrency left for the API; callers are turned away with 503.',
      metric: sumOver(functions.api, 'Callers turned away', (fn) => fn.lambda.metricThrottles({ period })),
      threshold: 0,
    });
    this.#raise('WorkerErrors', {
      runbookAnchor: 'worker-errors',
      humanConsequence: 'Work behind the scenes fails and is repeated; deliveries, refunds and totals come late.',
      metric: sumOver(functions.workers, 'Errors of workers', (fn) => fn.lambda.metricErrors({ period })),
      threshold: 2,
    });
    this.#raise('WorkerThrottles', {
      runbookAnchor: 'worker-throttles',
      humanConsequence:
        'The account has no concurrency left for work behind the scenes; deliveries and refunds come late.',
      metric: sumOver(functions.workers, 'Workers held back', (fn) => fn.lambda.metricThrottles({ period })),
      threshold: 10,
    });
  }

  #raise(
    id: string,
    props: { runbookAnchor: string; humanConsequence: string; metric: Metric | MathExpression; threshold: number },
  ): Alarm {
    // Without requests there are no errors.
    return this.#site.alarms.raise(this, id, { ...props, silence: TreatMissingData.NOT_BREACHING });
  }
}

/** An alarm takes ten metrics at most, which is why the functions come in two groups. */
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
