import type { DataKey, Sealer } from '../../adapters/key-vault.ts';
import { checkBatchStatus } from '../../adapters/tables/batches.ts';
import type { TableGateway, TransactionItem } from '../../adapters/tables/gateway.ts';
import { putKey } from '../../adapters/tables/keys.ts';
import { laneOf, putOffer } from '../../adapters/tables/offers.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import type { Batch } from '../../core/stock/batch.ts';
import type { NumberedKey, Rejection } from '../../core/stock/import-keys.ts';

/** Two writes a key and the batch's check, within a transaction's 100 items. */
const keysPerTransaction = 49;

export type FingerprintedKey = NumberedKey & { readonly keyId: string };

/**
 * Stores keys together with their offers. A key that somebody stored in the meantime is reported, not stored; a batch
 * that was quarantined in the meantime takes no more.
 */
export const storeKeys =
  (deps: {
    gateway: TableGateway;
    tables: { readonly keys: string; readonly stock: string };
    sealer: Sealer;
    now: () => Instant;
  }) =>
  async (batch: Batch, keys: readonly FingerprintedKey[]): Promise<Result<readonly Rejection[]>> => {
    const rejections: Rejection[] = [];
    if (keys.length === 0) return accept(rejections);
    const dataKey = await deps.sealer.dataKeyFor(batch.batchId);
    let left = keys;
    while (left.length > 0) {
      const group = left.slice(0, keysPerTransaction);
      const outcome = await deps.gateway.transact([
        checkBatchStatus(deps.tables.stock, batch.batchId, 'importing'),
        ...group.flatMap((key) => writesOf(deps, batch, key, dataKey)),
      ]);
      if (outcome.committed) {
        left = left.slice(keysPerTransaction);
        continue;
      }
      if (outcome.failed.has(0))
        return refuse('batch-state-unfit', 'This batch left the state «importing» while its keys were being stored.');
      const standing = group.map((_, index) => outcome.failed.get(1 + 2 * index));
      rejections.push(
        ...group
          .filter((_, index) => standing[index] !== undefined && standing[index]?.['batchId'] !== batch.batchId)
          .map(({ line }) => ({ line, code: 'duplicate-key' }) as const),
      );
      // Keys that turned out to stand, here or elsewhere, are done with; the rest of the group is tried again.
      left = [...group.filter((_, index) => standing[index] === undefined), ...left.slice(keysPerTransaction)];
    }
    return accept(rejections);
  };

const writesOf = (
  deps: Parameters<typeof storeKeys>[0],
  batch: Batch,
  key: FingerprintedKey,
  dataKey: DataKey,
): readonly TransactionItem[] => {
  const { keyId, secret, number, sellUntilDay } = key;
  const { batchId, productId, merchantId } = batch;
  return [
    putKey(deps.tables.keys, {
      keyId,
      batchId,
      productId,
      merchantId,
      sellUntilDay,
      expiresAt: key.expiresAt,
      importedAt: deps.now(),
      sealed: deps.sealer.seal(dataKey, keyId, { secret, number }),
      dataKey: dataKey.wrapped,
    }),
    putOffer(deps.tables.stock, {
      keyId,
      productId,
      batchId,
      sellUntilDay,
      lane: batch.lane === 'reserve' ? 'reserve' : laneOf(keyId),
    }),
  ];
};
