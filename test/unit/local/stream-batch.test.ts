import { expect, test } from 'vitest';
import {
  type BatchRules,
  type GivenUp,
  handleBatch,
  type StreamRecord,
} from '../../../local/event-sources/stream-batch.ts';
import type { Outcome } from '../../../local/functions.ts';

const recordsOf = (count: number): StreamRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    sequenceNumber: String(index + 1),
    createdAtMs: index * 1000,
    event: {},
  }));

const rules: BatchRules = { reportsFailures: true, bisects: true, maximumRetries: 2, maximumAgeSeconds: -1 };
const failed: Outcome = { kind: 'error', error: { errorType: 'Error', errorMessage: 'x' } };
const partly = (...numbers: string[]): Outcome => ({
  kind: 'result',
  value: { batchItemFailures: numbers.map((itemIdentifier) => ({ itemIdentifier })) },
});

/** Runs a batch against a function and tells what it saw, where the checkpoint stands and what was given up. */
const run = async (
  records: StreamRecord[],
  settings: Partial<BatchRules>,
  handler: (numbers: string[], call: number) => Outcome,
  nowMs = 0,
) => {
  const calls: string[][] = [];
  const lost: GivenUp[] = [];
  let checkpoint = '0';
  const done = await handleBatch(
    records,
    { ...rules, ...settings },
    {
      invoke: async (batch) => {
        const numbers = batch.map(({ sequenceNumber }) => sequenceNumber);
        calls.push(numbers);
        return handler(numbers, calls.length);
      },
      advance: (last) => {
        checkpoint = last.sequenceNumber;
      },
      giveUp: async (loss) => {
        lost.push(loss);
      },
      rest: async () => true,
      nowMs: () => nowMs,
    },
  );
  const givenUp = lost.map(({ condition, records: gone }) => [
    condition,
    ...gone.map(({ sequenceNumber }) => sequenceNumber),
  ]);
  return { calls: calls.map((numbers) => numbers.join(' ')), givenUp, checkpoint, done };
};

test('a batch that succeeds is handed over once', async () => {
  expect(await run(recordsOf(3), {}, () => partly())).toEqual({
    calls: ['1 2 3'],
    givenUp: [],
    checkpoint: '3',
    done: true,
  });
});

test('a poison record is found by halving and given up alone, the others arrive in order', async () => {
  const { calls, givenUp, checkpoint } = await run(recordsOf(8), { reportsFailures: false }, (numbers) =>
    numbers.includes('6') ? failed : partly(),
  );
  expect(calls).toEqual(['1 2 3 4 5 6 7 8', '1 2 3 4', '5 6 7 8', '5 6', '5', '6', '6', '6', '7 8']);
  expect(givenUp).toEqual([['RetryAttemptsExhausted', '6']]);
  expect(checkpoint).toBe('8');
});

test('a reported failure keeps what came before it and hands over the rest again', async () => {
  const { calls, givenUp } = await run(recordsOf(4), {}, (_numbers, call) =>
    call === 1 ? partly('3', '4') : partly(),
  );
  expect(calls).toEqual(['1 2 3 4', '3 4']);
  expect(givenUp).toEqual([]);
});

test('a poison record that is reported is given up after its retries', async () => {
  const { givenUp, checkpoint } = await run(recordsOf(4), {}, (numbers) =>
    numbers.includes('2') ? partly('2') : partly(),
  );
  expect(givenUp).toEqual([['RetryAttemptsExhausted', '2']]);
  expect(checkpoint).toBe('4');
});

test('without bisecting, a failing batch is given up whole', async () => {
  const { calls, givenUp } = await run(recordsOf(2), { bisects: false, maximumRetries: 1 }, () => failed);
  expect(calls).toEqual(['1 2', '1 2']);
  expect(givenUp).toEqual([['RetryAttemptsExhausted', '1', '2']]);
});

test('an answer that names a stranger fails the whole batch', async () => {
  const { calls } = await run(recordsOf(2), { bisects: false, maximumRetries: 1 }, (_numbers, call) =>
    call === 1 ? partly('99') : partly(),
  );
  expect(calls).toEqual(['1 2', '1 2']);
});

test('records that are too old are given up unseen', async () => {
  const { calls, givenUp } = await run(recordsOf(4), { maximumAgeSeconds: 10 }, () => partly(), 12_000);
  expect(calls).toEqual(['3 4']);
  expect(givenUp).toEqual([['RecordAgeExceeded', '1', '2']]);
});

test('a poller that is stopped leaves the checkpoint before what is not done', async () => {
  let checkpoint = '0';
  const done = await handleBatch(recordsOf(3), rules, {
    invoke: async () => partly('2'),
    advance: (last) => {
      checkpoint = last.sequenceNumber;
    },
    giveUp: async () => undefined,
    rest: async () => false,
    nowMs: () => 0,
  });
  expect([done, checkpoint]).toEqual([false, '1']);
});
