import type { CancellationReason, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import type {
  TransactGetCommandInput,
  TransactGetCommandOutput,
  TransactWriteCommandInput,
  TransactWriteCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { addUsage, consumed, isAsked, readUnits, tableUsage, type Usage } from './capacity.ts';
import { tokenMismatch, transactionCancelled, validationError } from './errors.ts';
import { readExpressions } from './expressions.ts';
import { shown } from './reads.ts';
import { readKey } from './schema.ts';
import type { StoredItem } from './sorted-items.ts';
import type { MemoryTable } from './table.ts';
import {
  conditionHolds,
  type PreparedWrite,
  prepareCheck,
  prepareDelete,
  preparePut,
  prepareUpdate,
  usageOf,
} from './writes.ts';

const maxItems = 100;
const maxBytes = 4 * 1024 * 1024;
const maxTokenLength = 36;
/** DynamoDB forgets a ClientRequestToken after ten minutes. */
const tokenLifeMs = 600_000;

type TableByName = (name: string | undefined) => MemoryTable;
type WriteItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Transactions, and the tokens of those that were committed. */
export class Transactions {
  readonly #table: TableByName;
  readonly #now: () => number;
  readonly #tokens = new Map<string, { readonly request: string; readonly untilMs: number }>();

  constructor(table: TableByName, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  write(input: TransactWriteCommandInput): TransactWriteCommandOutput {
    const items = input.TransactItems ?? [];
    checkCount(items.length);
    const writes = items.map((item) => prepare(this.#table, item));
    checkDistinct(writes);
    if (this.#isReplay(input)) return replayed(writes, input.ReturnConsumedCapacity);
    const outcomes = decide(writes);
    this.#remember(input);
    const now = this.#now();
    const usages = new Map<string, Usage>();
    for (const [index, write] of writes.entries()) {
      const after = outcomes[index];
      const change = write.writes ? write.table.write(write.place, after, now) : { before: after, after };
      if (!isAsked(input.ReturnConsumedCapacity)) continue;
      usages.set(write.table.name, addUsage(usages.get(write.table.name), usageOf(write.table, change, 2)));
    }
    return { $metadata: {}, ...capacityOf(input.ReturnConsumedCapacity, usages, 'WriteCapacityUnits') };
  }

  get(input: TransactGetCommandInput): TransactGetCommandOutput {
    const items = input.TransactItems ?? [];
    checkCount(items.length);
    const reads = items.map(({ Get }) => {
      const table = this.#table(Get?.TableName);
      const place = table.placeOf(readKey(table.definition, Get?.Key));
      return { table, place, projection: readExpressions(Get ?? {}).projection };
    });
    checkDistinct(reads);
    const usages = new Map<string, Usage>();
    const responses = reads.map(({ table, place, projection }) => {
      const stored = table.get(place);
      usages.set(table.name, addUsage(usages.get(table.name), tableUsage(2 * readUnits(stored?.bytes ?? 0, true))));
      return stored === undefined ? {} : { Item: shown(stored.item, projection) };
    });
    return {
      $metadata: {},
      Responses: responses,
      ...capacityOf(input.ReturnConsumedCapacity, usages, 'ReadCapacityUnits'),
    };
  }

  #isReplay(input: TransactWriteCommandInput): boolean {
    const token = input.ClientRequestToken;
    if (token === undefined) return false;
    if (token.length < 1 || token.length > maxTokenLength) {
      throw validationError(
        `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to ${maxTokenLength}`,
      );
    }
    const known = this.#tokens.get(token);
    if (known === undefined || known.untilMs <= this.#now()) return false;
    if (known.request !== fingerprint(input)) throw tokenMismatch();
    return true;
  }

  #remember(input: TransactWriteCommandInput): void {
    if (input.ClientRequestToken === undefined) return;
    this.#tokens.set(input.ClientRequestToken, { request: fingerprint(input), untilMs: this.#now() + tokenLifeMs });
  }
}

const checkCount = (count: number): void => {
  if (count >= 1 && count <= maxItems) return;
  const rule = count < 1 ? 'greater than or equal to 1' : `less than or equal to ${maxItems}`;
  throw validationError(
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${rule}`,
  );
};

const prepare = (table: TableByName, item: WriteItem): PreparedWrite => {
  const parts = [item.Put, item.Delete, item.Update, item.ConditionCheck].filter((part) => part !== undefined);
  if (parts.length !== 1) {
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (item.Put) return preparePut(table(item.Put.TableName), item.Put);
  if (item.Delete) return prepareDelete(table(item.Delete.TableName), item.Delete);
  if (item.Update) return prepareUpdate(table(item.Update.TableName), item.Update);
  return prepareCheck(table(item.ConditionCheck?.TableName), item.ConditionCheck ?? {});
};

const checkDistinct = (operations: readonly Pick<PreparedWrite, 'table' | 'place'>[]): void => {
  const seen = new Set(operations.map(({ table, place }) => `${table.name}\0${place.partition}\0${place.sort}`));
  if (seen.size === operations.length) return;
  throw validationError('Transaction request cannot include multiple operations on one item');
};

/** What each operation leaves behind; throws with the reasons of all operations when one of them cannot be done. */
const decide = (writes: readonly PreparedWrite[]): (StoredItem | undefined)[] => {
  const reasons: CancellationReason[] = [];
  const outcomes: (StoredItem | undefined)[] = [];
  let bytes = 0;
  for (const write of writes) {
    const outcome = attempt(write);
    reasons.push(outcome.reason);
    outcomes.push(outcome.after);
    bytes += write.writes ? (outcome.after?.bytes ?? 0) : 0;
  }
  if (reasons.some((reason) => reason.Code !== 'None')) throw transactionCancelled(reasons);
  if (bytes > maxBytes) throw validationError('Transaction request size cannot exceed 4 MB');
  return outcomes;
};

type Attempt = { readonly reason: CancellationReason; readonly after: StoredItem | undefined };

const attempt = (write: PreparedWrite): Attempt => {
  const before = write.table.get(write.place);
  if (!conditionHolds(write, before)) {
    const found = write.returnsFound && before !== undefined ? { Item: marshall(before.item) } : {};
    return {
      reason: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...found },
      after: undefined,
    };
  }
  try {
    return { reason: { Code: 'None' }, after: write.after(before) };
  } catch (error) {
    // An update that does not fit what it meets is a reason among the others, not an exception of its own.
    if (!isValidationError(error)) throw error;
    return { reason: { Code: 'ValidationError', Message: error.message }, after: undefined };
  }
};

const isValidationError = (error: unknown): error is DynamoDBServiceException =>
  error instanceof Error && error.name === 'ValidationException';

const capacityOf = (
  ask: string | undefined,
  usages: ReadonlyMap<string, Usage>,
  unit: 'ReadCapacityUnits' | 'WriteCapacityUnits',
) => (isAsked(ask) ? { ConsumedCapacity: [...usages].map(([table, usage]) => consumed(ask, table, usage, unit)) } : {});

/** A request that was committed before only reads. */
const replayed = (writes: readonly PreparedWrite[], ask: string | undefined): TransactWriteCommandOutput => {
  const usages = new Map<string, Usage>();
  for (const { table, place } of writes) {
    const units = 2 * readUnits(table.get(place)?.bytes ?? 0, true);
    usages.set(table.name, addUsage(usages.get(table.name), tableUsage(units)));
  }
  return { $metadata: {}, ...capacityOf(ask, usages, 'ReadCapacityUnits') };
};

const fingerprint = (input: TransactWriteCommandInput): string =>
  JSON.stringify(input.TransactItems, (_name, value: unknown) => {
    if (value instanceof Set) return { set: [...value] };
    return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('hex') } : value;
  });
