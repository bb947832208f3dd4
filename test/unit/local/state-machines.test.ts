import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import { createExecutionStore, type ExecutionStore } from '../../../local/execution-store.ts';
import type { Outcome } from '../../../local/functions.ts';
import { prepareDefinition } from '../../../local/state-definition.ts';
import { createStateMachines, type StateMachines } from '../../../local/state-machines.ts';

const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:Guarantee';
const executionArn = (name: string): string => arn.replace('stateMachine', 'execution').concat(`:${name}`);
const definition = {
  StartAt: 'Until promise',
  States: {
    'Until promise': { Type: 'Wait', TimestampPath: '$.promise', Next: 'Keep' },
    Keep: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:keep', 'Payload.$': '$' },
      ResultSelector: { 'kept.$': '$.Payload.kept' },
      ResultPath: '$.result',
      Retry: [{ ErrorEquals: ['TooEarly'], IntervalSeconds: 1, MaxAttempts: 1 }],
      End: true,
    },
  },
};

const running: StateMachines[] = [];
afterEach(() => {
  for (const machines of running.splice(0)) machines.stop();
});

const open = (
  state: DatabaseSync,
  invoke: (name: string, event: unknown) => Promise<Outcome>,
): { machines: StateMachines; store: ExecutionStore } => {
  const store = createExecutionStore(state, Date.now());
  const machines = createStateMachines(
    [{ logicalId: 'Guarantee', name: 'Guarantee', arn, definition }],
    store,
    invoke,
    () => undefined,
  );
  running.push(machines);
  return { machines, store };
};
const kept = async (): Promise<Outcome> => ({ kind: 'result', value: { kept: true } });
/** The first whole second from then on: a wait knows no smaller parts. */
const inputWith = (ms: number): string =>
  JSON.stringify({ orderId: 'ord_1', promise: new Date(Math.ceil((Date.now() + ms) / 1000) * 1000).toISOString() });
const ended = (store: ExecutionStore, name: string) =>
  vi.waitFor(() => {
    const execution = store.find(executionArn(name));
    expect(execution?.status).not.toBe('RUNNING');
    return execution;
  }, 5_000);

test('an execution waits until its time, calls the function with its payload and keeps its result', async () => {
  const events: unknown[] = [];
  const { machines, store } = open(new DatabaseSync(':memory:'), (_name, event) => {
    events.push(event);
    return kept();
  });
  const input = inputWith(50);
  machines.start(arn, 'ord_1', input);
  const execution = await ended(store, 'ord_1');
  expect(events).toEqual([JSON.parse(input)]);
  expect(execution).toMatchObject({ status: 'SUCCEEDED', transitions: 2 });
  expect(JSON.parse(execution?.output ?? '')).toMatchObject({ orderId: 'ord_1', result: { kept: true } });
});

test('starting twice is one execution while it runs, and refused with another input or once it is closed', async () => {
  const { machines, store } = open(new DatabaseSync(':memory:'), kept);
  const input = inputWith(60);
  const first = machines.start(arn, 'ord_1', input);
  expect(machines.start(arn, 'ord_1', input)).toEqual(first);
  expect(() => machines.start(arn, 'ord_1', '{}')).toThrow(expect.objectContaining({ code: 'ExecutionAlreadyExists' }));
  await ended(store, 'ord_1');
  expect(() => machines.start(arn, 'ord_1', input)).toThrow(
    expect.objectContaining({ code: 'ExecutionAlreadyExists' }),
  );
  expect(() => machines.start('arn:nobody', 'x', '{}')).toThrow(
    expect.objectContaining({ code: 'StateMachineDoesNotExist' }),
  );
});

test('what a process left running goes on in the next', async () => {
  const state = new DatabaseSync(':memory:');
  const before = open(state, kept);
  before.machines.start(arn, 'ord_1', inputWith(100));
  before.machines.stop();
  expect(before.store.find(executionArn('ord_1'))?.status).toBe('RUNNING');
  const after = open(state, kept);
  expect(after.machines.resume()).toBe(1);
  expect(await ended(after.store, 'ord_1')).toMatchObject({ status: 'SUCCEEDED' });
});

test("a function's error is retried by its type and then fails the execution", async () => {
  const { machines, store } = open(new DatabaseSync(':memory:'), async () => ({
    kind: 'error',
    error: { errorType: 'TooEarly', errorMessage: 'not yet' },
  }));
  machines.start(arn, 'ord_1', inputWith(0));
  const execution = await vi.waitFor(() => {
    const found = store.find(executionArn('ord_1'));
    expect(found?.status).toBe('FAILED');
    return found;
  }, 3_000);
  expect(execution).toMatchObject({ error: 'TooEarly', transitions: 3 });
  expect(execution?.cause).toContain('not yet');
});

test('a stopped execution is aborted and its wait ends', async () => {
  const { machines, store } = open(new DatabaseSync(':memory:'), kept);
  machines.start(arn, 'ord_1', inputWith(60_000));
  machines.stopExecution(executionArn('ord_1'), 'Cancelled', 'by the buyer');
  expect(await ended(store, 'ord_1')).toMatchObject({ status: 'ABORTED', error: 'Cancelled', cause: 'by the buyer' });
});

test('a wait of months is waited in parts instead of ending at once', async () => {
  const { machines, store } = open(new DatabaseSync(':memory:'), kept);
  machines.start(arn, 'ord_1', inputWith(90 * 24 * 60 * 60 * 1000));
  await new Promise((wake) => setTimeout(wake, 30));
  expect(store.find(executionArn('ord_1'))?.status).toBe('RUNNING');
});

test.each([
  [{ Type: 'Task', Resource: 'arn:aws:states:::sns:publish', End: true }, /calls arn:aws:states:::sns:publish in A/],
  [{ Type: 'Pass', Assign: { x: 1 }, End: true }, /assigns variables in A/],
  [{ Type: 'Pass', QueryLanguage: 'JSONata', End: true }, /writes A in JSONata/],
])('%j is refused by name', (state, sentence) => {
  expect(() => prepareDefinition('Guarantee', { StartAt: 'A', States: { A: state } })).toThrow(sentence);
});
