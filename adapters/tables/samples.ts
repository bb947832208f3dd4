import * as z from 'zod/mini';
import type { Instant } from '../../core/shared/instant.ts';
import type { Batch } from '../../core/stock/batch.ts';
import { type SampleKey, sampleOwner, sampleResults } from '../../core/stock/sampling.ts';
import { checkBatchStatus, fromBatch } from './batches.ts';
import type { TableGateway, TransactionItem } from './gateway.ts';
import { bindSampleKey } from './keys.ts';

const listKey = (batchId: string) => ({ pk: batchId, sk: 'SAMPLE' });
const numbered = (number: number): string => String(number).padStart(4, '0');
const sampleKey = (batchId: string, number: number) => ({ pk: batchId, sk: `SAMPLE#${numbered(number)}` });

const listItem = z.object({ keyIds: z.array(z.string()) });
const keyItem = z.object({
  keyId: z.string(),
  revealedAt: z.string(),
  revealedBy: z.string(),
  result: z.optional(z.enum(sampleResults)),
  testedAt: z.optional(z.string()),
  testedBy: z.optional(z.string()),
});

export type Reading = { readonly readingId: string; readonly apiKeyId: string; readonly at: Instant };

/** The samples of batches: which keys were drawn, who read each, and what he found. */
export class SamplesTable {
  readonly #gateway: TableGateway;
  readonly #tables: { readonly stock: string; readonly keys: string };

  constructor(gateway: TableGateway, tables: { readonly stock: string; readonly keys: string }) {
    this.#gateway = gateway;
    this.#tables = tables;
  }

  /** Keeps a drawn sample together with the batch that knows its size; `false` where the batch changed meanwhile. */
  async keepDrawn(from: Batch, to: Batch, keyIds: readonly string[]): Promise<boolean> {
    const { committed } = await this.#gateway.transact([
      this.#writeBatch(from, to),
      { Put: { TableName: this.#tables.stock, Item: { ...listKey(to.batchId), keyIds } } },
    ]);
    return committed;
  }

  /** The id of a sample's key by its number, counted from 1. */
  async keyIdOf(batchId: string, number: number): Promise<string | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tables.stock, Key: listKey(batchId) });
    return item && listItem.parse(item).keyIds[number - 1];
  }

  /** What stands of one key of a sample; `undefined` where nobody read it. */
  async get(batchId: string, number: number): Promise<SampleKey | undefined> {
    const item = await this.#gateway.get({ TableName: this.#tables.stock, Key: sampleKey(batchId, number) });
    return item && { batchId, number, ...keyItem.parse(item) };
  }

  /**
   * Uses a key up and records its first reading, before anybody opens it; `false` where it was read before, or its
   * batch is not being tested any more.
   */
  async consume(key: SampleKey, reading: Reading): Promise<boolean> {
    const { batchId, number, ...fields } = key;
    const { committed } = await this.#gateway.transact([
      checkBatchStatus(this.#tables.stock, batchId, 'sampling'),
      {
        Put: {
          TableName: this.#tables.stock,
          Item: { ...sampleKey(batchId, number), ...fields },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      bindSampleKey(this.#tables.keys, key.keyId, sampleOwner(batchId), reading.at),
      this.#putReading(batchId, number, reading),
    ]);
    return committed;
  }

  /** Records a further reading. */
  async recordReading(batchId: string, number: number, reading: Reading): Promise<void> {
    await this.#gateway.transact([this.#putReading(batchId, number, reading)]);
  }

  /** Keeps a result and what it makes of the batch; `false` where either changed meanwhile. */
  async recordResult(from: Batch, to: Batch, key: SampleKey): Promise<boolean> {
    const { committed } = await this.#gateway.transact([
      this.#writeBatch(from, to),
      {
        Update: {
          TableName: this.#tables.stock,
          Key: sampleKey(key.batchId, key.number),
          UpdateExpression: 'SET #result = :result, testedAt = :at, testedBy = :by',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#result)',
          ExpressionAttributeNames: { '#result': 'result' },
          ExpressionAttributeValues: { ':result': key.result, ':at': key.testedAt, ':by': key.testedBy },
        },
      },
    ]);
    return committed;
  }

  #writeBatch(from: Batch, to: Batch): TransactionItem {
    return {
      Put: {
        TableName: this.#tables.stock,
        Item: fromBatch(to),
        ConditionExpression: 'seq = :seq',
        ExpressionAttributeValues: { ':seq': from.seq },
      },
    };
  }

  #putReading(batchId: string, number: number, { readingId, apiKeyId, at }: Reading): TransactionItem {
    return {
      Put: {
        TableName: this.#tables.stock,
        Item: { pk: batchId, sk: `READING#${numbered(number)}#${at}#${readingId}`, apiKeyId },
      },
    };
  }
}
