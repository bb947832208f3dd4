import {
  type BatchGetCommand,
  type BatchGetCommandOutput,
  type BatchWriteCommand,
  type BatchWriteCommandOutput,
  type DeleteCommand,
  type DeleteCommandOutput,
  type GetCommand,
  type GetCommandOutput,
  type PutCommand,
  type PutCommandOutput,
  type QueryCommand,
  type QueryCommandOutput,
  type ScanCommand,
  type ScanCommandOutput,
  type TransactGetCommand,
  type TransactGetCommandOutput,
  TransactWriteCommand,
  type TransactWriteCommandOutput,
  type UpdateCommand,
  type UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import type {
  DocumentCommand,
  DocumentOutput,
  DocumentSend,
  MemoryDynamoDb,
} from '../../fakes/memory-dynamodb/memory-dynamodb.ts';
import { drawFault, type FaultRates } from './faults.ts';
import { maxLateMs, type Process, type Scheduler } from './scheduler.ts';

/** The SDK tries a call this often before it shows a passing error. */
const sdkAttempts = 3;

/** The document client of one process: each call waits for its turn and for its luck. */
export class SimulatedDocumentClient implements DocumentSend {
  readonly #scheduler: Scheduler;
  readonly #tables: MemoryDynamoDb;
  readonly #process: Process;
  readonly #rates: () => FaultRates;
  readonly #afterWrite: () => void;

  constructor(world: {
    scheduler: Scheduler;
    tables: MemoryDynamoDb;
    process: Process;
    rates: () => FaultRates;
    afterWrite: () => void;
  }) {
    this.#scheduler = world.scheduler;
    this.#tables = world.tables;
    this.#process = world.process;
    this.#rates = world.rates;
    this.#afterWrite = world.afterWrite;
  }

  send(command: GetCommand): Promise<GetCommandOutput>;
  send(command: PutCommand): Promise<PutCommandOutput>;
  send(command: UpdateCommand): Promise<UpdateCommandOutput>;
  send(command: DeleteCommand): Promise<DeleteCommandOutput>;
  send(command: QueryCommand): Promise<QueryCommandOutput>;
  send(command: ScanCommand): Promise<ScanCommandOutput>;
  send(command: BatchGetCommand): Promise<BatchGetCommandOutput>;
  send(command: BatchWriteCommand): Promise<BatchWriteCommandOutput>;
  send(command: TransactGetCommand): Promise<TransactGetCommandOutput>;
  send(command: TransactWriteCommand): Promise<TransactWriteCommandOutput>;
  async send(command: DocumentCommand): Promise<DocumentOutput> {
    const sent = this.#withToken(command);
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#scheduler.park(this.#process, describe(sent), () => this.#attempt(sent, attempt));
      if (answer !== 'again') return answer;
    }
  }

  /** One attempt, all at once: the fault is drawn when it happens, so that it falls on the interleaving that is. */
  #attempt(command: DocumentCommand, attempt: number): DocumentOutput | 'again' {
    const { random } = this.#scheduler;
    const fault = drawFault(random, this.#rates(), command);
    const again = random.chance(this.#rates().sdkRetry) && attempt < sdkAttempts;
    if (fault === undefined) return this.#execute(command);
    this.#scheduler.trace.add({
      step: this.#scheduler.steps,
      atMs: this.#scheduler.nowMs,
      who: this.#process.name,
      what: describe(command),
      outcome: fault.name,
    });
    if (fault.effect === 'done') this.#executeUnheard(command);
    if (fault.effect === 'done-later') {
      const dueAtMs = this.#scheduler.nowMs + random.integer(0, maxLateMs);
      const lostAfterMs = this.#scheduler.nowMs + maxLateMs;
      this.#scheduler.at(dueAtMs, `late ${describe(command)}`, () => this.#executeUnheard(command), lostAfterMs);
    }
    // The SDK repeats what passes by itself, but leaves a cancelled transaction to its caller.
    if (again && !fault.error.name.startsWith('TransactionCanceled')) return 'again';
    throw fault.error;
  }

  #execute(command: DocumentCommand): DocumentOutput {
    const output = this.#tables.execute(command);
    this.#afterWrite();
    return output;
  }

  #executeUnheard(command: DocumentCommand): void {
    try {
      this.#execute(command);
    } catch {
      // A refusal that nobody hears changes nothing, and the caller has been told of a timeout.
    }
  }

  /** The SDK gives each transaction a token, by which its own retries stay one transaction. */
  #withToken(command: DocumentCommand): DocumentCommand {
    if (!(command instanceof TransactWriteCommand) || command.input.ClientRequestToken !== undefined) return command;
    const ClientRequestToken = `sdk-${Math.floor(this.#scheduler.random.next() * 2 ** 48).toString(36)}`;
    return new TransactWriteCommand({ ...command.input, ClientRequestToken });
  }
}

const describe = (command: DocumentCommand): string => {
  const name = command.constructor.name.replace('Command', '');
  const { input } = command;
  if ('TransactItems' in input) {
    const parts = (input.TransactItems ?? []).flatMap((item) =>
      Object.entries(item).map(([kind, part]) => `${kind} ${subjectOf(part ?? {})}`),
    );
    return `${name} ${parts.join(', ')}`;
  }
  return 'RequestItems' in input
    ? `${name} ${Object.keys(input.RequestItems ?? {}).join(', ')}`
    : `${name} ${subjectOf(input)}`;
};

const subjectOf = (part: object): string => {
  const { TableName, IndexName, Key, Item, ExpressionAttributeValues } = part as {
    TableName?: string;
    IndexName?: string;
    Key?: Record<string, unknown>;
    Item?: Record<string, unknown>;
    ExpressionAttributeValues?: Record<string, unknown>;
  };
  const key = Key ?? (Item && { pk: Item['pk'], sk: Item['sk'] });
  const where = key
    ? Object.values(key).filter((value) => value !== undefined)
    : Object.values(ExpressionAttributeValues ?? {});
  return `${TableName}${IndexName ? `/${IndexName}` : ''}[${where.map(String).join(' ')}]`;
};
