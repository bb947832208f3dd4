import * as z from 'zod/mini';
import { importPhases } from '../../core/imports/file-import.ts';
import { fileRefusalCodes } from '../../core/imports/file-refusal.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { type Batch, type BatchStatus, batchStatuses } from '../../core/stock/batch.ts';
import { type Rejection, rejectionCodes } from '../../core/stock/import-keys.ts';
import { acceptableQualityLimits, inspectionLevels } from '../../core/stock/sampling-plan.ts';
import { dueShardName, dueShardOf } from './due.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';

const batchSk = 'BATCH';
export const batchKey = (batchId: string) => ({ pk: batchId, sk: batchSk });
export const reportKey = (batchId: string) => ({ pk: batchId, sk: 'REPORT' });
/** The record by which one of the parallel writers of a batch sees whether its keys may still be offered. */
const gateKey = (batchId: string, gate: number) => ({ pk: batchId, sk: `GATE#${gate}` });
const gateItem = (batchId: string, gate: number, status: BatchStatus): Item => ({
  ...gateKey(batchId, gate),
  status,
});
const stockKey = (productId: string) => ({ pk: productId, sk: 'COUNT' });

const instant = z.string();
const fileImport = z.object({
  phase: z.enum(importPhases),
  name: z.string(),
  sizeBytes: z.int(),
  format: z.optional(z.enum(['txt', 'csv'])),
  encoding: z.optional(z.enum(['utf-8', 'gb18030'])),
  attempt: z.int(),
  linesDone: z.int(),
  stored: z.int(),
  rejected: z.int(),
  storingSince: z.optional(instant),
  progressAt: z.optional(instant),
  refusal: z.optional(z.object({ code: z.enum(fileRefusalCodes), detail: z.string() })),
});
const sampling = z.object({
  inspection: z.object({ inspectionLevel: z.enum(inspectionLevels), aql: z.enum(acceptableQualityLimits) }),
  sample: z.optional(
    z.object({
      size: z.int(),
      accept: z.int(),
      seed: z.string(),
      drawnAt: instant,
      good: z.int(),
      bad: z.int(),
      verdict: z.optional(z.enum(['accepted', 'rejected'])),
      decidedAt: z.optional(instant),
    }),
  ),
});
const batchItem = z.object({
  pk: z.string(),
  seq: z.int(),
  status: z.enum(batchStatuses),
  merchantId: z.string(),
  batchProductId: z.string(),
  source: z.object({
    kind: z.enum(['own_stock', 'supplier', 'publisher', 'other']),
    name: z.string(),
    reference: z.optional(z.string()),
  }),
  requestHash: z.string(),
  createdAt: instant,
  lines: z.int(),
  lane: z.enum(['public', 'reserve']),
  stored: z.optional(z.int()),
  rejected: z.optional(z.int()),
  completedAt: z.optional(instant),
  quarantinedAt: z.optional(instant),
  quarantineReason: z.optional(z.string()),
  file: z.optional(fileImport),
  sampling: z.optional(sampling),
  carriedThrough: z.optional(z.object({ afterKeyId: z.string(), keys: z.int(), beganAt: instant })),
  dueAt: z.optional(instant),
});

const reportItem = z.object({ rejections: z.array(z.object({ line: z.int(), code: z.enum(rejectionCodes) })) });

const stockItem = z.object({ countedAt: instant, byDay: z.record(z.string(), z.int()) });
export type StockCount = z.output<typeof stockItem>;

/** The rejections of a report, where there is one. */
export const toRejections = (item: Item | undefined): readonly Rejection[] =>
  item === undefined ? [] : reportItem.parse(item).rejections;

export const isBatchItem = (item: Item): boolean => item['sk'] === batchSk;

export const toBatch = (item: Item): Batch => {
  const { pk, batchProductId, ...rest } = batchItem.parse(item);
  return { ...rest, batchId: pk, productId: batchProductId };
};

export const fromBatch = ({ batchId, productId, ...rest }: Batch): Item => ({
  ...rest,
  ...batchKey(batchId),
  batchProductId: productId,
  dueShard: dueShardOf(batchId, rest.dueAt),
  ...(rest.status === 'sampling' && { samplingState: rest.status }),
});

/** Holds while a batch has this status: nobody quarantines it in the same moment. */
export const checkBatchStatus = (tableName: string, batchId: string, status: BatchStatus): TransactionItem => ({
  ConditionCheck: {
    TableName: tableName,
    Key: batchKey(batchId),
    ConditionExpression: '#status = :status',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':status': status },
  },
});

/**
 * How many transactions of one import may be under way at once. Each checks a gate of its own: transactions that check
 * one and the same record conflict, on AWS even where none of them changes it.
 */
export const importGates = 4;

/** Holds while a gate of a batch stands at this status. */
export const checkGate = (tableName: string, batchId: string, gate: number, status: BatchStatus): TransactionItem => ({
  ConditionCheck: {
    TableName: tableName,
    Key: gateKey(batchId, gate),
    ConditionExpression: '#status = :status',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':status': status },
  },
});

export class BatchesTable {
  readonly #gateway: TableGateway;
  readonly #tableName: string;

  constructor(gateway: TableGateway, tableName: string) {
    this.#gateway = gateway;
    this.#tableName = tableName;
  }

  async get(batchId: string): Promise<Batch | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: batchKey(batchId) });
    return item && toBatch(item);
  }

  /**
   * Puts the gates of an import at a status, one after the other: a writer that is at one of them fails or ends first.
   * After this nothing is stored any more by whoever believes in another status.
   */
  async setGates(batchId: string, status: BatchStatus): Promise<void> {
    for (let gate = 0; gate < importGates; gate += 1)
      await this.#gateway.put({ TableName: this.#tableName, Item: gateItem(batchId, gate, status) });
  }

  /** Writes a new batch, with open gates where a file is to come, or answers with the one that stands under its id already. */
  async begin(batch: Batch): Promise<{ readonly begun: true } | { readonly begun: false; readonly standing: Batch }> {
    const TableName = this.#tableName;
    const gates = batch.file === undefined ? 0 : importGates;
    const outcome = await this.#gateway.transact([
      { Put: { TableName, Item: fromBatch(batch), ConditionExpression: 'attribute_not_exists(pk)' } },
      ...Array.from({ length: gates }, (_, gate) => ({
        Put: { TableName, Item: gateItem(batch.batchId, gate, batch.status) },
      })),
    ]);
    if (outcome.committed) return { begun: true };
    const found = outcome.failed.get(0);
    if (!found) throw new Error(`Batch ${batch.batchId} exists but could not be read`);
    return { begun: false, standing: toBatch(found) };
  }

  /** Writes a batch over the number it was decided on, with its report where the import is complete. */
  async write(from: Batch, to: Batch, rejections?: readonly Rejection[]): Promise<boolean> {
    const { committed } = await this.#gateway.transact([
      {
        Put: {
          TableName: this.#tableName,
          Item: fromBatch(to),
          ConditionExpression: 'seq = :seq',
          ExpressionAttributeValues: { ':seq': from.seq },
        },
      },
      ...(rejections ? [{ Put: { TableName: this.#tableName, Item: { ...reportKey(to.batchId), rejections } } }] : []),
    ]);
    return committed;
  }

  /** Rejected lines of a complete import, in their order. */
  async rejections(batchId: string): Promise<readonly Rejection[]> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: reportKey(batchId) });
    return toRejections(item);
  }

  /** Batches of a product, newest first. */
  async ofProduct(
    productId: string,
    limit: number,
    startKey: Item | undefined,
  ): Promise<{ batches: readonly Batch[]; lastKey: Item | undefined }> {
    const { items, lastKey } = await this.#gateway.query({
      TableName: this.#tableName,
      IndexName: 'batches-by-product',
      KeyConditionExpression: 'batchProductId = :product',
      ExpressionAttributeValues: { ':product': productId },
      ScanIndexForward: false,
      Limit: limit,
      ...(startKey && { ExclusiveStartKey: startKey }),
    });
    return { batches: items.map(toBatch), lastKey };
  }

  /** Batches that are being tested, first come first. From an index: what changed a moment ago may not show. */
  async underSampling(
    limit: number,
    startKey: Item | undefined,
  ): Promise<{ batches: readonly Batch[]; lastKey: Item | undefined }> {
    const { items, lastKey } = await this.#gateway.query({
      TableName: this.#tableName,
      IndexName: 'samplings',
      KeyConditionExpression: 'samplingState = :state',
      ExpressionAttributeValues: { ':state': 'sampling' },
      Limit: limit,
      ...(startKey && { ExclusiveStartKey: startKey }),
    });
    return { batches: items.map(toBatch), lastKey };
  }

  /** Ids of batches of one due shard that are past due, earliest first. */
  async due(shard: number, until: Instant, limit: number): Promise<readonly string[]> {
    const { items } = await this.#gateway.query({
      TableName: this.#tableName,
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :until',
      ExpressionAttributeValues: { ':shard': dueShardName(shard), ':until': until },
      Limit: limit,
    });
    return items.map((item) => z.object({ pk: z.string() }).parse(item).pk);
  }

  /** The last count of a product's offers by sell-until day; `undefined` before the first. */
  async stockCount(productId: string): Promise<StockCount | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tableName, Key: stockKey(productId) });
    return item && stockItem.parse(item);
  }

  /** Keeps a count unless a later one stands. */
  async keepStockCount(productId: string, count: StockCount): Promise<void> {
    await this.#gateway.put({
      TableName: this.#tableName,
      Item: { ...stockKey(productId), ...count },
      ConditionExpression: 'attribute_not_exists(pk) OR countedAt < :countedAt',
      ExpressionAttributeValues: { ':countedAt': count.countedAt },
    });
  }
}
