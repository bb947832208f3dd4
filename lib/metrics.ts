import type { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type MetricProps, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
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
