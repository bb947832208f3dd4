import { ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import type { StartGuarantee } from '../../../adapters/workflows.ts';
import { type FaultRates, lostConnection } from './faults.ts';
import type { Process, Scheduler } from './scheduler.ts';

/** A task's answer: nothing more to do, or nothing before `dueAt`. */
export type TaskAnswer = { readonly done: true } | { readonly done: false; readonly dueAt: string };

export type WorkflowOptions = {
  readonly name: string;
  /** Attempts of one task, with backoff, before the execution fails. */
  readonly maxAttempts: number;
  /** A task that takes longer is ended. @default it may take for ever */
  readonly timeoutMs?: number;
  /** Errors that the retry rule names; others fail the execution at once. */
  readonly isRetryable: (error: unknown) => boolean;
  readonly task: (process: Process) => (name: string) => Promise<TaskAnswer>;
};

export type Execution = {
  readonly name: string;
  status: 'running' | 'succeeded' | 'failed';
  tasks: number;
  error?: unknown;
};

const baseRetryMs = 2_000;
const maxRetryMs = 300_000;

/** Step Functions with the guarantee's machine: wait until a time, run the task, follow its answer. */
export class SimulatedWorkflows {
  readonly executions = new Map<string, Execution>();
  readonly #scheduler: Scheduler;
  readonly #rates: () => FaultRates;
  readonly #options: WorkflowOptions;

  constructor(scheduler: Scheduler, rates: () => FaultRates, options: WorkflowOptions) {
    this.#scheduler = scheduler;
    this.#rates = rates;
    this.#options = options;
  }

  /** The starter's port: a second start of a name is no fault there. */
  starter(process: Process): StartGuarantee {
    return async (name, dueAt) => {
      try {
        await this.#scheduler.park(process, `start ${this.#options.name} ${name}`, () => this.#request(name, dueAt));
      } catch (error) {
        // The name was used before, which is what the port promises to overlook.
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    };
  }

  /** Starts an execution; a name is used once and for ever. */
  start(name: string, dueAt: string): void {
    if (this.executions.has(name)) {
      throw new ExecutionAlreadyExists({ $metadata: {}, message: `Execution Already Exists: '${name}'` });
    }
    const execution: Execution = { name, status: 'running', tasks: 0 };
    this.executions.set(name, execution);
    this.#wait(execution, Date.parse(dueAt), 1);
  }

  #request(name: string, dueAt: string): void {
    const { random } = this.#scheduler;
    if (random.chance(this.#rates().lostRequest)) throw lostConnection(random);
    this.start(name, dueAt);
    if (random.chance(this.#rates().lostAnswer)) throw lostConnection(random);
  }

  #wait(execution: Execution, untilMs: number, attempt: number): void {
    const dueAtMs = Math.max(untilMs, this.#scheduler.nowMs);
    this.#scheduler.at(dueAtMs, `${this.#options.name} ${execution.name}`, () => this.#run(execution, attempt));
  }

  #run(execution: Execution, attempt: number): void {
    const twice = this.#scheduler.random.chance(this.#rates().repeatTask);
    const body = (process: Process) => this.#options.task(process)(execution.name);
    if (twice) this.#scheduler.spawn(this.#options.name, body, undefined, this.#options.timeoutMs);
    execution.tasks += 1;
    let answer: TaskAnswer | undefined;
    this.#scheduler.spawn(
      this.#options.name,
      async (process) => {
        answer = await body(process);
      },
      (ending) => {
        if (answer !== undefined && ending.kind === 'returned') this.#follow(execution, answer);
        else this.#retry(execution, ending.kind === 'threw' ? ending.error : undefined, attempt);
      },
      this.#options.timeoutMs,
    );
  }

  #follow(execution: Execution, answer: TaskAnswer): void {
    if (answer.done) execution.status = 'succeeded';
    else this.#wait(execution, Date.parse(answer.dueAt), 1);
  }

  /** A crashed task is a fault of Lambda, which is always tried again. */
  #retry(execution: Execution, error: unknown, attempt: number): void {
    if (attempt < this.#options.maxAttempts && (error === undefined || this.#options.isRetryable(error))) {
      const pauseMs = Math.min(maxRetryMs, baseRetryMs * 2 ** (attempt - 1));
      this.#wait(execution, this.#scheduler.nowMs + pauseMs, attempt + 1);
      return;
    }
    execution.status = 'failed';
    execution.error = error;
  }
}
