import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandOutput,
  DeleteCommand,
  type DeleteCommandOutput,
  GetCommand,
  type GetCommandOutput,
  PutCommand,
  type PutCommandOutput,
  QueryCommand,
  type QueryCommandOutput,
  ScanCommand,
  type ScanCommandOutput,
  TransactGetCommand,
  type TransactGetCommandOutput,
  TransactWriteCommand,
  type TransactWriteCommandOutput,
  UpdateCommand,
  type UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { batchGet, batchWrite } from './batches.ts';
import type { StreamRecord } from './change-stream.ts';
import { tableNotFound, unsupported } from './errors.ts';
import { get, query, scan } from './reads.ts';
import type { MemoryTableDefinition } from './schema.ts';
import { MemoryTable, type ReadLag } from './table.ts';
import { Transactions } from './transactions.ts';
import type { Item } from './values.ts';
import { deleteItem, put, update } from './writes.ts';

export type { StreamRecord } from './change-stream.ts';
export type { MemoryTableDefinition } from './schema.ts';

export type DocumentCommand =
  | GetCommand
  | PutCommand
  | UpdateCommand
  | DeleteCommand
  | QueryCommand
  | ScanCommand
  | BatchGetCommand
  | BatchWriteCommand
  | TransactGetCommand
  | TransactWriteCommand;

export type DocumentOutput =
  | GetCommandOutput
  | PutCommandOutput
  | UpdateCommandOutput
  | DeleteCommandOutput
  | QueryCommandOutput
  | ScanCommandOutput
  | BatchGetCommandOutput
  | BatchWriteCommandOutput
  | TransactGetCommandOutput
  | TransactWriteCommandOutput;

/** The document client's `send`, for the commands that the memory tables know. */
export interface DocumentSend {
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
}

export type MemoryDynamoDbOptions = {
  /** Milliseconds since the epoch, for stream records and request tokens. @default a clock that stands at 0 */
  readonly now?: () => number;
  /** How far eventually consistent reads lag behind. @default not at all */
  readonly lag?: ReadLag;
};

/** DynamoDB's tables in memory: the same answers and the same errors, at once and always in the same order. */
export class MemoryDynamoDb implements DocumentSend {
  readonly #tables = new Map<string, MemoryTable>();
  readonly #options: MemoryDynamoDbOptions;
  readonly #now: () => number;
  readonly #transactions: Transactions;

  constructor(options: MemoryDynamoDbOptions = {}) {
    this.#options = options;
    this.#now = options.now ?? (() => 0);
    this.#transactions = new Transactions((name) => this.#table(name), this.#now);
  }

  createTable(definition: MemoryTableDefinition): void {
    if (this.#tables.has(definition.tableName)) throw new Error(`The table ${definition.tableName} exists already`);
    this.#tables.set(definition.tableName, new MemoryTable(definition, this.#options.lag));
  }

  get tableNames(): string[] {
    return [...this.#tables.keys()];
  }

  /** Stream records of a table from a cursor on; the first cursor is 0, the next one is the cursor plus what came. */
  readStream(tableName: string, cursor: number, limit = 1000): StreamRecord[] {
    return this.#table(tableName).stream?.read(cursor, limit) ?? [];
  }

  streamLength(tableName: string): number {
    return this.#table(tableName).stream?.length ?? 0;
  }

  /** What changed in a table from a cursor on, one after the other, for auditors. */
  *changes(
    tableName: string,
    cursor: number,
  ): Generator<{ readonly before: Item | undefined; readonly after: Item | undefined }> {
    yield* this.#table(tableName).stream?.changes(cursor) ?? [];
  }

  /** Every item of a table as it stands, for auditors: the items themselves, not copies. */
  *items(tableName: string): Generator<Item> {
    for (const entry of this.#table(tableName).source(undefined, true).scan(0, 1)) yield entry.stored.item;
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
    return this.execute(command);
  }

  /** `send` without the promise: done when it returns, and either wholly or not at all. */
  execute(command: DocumentCommand): DocumentOutput {
    if (command instanceof TransactWriteCommand) return this.#transactions.write(command.input);
    if (command instanceof GetCommand) return get(this.#table(command.input.TableName), command.input);
    if (command instanceof QueryCommand) return query(this.#table(command.input.TableName), command.input);
    if (command instanceof PutCommand) return put(this.#table(command.input.TableName), command.input, this.#now());
    if (command instanceof UpdateCommand)
      return update(this.#table(command.input.TableName), command.input, this.#now());
    if (command instanceof DeleteCommand) {
      return deleteItem(this.#table(command.input.TableName), command.input, this.#now());
    }
    if (command instanceof ScanCommand) return scan(this.#table(command.input.TableName), command.input);
    if (command instanceof TransactGetCommand) return this.#transactions.get(command.input);
    if (command instanceof BatchGetCommand) return batchGet((name) => this.#table(name), command.input);
    if (command instanceof BatchWriteCommand) {
      return batchWrite((name) => this.#table(name), command.input, this.#now());
    }
    throw unsupported(`the command ${String(command)}`);
  }

  #table(name: string | undefined): MemoryTable {
    const table = name === undefined ? undefined : this.#tables.get(name);
    if (table === undefined) throw tableNotFound();
    return table;
  }
}
