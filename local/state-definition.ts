import { type Fields, isFields } from './aws-json.ts';
import { Refusal } from './refusal.ts';

/** Node's timers hold 24.8 days; a longer one fires at once. */
export const longestTimerSeconds = 20 * 24 * 60 * 60;
export const stillWaiting = 'Local.StillWaiting';

export type PreparedMachine = {
  readonly definition: Fields;
  /** Each task's resource, by the name of its state, which is unique in a machine. */
  readonly tasks: ReadonlyMap<string, string>;
  readonly waits: ReadonlySet<string>;
  readonly timeoutSeconds: number | undefined;
};

/**
 * Makes a deployed definition run in the embedded interpreter, whose waits end at once beyond 24.8 days and whose tasks
 * time out after a minute unless told otherwise. A wait becomes a task of ours that waits in parts: as long as time is
 * left, it fails with an error that its own retrier catches.
 */
export const prepareDefinition = (name: string, source: unknown): PreparedMachine => {
  const tasks = new Map<string, string>();
  const waits = new Set<string>();
  const refuse = (what: string): never => {
    throw new Refusal(`The state machine ${name} ${what}, which the local interpreter does not know.`);
  };

  const prepareState = (stateName: string, state: unknown): unknown => {
    if (!isFields(state)) return refuse(`has a state ${stateName} that is no object`);
    if (state['QueryLanguage'] === 'JSONata') return refuse(`writes ${stateName} in JSONata`);
    if ('Assign' in state) return refuse(`assigns variables in ${stateName}`);
    const { QueryLanguage: _language, ...rest } = state;
    switch (state['Type']) {
      case 'Wait':
        waits.add(stateName);
        return waitAsTask(rest);
      case 'Task': {
        const resource = String(state['Resource']);
        if (!/^arn:[^:]+:lambda:/.test(resource) && !/^arn:[^:]+:states:::lambda:invoke$/.test(resource)) {
          return refuse(`calls ${resource} in ${stateName}`);
        }
        tasks.set(stateName, resource);
        const TimeoutSeconds = Math.min(Number(state['TimeoutSeconds'] ?? longestTimerSeconds), longestTimerSeconds);
        return 'TimeoutSecondsPath' in state ? rest : { ...rest, TimeoutSeconds };
      }
      case 'Map': {
        const { ItemProcessor, Iterator: iterator, ...others } = rest;
        return { ...others, ItemProcessor: prepareMachine(ItemProcessor ?? iterator) };
      }
      case 'Parallel':
        return { ...rest, Branches: Array.isArray(rest['Branches']) ? rest['Branches'].map(prepareMachine) : [] };
      default:
        return rest;
    }
  };

  const prepareMachine = (machine: unknown): Fields => {
    if (!isFields(machine) || !isFields(machine['States'])) return refuse('has no States');
    if (machine['QueryLanguage'] === 'JSONata') return refuse('is written in JSONata');
    const { QueryLanguage: _language, ProcessorConfig: _processor, TimeoutSeconds: _timeout, ...rest } = machine;
    const States = Object.fromEntries(
      Object.entries(machine['States']).map(([key, state]) => [key, prepareState(key, state)]),
    );
    return { ...rest, States };
  };

  const definition = prepareMachine(source);
  const timeout = isFields(source) ? source['TimeoutSeconds'] : undefined;
  return { definition, tasks, waits, timeoutSeconds: typeof timeout === 'number' ? timeout : undefined };
};

const waitAsTask = (state: Fields): Fields => {
  const { Type: _type, Seconds, SecondsPath, Timestamp, TimestampPath, ...rest } = state;
  const until =
    typeof TimestampPath === 'string'
      ? { 'timestamp.$': TimestampPath }
      : typeof SecondsPath === 'string'
        ? { 'seconds.$': SecondsPath }
        : Timestamp === undefined
          ? { seconds: Seconds ?? 0 }
          : { timestamp: Timestamp };
  return {
    ...rest,
    Type: 'Task',
    Resource: 'arn:aws:lambda:local:000000000000:function:wait',
    Parameters: { 'input.$': '$', ...until },
    TimeoutSeconds: longestTimerSeconds + 60,
    Retry: [{ ErrorEquals: [stillWaiting], IntervalSeconds: 1, MaxAttempts: 99_999_999, BackoffRate: 1 }],
  };
};
