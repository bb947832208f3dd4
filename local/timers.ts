import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Functions } from './functions.ts';
import { Refusal } from './refusal.ts';
import { type ScheduleDefinition, scheduledEvent } from './schedules.ts';
import type { StateMachines } from './state-machines.ts';
import { arnOf, nameOf, ofType, propertiesOf, type Wiring } from './wiring.ts';

const ruleSchema = z.object({
  ScheduleExpression: z.optional(z.string()),
  EventPattern: z.optional(z.unknown()),
  State: z.optional(z.string()),
  Targets: z.optional(z.array(z.object({ Id: z.string(), Arn: z.string(), Input: z.optional(z.string()) }))),
});
const scheduleSchema = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.optional(z.string()),
  State: z.optional(z.string()),
  Target: z.object({ Arn: z.string(), Input: z.optional(z.string()) }),
});

/** The template's rules and schedules, each with what it starts. */
export const timersOf = (
  wiring: Wiring,
  accountId: string,
  functions: Functions,
  machines: StateMachines,
): ScheduleDefinition[] => {
  const startTarget = async (arn: string, event: unknown): Promise<void> => {
    if (machines.knows(arn)) {
      machines.start(arn, randomUUID(), JSON.stringify(event));
      return;
    }
    if (!arn.includes(':lambda:'))
      throw new Refusal(`A schedule starts ${arn}; one machine starts functions and state machines only.`);
    const outcome = await functions.invoke(arn, event);
    if (outcome.kind === 'error') throw new Error(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
    if (outcome.kind === 'throttled') throw new Error('throttled');
  };

  const definitions: ScheduleDefinition[] = [];
  for (const resource of ofType(wiring, 'AWS::Events::Rule')) {
    const rule = propertiesOf(wiring, resource, ruleSchema);
    if (rule.State === 'DISABLED') continue;
    const { ScheduleExpression: expression } = rule;
    if (expression === undefined)
      throw new Refusal(`The rule ${resource.logicalId} waits for events; one machine runs scheduled rules only.`);
    for (const { Id, Arn, Input } of rule.Targets ?? []) {
      definitions.push({
        name: `${resource.logicalId}/${Id}`,
        expression,
        timezone: undefined,
        run: (at) =>
          startTarget(
            Arn,
            Input === undefined
              ? scheduledEvent(wiring.region, accountId, arnOf(wiring, resource), at)
              : JSON.parse(Input),
          ),
      });
    }
  }
  for (const resource of ofType(wiring, 'AWS::Scheduler::Schedule')) {
    const { Target, State, ScheduleExpression, ScheduleExpressionTimezone } = propertiesOf(
      wiring,
      resource,
      scheduleSchema,
    );
    if (State === 'DISABLED') continue;
    definitions.push({
      name: nameOf(wiring, resource),
      expression: ScheduleExpression,
      timezone: ScheduleExpressionTimezone,
      run: (at) => {
        const input = (Target.Input ?? '{}')
          .replaceAll('<aws.scheduler.scheduled-time>', `${at.toISOString().slice(0, 19)}Z`)
          .replaceAll('<aws.scheduler.execution-id>', randomUUID())
          .replaceAll('<aws.scheduler.attempt-number>', '1');
        return startTarget(Target.Arn, JSON.parse(input));
      },
    });
  }
  return definitions;
};
