import type { DataKey, Sealer } from '../../adapters/key-vault.ts';
import { checkBatchStatus } from '../../adapters/tables/batches.ts';
import type { TableGateway, TransactionItem } from '../../adapters/tables/gateway.ts';
import { putKey } from '../../adapters/tables/keys.ts';
import { laneOf, putOffer } from '../../adapters/tables/offers.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { type Batch, mayOffer } from '../../core/stock/batch.ts';
import type { NumberedKey, Rejection } from '../../core/stock/import-keys.ts';

/** Two writes a key and the batch's check, within a transaction's 100 items. */
const keysPerTransaction = 49;

export type FingerprintedKey = NumberedKey & { readonly keyId: string };

/**
 * Stores keys together with their offers; those of a batch in quarantine without. A key that somebody stored in the
 * meantime is reported, not stored. `'moved-on'` where the batch left the state it was read in: read it again.
 */
export const storeKeys =
  (deps: {
    gateway: TableGateway;
    tables: { readonly keys: string; readonly stock: string };
    sealer: Sealer;
    now: () => Instant;
  }) =>
  async (batch: Batch, keys: readonly FingerprintedKey[]): Promise<readonly Rejection[] | 'moved-on'> => {
    const rejections: Rejection[] = [];
    if (keys.length === 0) return rejections;
    const dataKey = await deps.sealer.dataKeyFor(batch.batchId);
    let left = keys;
    while (left.length > 0) {
      const group = left.slice(0, keysPerTransaction);
      const outcome = await deps.gateway.transact([
        checkBatchStatus(deps.tables.stock, batch.batchId, batch.status),
        ...group.flatMap((key) => writesOf(deps, batch, key, dataKey)),
      ]);
      if (outcome.committed) {
        left = left.slice(keysPerTransaction);
        continue;
      }
      if (outcome.failed.has(0)) return 'moved-on';
      const itemsPerKey = mayOffer(batch.status) ? 2 : 1;
      const standing = group.map((_, index) => outcome.failed.get(1 + itemsPerKey * index));
      rejections.push(
        ...group
          .filter((_, index) => standing[index] !== undefined && standing[index]?.['batchId'] !== batch.batchId)
          .map(({ line }) => ({ line, code: 'duplicate-key' }) as const),
      );
      // Keys that turned out to stand, here or elsewhere, are done with; the rest of the group is tried again.
      left = [...group.filter((_, index) => standing[index] === undefined), ...left.slice(keysPerTransaction)];
    }
    return rejections;
  };

const writesOf = (
  deps: Parameters<typeof storeKeys>[0],
  batch: Batch,
  key: FingerprintedKey,
  dataKey: DataKey,
): readonly TransactionItem[] => {
  const { keyId, secret, number, sellUntilDay } = key;
  const { batchId, productId, merchantId } = batch;
  const lane = batch.lane === 'reserve' ? 'reserve' : laneOf(keyId);
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
    ...(mayOffer(batch.status) ? [putOffer(deps.tables.stock, { keyId, productId, batchId, sellUntilDay, lane })] : []),
  ];
};
