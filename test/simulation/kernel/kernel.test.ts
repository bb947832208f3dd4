import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { TableGateway } from '../../../adapters/tables/gateway.ts';
import { type FaultRates, noFaults, stormyFaults } from './faults.ts';
import { Random } from './random.ts';
import type { Ending, Process } from './scheduler.ts';
import { type SimulationOptions, simulate, type World } from './simulate.ts';

const key = (pk: string) => ({ TableName: 't', Key: { pk } });
const withTable = (world: World) => world.createTable({ tableName: 't', partitionKey: 'pk', stream: true });
const gatewayOf = (world: World, process: Process) => new TableGateway(world.client(process), process.surroundings);

const increase = (world: World, pk: string) => async (process: Process) => {
  await world.client(process).send(
    new UpdateCommand({
      ...key(pk),
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
};

/** Counters that many processes raise by reading and writing back on condition, until it succeeds. */
const counters = (seed: number, faults: FaultRates, steps = 3_000): SimulationOptions => ({
  seed,
  steps,
  faults,
  setup: (world) => {
    withTable(world);
    for (let n = 0; n < 20; n += 1) {
      world.spawn('counter', async (process) => {
        const gateway = gatewayOf(world, process);
        for (let attempt = 0; attempt < 20; attempt += 1) {
          const found = await gateway.get(key(`c${n % 3}`));
          const before = found?.['n'];
          const written = await gateway.put({
            TableName: 't',
            Item: { pk: `c${n % 3}`, n: Number(before ?? 0) + 1 },
            ConditionExpression: before === undefined ? 'attribute_not_exists(pk)' : 'n = :before',
            ...(before !== undefined && { ExpressionAttributeValues: { ':before': before } }),
          });
          if (written.written) return;
          await process.surroundings.sleep(process.surroundings.random() * 100);
        }
      });
    }
  },
});

const numberAt = (world: World, pk: string): unknown => {
  for (const item of world.tables.items('t')) if (item['pk'] === pk) return item['n'];
  return undefined;
};

/** Runs one process under one fault that is sure to happen, without the calm that would follow. */
const suffer = async (faults: Partial<FaultRates>, body: (world: World) => (process: Process) => Promise<unknown>) => {
  let ending: Ending | undefined;
  const result = await simulate({
    seed: 7,
    steps: 50,
    faults: { ...noFaults, ...faults },
    setup: (world) => {
      withTable(world);
      world.spawn('sufferer', body(world), (end) => {
        ending = end;
      });
    },
  });
  return { ...result, ending };
};

const errorName = (ending: Ending | undefined) =>
  ending?.kind === 'threw' && ending.error instanceof Error ? ending.error.name : undefined;

describe('the simulation', () => {
  test('the same seed does the same, another does something else', async () => {
    const runs = [];
    for (const seed of [1, 1, 2]) runs.push(await simulate(counters(seed, stormyFaults)));
    const [first, again, other] = runs.map((run) => run.fingerprint);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test('without faults every counter arrives', async () => {
    const { world } = await simulate(counters(3, noFaults));
    expect(['c0', 'c1', 'c2'].map((pk) => numberAt(world, pk))).toEqual([7, 7, 6]);
  });

  test('processes interleave in different ways', async () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      const order: string[] = [];
      await simulate({
        seed,
        steps: 100,
        setup: (world) => {
          withTable(world);
          for (const name of ['a', 'b', 'c'])
            world.spawn(name, async (process) => {
              await increase(world, name)(process);
              order.push(name);
            });
        },
      });
      orders.add(order.join(''));
    }
    expect(orders.size).toBe(6);
  });

  test('long chains of promises come to rest before the next thing happens', async () => {
    const deep = async (depth: number): Promise<number> => (depth === 0 ? 0 : 1 + (await deep(depth - 1)));
    const seen: number[] = [];
    await simulate({
      seed: 1,
      steps: 10,
      setup: (world) => {
        withTable(world);
        world.spawn('deep', async (process) => {
          await increase(world, 'x')(process);
          seen.push(await deep(5_000));
          await increase(world, 'x')(process);
        });
        world.scheduler.at(world.nowMs + 1, 'later', () => undefined);
      },
    });
    expect(seen).toEqual([5_000]);
  });

  test('code that waits for the real world is named', async () => {
    const waits = simulate({
      seed: 1,
      steps: 10,
      setup: (world) => world.spawn('outsider', () => new Promise(() => {})),
    });
    await expect(waits).rejects.toThrow(/Seed 1 failed: outsider#1 waits for something outside/);
  });

  test('time passes only in the simulation, and each process has a clock of its own', async () => {
    const seen: string[] = [];
    const startedAt = performance.now();
    const { world } = await simulate({
      seed: 5,
      steps: 100,
      setup: (created) => {
        for (let n = 0; n < 5; n += 1) {
          created.spawn('sleeper', async ({ surroundings }) => {
            await surroundings.sleep(86_400_000);
            seen.push(surroundings.now());
          });
        }
      },
    });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(world.nowMs).toBeGreaterThanOrEqual(Date.parse('2026-01-02T00:00:00.000Z'));
    expect(new Set(seen).size).toBe(5);
  });

  test('what fails names its seed and shows the trace', async () => {
    const failing = simulate({
      ...counters(42, noFaults),
      atRest: () => {
        throw new Error('the books do not balance');
      },
    });
    await expect(failing).rejects.toThrow(/Seed 42 failed: the books do not balance\n.*counter#/s);
  });

  test('the same numbers come from the same seed', () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 5 }, () => random.integer(0, 999));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const random = new Random(9);
    const mean = Array.from({ length: 10_000 }, () => random.next()).reduce((sum, each) => sum + each) / 10_000;
    expect(mean).toBeCloseTo(0.5, 1);
  });
});

describe('a fault', () => {
  test.each([
    ['throttle', /Exceeded|Throttling/],
    ['conflict', /^TransactionConflictException$/],
    ['serverError', /^InternalServerError$/],
    ['lostRequest', /^(TimeoutError|Error)$/],
  ] as const)('%s changes nothing and is told', async (rate, name) => {
    const { world, ending } = await suffer({ [rate]: 1 }, (created) => increase(created, 'x'));
    expect(errorName(ending)).toMatch(name);
    expect(numberAt(world, 'x')).toBeUndefined();
  });

  test('conflict of a transaction names the part that met another', async () => {
    const { ending, trace } = await suffer({ conflict: 1 }, (world) => async (process) => {
      const put = (pk: string) => ({ Put: { TableName: 't', Item: { pk } } });
      await gatewayOf(world, process).transact([put('a'), put('b')]);
    });
    expect(errorName(ending)).toBe('TransactionCanceledException');
    const reasons = ending?.kind === 'threw' ? Object(ending.error).CancellationReasons : [];
    expect(reasons.map((reason: { Code: string }) => reason.Code).toSorted()).toEqual(['None', 'TransactionConflict']);
    expect(trace.count('conflict')).toBe(8);
  });

  test('inProgress meets transactions', async () => {
    const { ending } = await suffer({ inProgress: 1 }, (world) => async (process) => {
      await gatewayOf(world, process).transact([{ Put: { TableName: 't', Item: { pk: 'a' } } }]);
    });
    expect(errorName(ending)).toBe('TransactionInProgressException');
  });

  test('lostAnswer is told although the write happened', async () => {
    const { world, ending } = await suffer({ lostAnswer: 1 }, (created) => increase(created, 'x'));
    expect(errorName(ending)).toMatch(/TimeoutError|Error/);
    expect(numberAt(world, 'x')).toBe(1);
  });

  test('lateWrite is told before the write happens', async () => {
    let sawNothing = false;
    const { world } = await suffer({ lateWrite: 1 }, (created) => async (process) => {
      await increase(
        created,
        'x',
      )(process).catch(() => {
        sawNothing = numberAt(created, 'x') === undefined;
      });
    });
    expect(sawNothing).toBe(true);
    expect(numberAt(world, 'x')).toBe(1);
  });

  test('sdkRetry does a write again that was done already', async () => {
    const { world } = await suffer({ lostAnswer: 1, sdkRetry: 1 }, (created) => increase(created, 'x'));
    expect(numberAt(world, 'x')).toBe(3);
  });

  test('sdkRetry of a transaction stays one transaction', async () => {
    const { world } = await suffer({ lostAnswer: 1, sdkRetry: 1 }, (created) => async (process) => {
      await gatewayOf(created, process).transact([
        {
          Update: { ...key('x'), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } },
        },
      ]);
    });
    expect(numberAt(world, 'x')).toBe(1);
  });

  test('crash ends a process between two awaits, wherever that is', async () => {
    const reached = new Map<number, number>();
    for (let seed = 0; seed < 200; seed += 1) {
      let progress = 0;
      await simulate({
        seed,
        steps: 100,
        faults: { ...noFaults, crash: 0.2 },
        setup: (world) => {
          withTable(world);
          world.spawn('worker', async (process) => {
            for (progress = 1; progress < 4; progress += 1) await increase(world, 'x')(process);
          });
        },
      });
      reached.set(progress, (reached.get(progress) ?? 0) + 1);
    }
    expect([...reached.keys()].toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  test('crash leaves what was sent to fate', async () => {
    const outcomes = new Set<unknown>();
    for (let seed = 0; seed < 50; seed += 1) {
      const { world } = await simulate({
        seed,
        steps: 100,
        faults: { ...noFaults, crash: 0.5 },
        setup: (created) => {
          withTable(created);
          created.spawn('worker', increase(created, 'x'), (ending) => outcomes.add(ending.kind));
        },
      });
      outcomes.add(numberAt(world, 'x'));
    }
    expect(outcomes).toEqual(new Set(['crashed', 'returned', undefined, 1]));
  });

  test('readLag hides new writes from eventually consistent reads alone', async () => {
    const stale = { consistent: 0, eventual: 0 };
    for (let seed = 0; seed < 30; seed += 1) {
      await suffer({ readLag: 1 }, (world) => async (process) => {
        const client = world.client(process);
        await client.send(new PutCommand({ TableName: 't', Item: { pk: `x${seed}` } }));
        for (const ConsistentRead of [true, false]) {
          const { Item } = await client.send(new GetCommand({ ...key(`x${seed}`), ConsistentRead }));
          if (Item === undefined) stale[ConsistentRead ? 'consistent' : 'eventual'] += 1;
        }
      });
    }
    expect(stale.consistent).toBe(0);
    expect(stale.eventual).toBeGreaterThan(0);
  });

  test('clockJump moves the time ahead', async () => {
    const calm = await simulate({ ...counters(8, noFaults), calmMs: 0 });
    const jumpy = await simulate({ ...counters(8, { ...noFaults, clockJump: 1 }), calmMs: 0 });
    expect(jumpy.world.nowMs - calm.world.nowMs).toBeGreaterThan(60_000);
  });
});
