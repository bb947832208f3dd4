import { ExecutionTimeoutError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { AwsError, type Fields, isFields } from './aws-json.ts';
import type { Execution, ExecutionEnd, ExecutionStore } from './execution-store.ts';
import type { Outcome } from './functions.ts';
import { pause } from './pause.ts';
import { messageOf, Refusal } from './refusal.ts';
import { longestTimerSeconds, type PreparedMachine, prepareDefinition, stillWaiting } from './state-definition.ts';

export type MachineDefinition = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly definition: unknown;
};

export type MachineStats = { started: number; succeeded: number; failed: number; running: number; transitions: number };

export type StateMachines = {
  readonly start: (machineArn: string, name: string, input: string) => { executionArn: string; startDate: number };
  readonly stopExecution: (executionArn: string, error: string | undefined, cause: string | undefined) => number;
  /** Runs again, from its beginning, what the last process left running: tasks are idempotent and times absolute. */
  readonly resume: () => number;
  readonly knows: (machineArn: string) => boolean;
  readonly stats: () => Record<string, MachineStats>;
  readonly stop: () => void;
};

type Machine = {
  readonly definition: MachineDefinition;
  readonly prepared: PreparedMachine;
  readonly interpreter: StateMachine;
  readonly stats: MachineStats;
};
type Run = { readonly abort: AbortController; transitions: number };
type Json = Parameters<StateMachine['run']>[0];

const nameLimit = 80;

export const createStateMachines = (
  definitions: readonly MachineDefinition[],
  store: ExecutionStore,
  invoke: (functionName: string, event: unknown) => Promise<Outcome>,
  report: (line: string) => void,
): StateMachines => {
  const machines = new Map(definitions.map((definition) => [definition.arn, prepare(definition)] as const));
  const runs = new Map<string, Run>();
  let stopped = false;

  const machineOf = (arn: string): Machine => {
    const machine = machines.get(arn);
    if (machine === undefined) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  };

  const run = (machine: Machine, execution: Pick<Execution, 'arn' | 'name' | 'input' | 'startedAt'>): void => {
    const current: Run = { abort: new AbortController(), transitions: 0 };
    runs.set(execution.arn, current);
    machine.stats.running += 1;
    const input: Json = JSON.parse(execution.input);
    const context = {
      Execution: { Id: execution.arn, Name: execution.name },
      StateMachine: { Id: machine.definition.arn, Name: machine.definition.name },
    };
    const overrides = { taskResourceLocalHandlers: handlersOf(machine, current.abort.signal, invoke) };
    const { result, eventLogs, abort } = machine.interpreter.run(input, { overrides, context });
    current.abort.signal.addEventListener('abort', abort);
    const deadline = deadlineOf(machine, execution.startedAt, () => current.abort.abort(new ExecutionTimeoutError()));
    const finish = (end: Omit<ExecutionEnd, 'stoppedAt' | 'transitions'>): void => {
      deadline.cancel();
      runs.delete(execution.arn);
      machine.stats.running -= 1;
      if (stopped) return;
      machine.stats[end.status === 'SUCCEEDED' ? 'succeeded' : 'failed'] += 1;
      if (end.status === 'FAILED') report(`execution ${execution.arn} failed: ${end.error}: ${end.cause}`);
      store.close(execution.arn, { ...end, stoppedAt: Date.now(), transitions: current.transitions });
    };
    const counted = countTransitions(eventLogs, () => {
      current.transitions += 1;
      machine.stats.transitions += 1;
    });
    result
      .then(
        (output) => counted.then(() => finish({ status: 'SUCCEEDED', output: JSON.stringify(output) })),
        (thrown: unknown) => finish(endOf(thrown, current.abort.signal)),
      )
      .catch((thrown: unknown) => report(`the end of ${execution.arn} could not be kept: ${messageOf(thrown)}`));
  };

  const start: StateMachines['start'] = (machineArn, name, input) => {
    const machine = machineOf(machineArn);
    if (!/^[\w.-]{1,80}$/.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name.slice(0, nameLimit)}'`);
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = store.find(arn);
    if (existing !== undefined) {
      if (existing.status === 'RUNNING' && existing.input === input)
        return { executionArn: arn, startDate: existing.startedAt / 1000 };
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution = { arn, machineArn, name, input, startedAt: Date.now() };
    parseInput(input);
    store.insert(execution);
    machine.stats.started += 1;
    run(machine, execution);
    return { executionArn: arn, startDate: execution.startedAt / 1000 };
  };

  return {
    start,
    stopExecution: (executionArn, error, cause) => {
      const execution = store.find(executionArn);
      if (execution === undefined)
        throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
      runs.get(executionArn)?.abort.abort({ error, cause });
      return Date.now();
    },
    resume: () => {
      let count = 0;
      for (const execution of store.running()) {
        const machine = machines.get(execution.machineArn);
        if (machine === undefined) {
          report(`${execution.arn} cannot go on: the template no longer has its state machine`);
          continue;
        }
        run(machine, execution);
        count += 1;
      }
      return count;
    },
    knows: (arn) => machines.has(arn),
    stats: () =>
      Object.fromEntries([...machines.values()].map(({ definition, stats }) => [definition.logicalId, { ...stats }])),
    stop: () => {
      // What still runs stays RUNNING in the store, which is how the next start knows to go on with it.
      stopped = true;
      for (const { abort } of runs.values()) abort.abort();
    },
  };
};

const prepare = (definition: MachineDefinition): Machine => {
  const prepared = prepareDefinition(definition.name, definition.definition);
  if (!isDefinition(prepared.definition)) throw new Refusal(`The state machine ${definition.name} has no StartAt.`);
  const stats: MachineStats = { started: 0, succeeded: 0, failed: 0, running: 0, transitions: 0 };
  try {
    const interpreter = new StateMachine(prepared.definition, { validationOptions: { checkArn: false } });
    return { definition, prepared, interpreter, stats };
  } catch (thrown) {
    throw new Refusal(`The definition of ${definition.name} is refused by the local interpreter: ${messageOf(thrown)}`);
  }
};

const isDefinition = (value: Fields): value is Fields & StateMachineDefinition =>
  typeof value['StartAt'] === 'string' && isFields(value['States']);

const parseInput = (input: string): void => {
  try {
    JSON.parse(input);
  } catch {
    // The parser's words would differ from AWS's; callers match on the code alone.
    throw new AwsError('InvalidExecutionInput', 'Invalid State Machine Execution Input: the input is not JSON.');
  }
};

class NamedError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

type Handler = (input: Json) => Promise<Json>;

const handlersOf = (
  { prepared }: Machine,
  signal: AbortSignal,
  invoke: (functionName: string, event: unknown) => Promise<Outcome>,
): Record<string, Handler> => {
  const call = async (functionName: string, event: unknown): Promise<Json> => {
    refuseIfAborted(signal);
    return callFunction(invoke, functionName, event);
  };
  const handlers: Record<string, Handler> = {};
  for (const [state, resource] of prepared.tasks) {
    handlers[state] = resource.includes(':states:::')
      ? async (input) => {
          if (!isFields(input)) throw new NamedError('States.Runtime', `${state} has no Parameters.`);
          const Payload = await call(String(input['FunctionName']), input['Payload'] ?? {});
          return { ExecutedVersion: '$LATEST', StatusCode: 200, Payload };
        }
      : (input) => call(resource, input);
  }
  for (const state of prepared.waits) handlers[state] = createWait(signal);
  return handlers;
};

const callFunction = async (
  invoke: (functionName: string, event: unknown) => Promise<Outcome>,
  functionName: string,
  event: unknown,
): Promise<Json> => {
  const outcome = await invoke(functionName, event);
  if (outcome.kind === 'throttled') throw new NamedError('Lambda.TooManyRequestsException', 'Rate Exceeded.');
  if (outcome.kind === 'error') throw new NamedError(outcome.error.errorType, JSON.stringify(outcome.error));
  const value: Json = JSON.parse(JSON.stringify(outcome.value ?? null));
  return value;
};

/** Waits in parts; a relative wait keeps the deadline that it got with its first part. */
const createWait = (signal: AbortSignal): Handler => {
  const deadlines = new Map<string, number>();
  return async (input) => {
    if (!isFields(input)) throw new NamedError('States.Runtime', 'A wait has no input.');
    const { timestamp, seconds } = input;
    const key = JSON.stringify(input);
    const relative = deadlines.get(key) ?? Date.now() + Number(seconds) * 1000;
    // Step Functions cuts the milliseconds of a timestamp off, and so wakes up to a second before it.
    const deadline = timestamp === undefined ? relative : Math.floor(Date.parse(String(timestamp)) / 1000) * 1000;
    if (Number.isNaN(deadline)) throw new NamedError('States.Runtime', `A wait has no valid time: ${key}`);
    const partEnd = Math.min(deadline, Date.now() + longestTimerSeconds * 1000);
    // Timers may fire a millisecond early.
    while (Date.now() < partEnd && !signal.aborted) await pause(partEnd - Date.now(), signal);
    refuseIfAborted(signal);
    if (partEnd < deadline) {
      deadlines.set(key, deadline);
      throw new NamedError(stillWaiting, 'The wait is longer than one timer.');
    }
    deadlines.delete(key);
    const waited: Json = JSON.parse(JSON.stringify(input['input'] ?? null));
    return waited;
  };
};

/** An aborted interpreter retries without resting; this error has no retrier of ours, and calls no function. */
const refuseIfAborted = (signal: AbortSignal): void => {
  if (signal.aborted) throw new NamedError('Local.Aborted', 'The execution was stopped.');
};

/** A machine's own timeout counts from the execution's start, also when a restart lies in between. */
const deadlineOf = ({ prepared }: Machine, startedAt: number, expire: () => void): { readonly cancel: () => void } => {
  if (prepared.timeoutSeconds === undefined) return { cancel: () => undefined };
  const at = startedAt + prepared.timeoutSeconds * 1000;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left = at - Date.now();
    timer = left <= 0 ? setTimeout(expire, 0) : setTimeout(arm, Math.min(left, longestTimerSeconds * 1000));
  };
  arm();
  return { cancel: () => clearTimeout(timer) };
};

/** AWS bills each state that is entered and each retry; the parts of our own long waits are neither. */
const countTransitions = async (
  events: ReturnType<StateMachine['run']>['eventLogs'],
  count: () => void,
): Promise<void> => {
  for await (const event of events) {
    if (event.type === 'StateEntered') count();
    else if (event.type === 'StateRetried' && !event.retry.retrier.ErrorEquals.includes(stillWaiting)) count();
  }
};

const endOf = (thrown: unknown, signal: AbortSignal): Omit<ExecutionEnd, 'stoppedAt' | 'transitions'> => {
  if (signal.aborted) {
    const reason: unknown = signal.reason;
    if (reason instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT', error: 'States.Timeout' };
    const given = isFields(reason) ? reason : {};
    return {
      status: 'ABORTED',
      ...(typeof given['error'] === 'string' ? { error: given['error'] } : {}),
      ...(typeof given['cause'] === 'string' ? { cause: given['cause'] } : {}),
    };
  }
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  return { status: 'FAILED', error: cause instanceof Error ? cause.name : 'States.Runtime', cause: messageOf(cause) };
};
