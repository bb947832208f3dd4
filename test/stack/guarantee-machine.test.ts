import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { guaranteeDefinition } from '../../lib/guarantee-machine.ts';
import { machineOf, type Properties, resourcesOf, synthesize } from './synthesized.ts';

const due = { orderId: 'ord_1', dueAt: '2026-11-22T03:00:00.000Z' };
const definition = guaranteeDefinition('arn:aws:lambda:us-east-1:123456789012:function:guarantee');

type Answer = { readonly done: boolean; readonly orderId?: string; readonly dueAt?: string };

/** Runs the definition without its pauses; `answers` are what the task gives, one a call. */
const run = async (answers: readonly (Answer | Error)[]) => {
  const machine = new StateMachine(
    structuredClone(definition) as unknown as ConstructorParameters<typeof StateMachine>[0],
  );
  const calls: unknown[] = [];
  const execution = machine.run(due, {
    overrides: {
      waitTimeOverrides: { WaitUntilDue: 0 },
      retryIntervalOverrides: { KeepPromise: 0 },
      taskResourceLocalHandlers: {
        KeepPromise: (input: unknown) => {
          calls.push(input);
          const answer = answers[Math.min(calls.length, answers.length) - 1] ?? { done: true };
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ ...answer });
        },
      },
    },
  });
  execution.result.catch(() => undefined);
  const entered: string[] = [];
  let end = '';
  for await (const event of execution.eventLogs) {
    if (event.type === 'StateEntered') entered.push((event as unknown as { state: { name: string } }).state.name);
    if (event.type === 'ExecutionSucceeded') end = 'succeeded';
    if (event.type === 'ExecutionFailed') end = String((event as unknown as { Error: string }).Error);
  }
  return { calls, end, entered };
};

const retryable = Object.assign(new Error('a conflict'), { name: 'RetryableError' });

describe("an order's guarantee", () => {
  it('enters four states when nothing goes wrong: one of them waits, one works', async () => {
    const { entered, end, calls } = await run([{ done: true }]);
    expect(end).toBe('succeeded');
    expect(entered).toEqual(['WaitUntilDue', 'KeepPromise', 'Settled?', 'Done']);
    expect(calls).toEqual([{ orderId: due.orderId }]);
  });

  it('waits again, as often as the order has something due later', async () => {
    const later = { done: false, ...due, dueAt: '2026-11-29T03:00:00.000Z' };
    const { entered, calls } = await run([later, later, { done: true }]);
    expect(calls).toHaveLength(3);
    expect(entered.filter((name) => name === 'WaitUntilDue')).toHaveLength(3);
  });

  it('repeats what fails in passing', async () => {
    const { end, calls } = await run([retryable, retryable, { done: true }]);
    expect(end).toBe('succeeded');
    expect(calls).toHaveLength(3);
  });

  it('gives up in the end, by a name that says who goes on', async () => {
    const { end, calls } = await run([retryable]);
    expect(end).toBe('PromiseLeftToTheSweep');
    expect(calls).toHaveLength(9);
  });

  it('does not repeat what will never work', async () => {
    const { end, calls } = await run([new TypeError('a bug')]);
    expect(end).toBe('PromiseLeftToTheSweep');
    expect(calls).toHaveLength(1);
  });
});

describe('the machine', () => {
  const template = synthesize();
  const { Properties: properties } = machineOf(template, 'Escrow');

  it('is a standard one that logs errors without data and traces', () => {
    expect(properties).toMatchObject({
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('waits longer for its task than the task may take', () => {
    const timeouts = resourcesOf(template, 'AWS::Lambda::Function')
      .filter(([, { Properties }]) =>
        JSON.stringify(Properties['Environment']).includes('"POWERTOOLS_SERVICE_NAME":"guarantee"'),
      )
      .map(([, { Properties }]) => Number((Properties as Properties)['Timeout']));
    expect(timeouts).toHaveLength(1);
    expect(definition.States.KeepPromise.TimeoutSeconds).toBeGreaterThan(Math.max(...timeouts));
  });
});
