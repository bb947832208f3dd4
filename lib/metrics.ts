import type { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type MetricProps, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { FunctionName } from '../contract/functions.ts';
import type { Stage } from './settings.ts';

/** Where a stage's own metrics stand; stages that share an account do not mix theirs. */
export const metricNamespace = (stage: Stage): string => `Surety/${stage}`;

/** A metric that a function emits in its log, under its service name. */
export const ownMetric = (
  stage: Stage,
  emitter: FunctionName,
  metricName: string,
  props: Pick<MetricProps, 'statistic' | 'period' | 'label'>,
): Metric =>
  new Metric({
    namespace: metricNamespace(stage),
    metricName,
    dimensionsMap: { service: emitter },
    statistic: Stats.SUM,
    ...props,
  });

/** Runs of a function that ended well; one that fails each time does not count as running. */
export const goodRuns = (fn: IFunction, period: Duration, label: string): MathExpression =>
  new MathExpression({
    label,
    expression: 'FILL(runs, 0) - FILL(errors, 0)',
    period,
    usingMetrics: { runs: fn.metricInvocations({ period }), errors: fn.metricErrors({ period }) },
  });

/** Executions of a machine that did not end well, however they ended. */
export const badRuns = (machine: IStateMachine, period: Duration, label: string): MathExpression =>
  new MathExpression({
    label,
    // A sum has no value where one of its parts has none.
    expression: 'FILL(failed, 0) + FILL(timedOut, 0) + FILL(aborted, 0)',
    period,
    usingMetrics: {
      failed: machine.metricFailed({ period }),
      timedOut: machine.metricTimedOut({ period }),
      aborted: machine.metricAborted({ period }),
    },
  });
