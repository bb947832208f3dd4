import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { importDefinition } from '../../lib/import-machine.ts';
import { lambdaOf, machineOf, synthesize } from './synthesized.ts';

const definition = importDefinition('arn:aws:lambda:us-east-1:123456789012:function:importFile');
const batchId = 'bat_1';

/** Runs the definition without its pauses; `answers` are what the task gives, one a call. */
const run = async (answers: readonly (boolean | Error)[]) => {
  const machine = new StateMachine(
    structuredClone(definition) as unknown as ConstructorParameters<typeof StateMachine>[0],
  );
  const calls: unknown[] = [];
  const execution = machine.run(
    { batchId },
    {
      overrides: {
        retryIntervalOverrides: { ImportStretch: 0 },
        taskResourceLocalHandlers: {
          ImportStretch: (input: unknown) => {
            calls.push(input);
            const answer = answers[Math.min(calls.length, answers.length) - 1] ?? true;
            return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ batchId, done: answer });
          },
        },
      },
    },
  );
  const end = await execution.result.then(
    () => 'succeeded',
    (error: Error) => error.name,
  );
  return { calls, end };
};
const named = (name: string): Error => Object.assign(new Error('of a test'), { name });

describe('the import of a file', () => {
  it('works a stretch at a time until it is done', async () => {
    const { calls, end } = await run([false, false, true]);
    expect(calls).toEqual([{ batchId }, { batchId }, { batchId }]);
    expect(end).toBe('succeeded');
  });

  it.each(['RetryableError', 'Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout', 'States.Timeout'])(
    'goes on after a function that ended with %s',
    async (name) => {
      expect(await run([named(name), named(name), true])).toMatchObject({ end: 'succeeded' });
    },
  );

  it('leaves a file that keeps failing to the sweep', async () => {
    const { end, calls } = await run([named('RetryableError')]);
    expect(end).not.toBe('succeeded');
    expect(calls).toHaveLength(9);
  });

  it('does not repeat a fault of our own', async () => {
    expect((await run([named('TypeError')])).calls).toHaveLength(1);
  });

  it('gives its function longer than the function gives itself', () => {
    const template = synthesize();
    const timeout = Number(lambdaOf(template, 'importFile')[1].Properties['Timeout']);
    expect(timeout).toBe(900);
    expect(definition.States.ImportStretch.TimeoutSeconds).toBeGreaterThan(timeout);
    expect(machineOf(template, 'Imports').Properties).toMatchObject({ StateMachineType: 'STANDARD' });
  });
});
