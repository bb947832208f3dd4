import {
  type AttributeValue,
  type CancellationReason,
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type BatchWriteCommandOutput,
  DeleteCommand,
  type DeleteCommandInput,
  type DeleteCommandOutput,
  DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  type GetCommandOutput,
  PutCommand,
  type PutCommandInput,
  type PutCommandOutput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
  type ScanCommandInput,
  type ScanCommandOutput,
  TransactGetCommand,
  type TransactGetCommandInput,
  type TransactGetCommandOutput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  type TransactWriteCommandOutput,
  UpdateCommand,
  type UpdateCommandInput,
  type UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { clientTimeouts } from '../client-timeouts.ts';
import type { Surroundings } from '../clock.ts';

export type Item = Record<string, unknown>;

/** The part of the document client that Surety uses; the simulation's tables offer the same. */
export interface DocumentClient {
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

/** A conditional write either happened, or names the item that stood in its way. */
export type Written = { readonly written: true } | { readonly written: false; readonly found: Item | undefined };

export type TransactionItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** `failed` lists the positions whose condition did not hold, with the item each met. */
export type Committed =
  | { readonly committed: true }
  | { readonly committed: false; readonly failed: ReadonlyMap<number, Item | undefined> };

/** Attempts of one write that meets transactions on the same items, before the caller's own retry takes over. */
export const maxTransactionAttempts = 8;
const baseBackoffMs = 10;
const maxBackoffMs = 640;

/** Rounds in which one batch request may get through throttling. */
const maxBatchRounds = 20;

const passingReasons = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
]);

/** Says of an item that it would have been written, or why never: neither is in the way of another attempt. */
const decidedReasons = new Set(['None', 'ConditionalCheckFailed']);

/**
 * Typed calls on tables. A condition that fails is an answer, not an exception; a conflict with a transaction is tried
 * again here, bounded and with jitter, because the SDK does not; every other fault is thrown to the caller.
 */
export class TableGateway {
  readonly #client: DocumentClient;
  readonly #surroundings: Surroundings;

  constructor(client: DocumentClient, surroundings: Surroundings) {
    this.#client = client;
    this.#surroundings = surroundings;
  }

  /** One item, strongly consistent unless the input says otherwise. */
  async get(input: GetCommandInput): Promise<Item | undefined> {
    const { Item } = await this.#client.send(new GetCommand({ ConsistentRead: true, ...input }));
    return Item;
  }

  async put(input: PutCommandInput): Promise<Written> {
    return this.#conditional(async () => {
      await this.#client.send(new PutCommand({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...input }));
    });
  }

  async delete(input: DeleteCommandInput): Promise<Written> {
    return this.#conditional(async () => {
      await this.#client.send(new DeleteCommand({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...input }));
    });
  }

  /** Updates one item; `item` is what stands afterwards. */
  async update(input: UpdateCommandInput): Promise<Written & { readonly item?: Item | undefined }> {
    let item: Item | undefined;
    const outcome = await this.#conditional(async () => {
      const output = await this.#client.send(
        new UpdateCommand({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ReturnValues: 'ALL_NEW', ...input }),
      );
      item = output.Attributes;
    });
    return outcome.written ? { ...outcome, item } : outcome;
  }

  /** One page; `lastKey` continues it. */
  async query(input: QueryCommandInput): Promise<{ items: Item[]; count: number; lastKey: Item | undefined }> {
    const output = await this.#client.send(new QueryCommand(input));
    return { items: output.Items ?? [], count: output.Count ?? 0, lastKey: output.LastEvaluatedKey };
  }

  /** All items of a query, page after page; at most `maxPages` of them. */
  async *queryAll(input: QueryCommandInput, maxPages = 1_000): AsyncGenerator<Item> {
    let start = input.ExclusiveStartKey;
    for (let pages = 0; pages < maxPages; pages += 1) {
      const page = await this.query(start === undefined ? input : { ...input, ExclusiveStartKey: start });
      yield* page.items;
      if (page.lastKey === undefined) return;
      start = page.lastKey;
    }
    throw new Error(`A query on ${input.TableName} has more than ${maxPages} pages`);
  }

  async scan(input: ScanCommandInput): Promise<{ items: Item[]; lastKey: Item | undefined }> {
    const output = await this.#client.send(new ScanCommand(input));
    return { items: output.Items ?? [], lastKey: output.LastEvaluatedKey };
  }

  /**
   * Up to 100 items of one table by key, in no order; missing ones are absent.
   * @param names what the projection's placeholders stand for, where attributes have reserved names
   */
  async batchGet(
    tableName: string,
    keys: readonly Item[],
    projection?: string,
    names?: Readonly<Record<string, string>>,
  ): Promise<Item[]> {
    if (keys.length === 0) return [];
    const found: Item[] = [];
    let request: BatchGetCommandInput['RequestItems'] = {
      [tableName]: {
        Keys: [...keys],
        ConsistentRead: true,
        ...(projection === undefined ? {} : { ProjectionExpression: projection }),
        ...(names === undefined ? {} : { ExpressionAttributeNames: { ...names } }),
      },
    };
    for (let round = 0; round < maxBatchRounds; round += 1) {
      const output: BatchGetCommandOutput = await this.#client.send(new BatchGetCommand({ RequestItems: request }));
      found.push(...(output.Responses?.[tableName] ?? []));
      if (output.UnprocessedKeys === undefined || Object.keys(output.UnprocessedKeys).length === 0) return found;
      request = output.UnprocessedKeys;
      await this.#backOff(round);
    }
    throw new Error(`A batch read on ${tableName} was still incomplete after ${maxBatchRounds} rounds`);
  }

  /** Deletes items by key, 25 a request; deleting what is not there is no fault. */
  async batchDelete(tableName: string, keys: readonly Item[]): Promise<void> {
    for (let from = 0; from < keys.length; from += 25) {
      let request: BatchWriteCommandInput['RequestItems'] = {
        [tableName]: keys.slice(from, from + 25).map((Key) => ({ DeleteRequest: { Key } })),
      };
      for (let round = 0; request !== undefined; round += 1) {
        if (round === maxBatchRounds)
          throw new Error(`A batch delete on ${tableName} was incomplete after ${maxBatchRounds} rounds`);
        if (round > 0) await this.#backOff(round);
        const output: BatchWriteCommandOutput = await this.#client.send(
          new BatchWriteCommand({ RequestItems: request }),
        );
        const left = output.UnprocessedItems;
        request = left === undefined || Object.keys(left).length === 0 ? undefined : left;
      }
    }
  }

  /** Several items as they stood at one moment; a read that meets a write of one of them is tried again. */
  async transactGet(input: TransactGetCommandInput): Promise<(Item | undefined)[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { Responses } = await this.#client.send(new TransactGetCommand(input));
        return (Responses ?? []).map((response) => response.Item);
      } catch (error) {
        if (!isPassing(reasonsOf(error)) || attempt >= maxTransactionAttempts) throw error;
      }
      await this.#backOff(attempt);
    }
  }

  /** All of the writes or none. Each names its own condition; those that fail come back by position. */
  async transact(items: readonly TransactionItem[]): Promise<Committed> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#client.send(new TransactWriteCommand({ TransactItems: items.map(askForOld) }));
        return { committed: true };
      } catch (error) {
        const reasons = reasonsOf(error);
        const failed = new Map(
          reasons.flatMap((reason, index) =>
            reason.Code === 'ConditionalCheckFailed' ? [[index, plain(reason.Item)] as const] : [],
          ),
        );
        // With a conflict beside it, a failed condition may be half of what another transaction is just writing: an
        // order that is being paid shows as an empty wallet. Only a picture without conflicts decides anything.
        if (!isPassing(reasons) || attempt >= maxTransactionAttempts) {
          if (failed.size > 0) return { committed: false, failed };
          throw error;
        }
      }
      await this.#backOff(attempt);
    }
  }

  async #conditional(write: () => Promise<void>): Promise<Written> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await write();
        return { written: true };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return { written: false, found: plain(error.Item) };
        if (!(error instanceof TransactionConflictException) || attempt >= maxTransactionAttempts) throw error;
      }
      await this.#backOff(attempt);
    }
  }

  /** Full jitter: anywhere between nothing and the doubled bound. */
  async #backOff(attempt: number): Promise<void> {
    await this.#surroundings.sleep(this.#surroundings.random() * Math.min(maxBackoffMs, baseBackoffMs * 2 ** attempt));
  }
}

const reasonsOf = (error: unknown): readonly CancellationReason[] =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];

/** Whether a transaction met something that a moment later may be over, and no fault of the request. */
const isPassing = (reasons: readonly CancellationReason[]): boolean =>
  reasons.some(({ Code = '' }) => passingReasons.has(Code)) &&
  reasons.every(({ Code = '' }) => decidedReasons.has(Code) || passingReasons.has(Code));

/** The document client leaves the items inside exceptions in DynamoDB's own form. */
const plain = (item: Record<string, AttributeValue> | undefined): Item | undefined =>
  item === undefined ? undefined : unmarshall(item);

const askForOld = (item: TransactionItem): TransactionItem => {
  const ask = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  if (item.Put) return { Put: { ...item.Put, ...ask } };
  if (item.Update) return { Update: { ...item.Update, ...ask } };
  if (item.Delete) return { Delete: { ...item.Delete, ...ask } };
  return item.ConditionCheck ? { ConditionCheck: { ...item.ConditionCheck, ...ask } } : item;
};

/** The gateway on real tables; one for each cold start. */
export const connectTables = (surroundings: Surroundings): TableGateway => {
  const client = new DynamoDBClient(clientTimeouts);
  // It copies every input and output to hide what is secret from a log that nobody keeps: a seventh of an import's time.
  client.middlewareStack.remove('loggerMiddleware');
  return new TableGateway(
    DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    surroundings,
  );
};
