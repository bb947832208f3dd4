import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { type FaultRates, noFaults } from './faults.ts';
import type { SimulatedQueue } from './queue.ts';
import type { Process } from './scheduler.ts';
import { type SimulationOptions, simulate, type World } from './simulate.ts';
import type { SimulatedStream } from './stream.ts';
import type { SimulatedWorkflows } from './workflows.ts';

const run = (faults: Partial<FaultRates>, setup: SimulationOptions['setup'], rest: Partial<SimulationOptions> = {}) =>
  simulate({ seed: 11, steps: 2_000, faults: { ...noFaults, ...faults }, setup, ...rest });

const numbers = Array.from({ length: 10 }, (_, n) => n);

describe('a queue', () => {
  const queueRun = async (faults: Partial<FaultRates>, work: (n: number, receives: number) => void = () => {}) => {
    const handled: number[] = [];
    let queue: SimulatedQueue<{ n: number }> | undefined;
    await run(faults, (world) => {
      const created = world.queue<{ n: number }>({
        name: 'work',
        visibilityMs: 30_000,
        maxReceives: 3,
        worker:
          (process) =>
          async ({ n }, receives) => {
            await process.surroundings.sleep(5);
            work(n, receives);
            handled.push(n);
          },
      });
      world.spawn('sender', async (process) => {
        const send = created.sender(process);
        for (const n of numbers) {
          for (let sent = false; !sent; ) {
            sent = await send({ n }).then(
              () => true,
              () => false,
            );
          }
        }
      });
      queue = created;
    });
    return { handled, queue };
  };

  test('brings everything, in any order', async () => {
    const { handled, queue } = await queueRun({});
    expect(handled.toSorted((a, b) => a - b)).toEqual(numbers);
    expect(handled).not.toEqual(numbers);
    expect(queue?.size).toBe(0);
  });

  test('brings some things twice and loses none', async () => {
    const { handled } = await queueRun({ repeatMessage: 0.5, lostAnswer: 0.3 });
    expect(new Set(handled)).toEqual(new Set(numbers));
    expect(handled.length).toBeGreaterThan(numbers.length);
  });

  test('brings again what failed, and lays it aside after the last time', async () => {
    const { handled, queue } = await queueRun({}, (n, receives) => {
      if (n === 3 || (n === 4 && receives < 3)) throw new Error('poison');
    });
    expect(handled.toSorted((a, b) => a - b)).toEqual(numbers.filter((n) => n !== 3));
    expect(queue?.deadLetters).toMatchObject([{ message: { n: 3 }, error: { message: 'poison' } }]);
  });

  test('brings again what a crash interrupted', async () => {
    const { handled, queue } = await queueRun({ crash: 0.02 });
    const dead = queue?.deadLetters.map(({ message }) => message.n) ?? [];
    expect(new Set([...handled, ...dead]).size).toBe(queue?.sent);
  });

  test('holds a delayed message back', async () => {
    let receivedAfterMs = 0;
    await run({}, (world) => {
      const queue = world.queue<object>({
        name: 'later',
        visibilityMs: 1_000,
        maxReceives: 3,
        worker: () => async () => {
          receivedAfterMs = world.nowMs - startedAtMs;
        },
      });
      const startedAtMs = world.nowMs;
      queue.put({}, 600);
    });
    expect(receivedAfterMs).toBeGreaterThanOrEqual(600_000);
  });
});

describe('a stream', () => {
  const streamRun = async (faults: Partial<FaultRates>, failOn?: number) => {
    const seen: number[] = [];
    let stream: SimulatedStream | undefined;
    await run(faults, (world) => {
      world.createTable({ tableName: 't', partitionKey: 'pk', stream: true });
      stream = world.stream({
        tableName: 't',
        maxBatch: 4,
        maxAttempts: 2,
        worker: (process) => async (changes) => {
          await process.surroundings.sleep(1);
          if (changes.some(({ after }) => after?.['n'] === failOn)) throw new Error('poison');
          seen.push(...changes.map(({ after }) => Number(after?.['n'])));
        },
      });
      world.spawn('writer', async (process) => {
        const client = world.client(process);
        for (const n of numbers) await client.send(new PutCommand({ TableName: 't', Item: { pk: 'x', n } }));
      });
    });
    return { seen, stream };
  };

  test('brings each change in order', async () => {
    const { seen, stream } = await streamRun({});
    expect(seen).toEqual(numbers);
    expect(stream?.behind).toBe(0);
  });

  test('brings some changes again, but never goes past one', async () => {
    const { seen } = await streamRun({ repeatRecords: 0.5 });
    expect(seen.length).toBeGreaterThan(numbers.length);
    const firsts = seen.filter((n, index) => seen.indexOf(n) === index);
    expect(firsts).toEqual(numbers);
  });

  test('halves a batch that fails until the poison stands alone', async () => {
    const { seen, stream } = await streamRun({}, 5);
    expect(seen).toEqual(numbers.filter((n) => n !== 5));
    expect(stream?.failures.map((record) => record.dynamodb?.NewImage?.['n'])).toEqual([{ N: '5' }]);
  });

  test('may lose records, and counts them', async () => {
    const { seen, stream } = await streamRun({ loseRecords: 0.5 });
    expect(stream?.lost).toBeGreaterThan(0);
    expect(seen.length + (stream?.lost ?? 0)).toBe(numbers.length);
  });
});

describe('a workflow', () => {
  const dueAt = '2026-01-01T00:30:00.000Z';
  const workflowRun = async (
    faults: Partial<FaultRates>,
    task: (world: World, tasks: number) => Promise<{ done: true } | { done: false; dueAt: string }>,
    rest: Partial<SimulationOptions> = {},
  ) => {
    let workflows: SimulatedWorkflows | undefined;
    const ranAt: number[] = [];
    await run(
      faults,
      (world) => {
        const created = world.workflows({
          name: 'guarantee',
          maxAttempts: 3,
          isRetryable: (error) => error instanceof Error && error.name === 'RetryableError',
          task: (process: Process) => async () => {
            await process.surroundings.sleep(1);
            ranAt.push(world.nowMs);
            return task(world, ranAt.length);
          },
        });
        world.spawn('starter', async (process) => {
          const start = created.starter(process);
          await start('ord_1', dueAt);
          await start('ord_1', dueAt);
        });
        workflows = created;
      },
      rest,
    );
    return { ranAt, execution: workflows?.executions.get('ord_1'), workflows };
  };

  test('starts once for each name, waits and acts', async () => {
    const { ranAt, execution, workflows } = await workflowRun({}, async () => ({ done: true }));
    expect(workflows?.executions.size).toBe(1);
    expect(execution).toMatchObject({ status: 'succeeded', tasks: 1 });
    expect(ranAt[0]).toBeGreaterThanOrEqual(Date.parse(dueAt));
    expect(() => workflows?.start('ord_1', dueAt)).toThrow(/already/i);
  });

  test('follows the answer to wait again', async () => {
    const later = '2026-01-01T00:50:00.000Z';
    const { ranAt, execution } = await workflowRun({}, async (_world, tasks) =>
      tasks === 1 ? { done: false, dueAt: later } : { done: true },
    );
    expect(execution?.tasks).toBe(2);
    expect(ranAt[1]).toBeGreaterThanOrEqual(Date.parse(later));
  });

  test('tries again what may pass, and fails on what will not', async () => {
    const passing = await workflowRun({}, async (_world, tasks) => {
      if (tasks < 3) throw Object.assign(new Error('busy'), { name: 'RetryableError' });
      return { done: true };
    });
    expect(passing.execution).toMatchObject({ status: 'succeeded', tasks: 3 });
    const failing = await workflowRun({}, async () => {
      throw new Error('bug');
    });
    expect(failing.execution).toMatchObject({ status: 'failed', tasks: 1 });
  });

  test('may run a task twice', async () => {
    const { ranAt } = await workflowRun({ repeatTask: 1 }, async () => ({ done: true }));
    expect(ranAt).toHaveLength(2);
  });
});

test('a schedule runs each minute, also after a run that failed', async () => {
  const ranAt: number[] = [];
  await run(
    {},
    (world) =>
      world.everyMinute('sweep', async () => {
        ranAt.push(Math.floor(world.nowMs / 60_000));
        throw new Error('bad minute');
      }),
    { steps: 20, calmMs: 0 },
  );
  expect(ranAt.length).toBeGreaterThan(5);
  expect(ranAt).toEqual(ranAt.map((_, index) => (ranAt[0] ?? 0) + index));
});
