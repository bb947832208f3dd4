import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { EventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { RoomFunction } from './room-function.ts';

/**
 * Runs a function each minute, once for each input. A run that fails is not repeated: the next minute finds the same
 * work, and an old run that comes late would only stand in its way.
 */
export const everyMinute = (
  scope: Construct,
  id: string,
  fn: RoomFunction,
  inputs: readonly Record<string, unknown>[] = [{}],
): void => {
  const group = new Construct(scope, id);
  new EventInvokeConfig(group, 'NoLateRuns', {
    function: fn.lambda,
    maxEventAge: Duration.minutes(1),
    retryAttempts: 0,
  });
  for (const [position, input] of inputs.entries()) {
    new Rule(group, `Rule${position + 1}`, {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(fn.lambda, {
          event: RuleTargetInput.fromObject(input),
          maxEventAge: Duration.minutes(1),
          retryAttempts: 1,
        }),
      ],
    });
  }
};

/** Runs a function each day at 20:00 UTC, four in the morning in China; a run that fails is repeated twice. */
export const daily = (scope: Construct, id: string, fn: RoomFunction): void => {
  const group = new Construct(scope, id);
  new EventInvokeConfig(group, 'Retries', {
    function: fn.lambda,
    maxEventAge: Duration.hours(6),
    retryAttempts: 2,
  });
  new Rule(group, 'Rule', {
    schedule: Schedule.cron({ minute: '0', hour: '20' }),
    targets: [new LambdaFunction(fn.lambda, { event: RuleTargetInput.fromObject({}), retryAttempts: 2 })],
  });
};
