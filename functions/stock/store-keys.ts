import type { DataKey, Sealer } from '../../adapters/key-vault.ts';
import type { TableGateway, TransactionItem } from '../../adapters/tables/gateway.ts';
import { type KeyOrigin, type KeysTable, putKey, toOrigin } from '../../adapters/tables/keys.ts';
import { laneOf, putOffer } from '../../adapters/tables/offers.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { type Batch, mayOffer } from '../../core/stock/batch.ts';
import type { NumberedKey, Rejection, RejectionCode } from '../../core/stock/import-keys.ts';

/** Two writes a key and the check on the batch, within a transaction's 100 items. */
const keysPerTransaction = 49;
/** After a key that stood already, so many groups are looked up before they are written: one duplicate cancels all. */
const groupsLookedUpAfterDuplicate = 20;

type FingerprintedKey = NumberedKey & { readonly keyId: string };

type Deps = {
  readonly gateway: TableGateway;
  readonly tables: { readonly keys: string; readonly stock: string };
  readonly keys: Pick<KeysTable, 'originsOf'>;
  readonly sealer: Sealer;
  readonly now: () => Instant;
};

export type StoreOptions = {
  /** Conditions under which a key may be stored, one for each transaction that may be under way at once. */
  readonly checks: readonly [TransactionItem, ...TransactionItem[]];
  readonly lane: Batch['lane'];
  /** Whether keys of these lines may have been stored before, so that looking them up saves transactions. */
  readonly isRepeated: boolean;
};

/**
 * Stores keys together with their offers; those of a batch that must not offer, without. Answers with the lines that
 * were not stored, in no order, and why. A key that stands already counts as stored if it came from this very line of
 * this batch, so that lines may be given again, any number of times, with the same answer.
 *
 * `'moved-on'` where a check no longer holds: the batch left the state it was read in.
 *
 * @param keys lines in their order; a few thousand at most, since they are held in memory
 */
export const storeKeys = (deps: Deps) => {
  /** Groups that are looked up first. Duplicates come in heaps. */
  let suspicion = 0;

  const lookUp = async (keys: readonly FingerprintedKey[]): Promise<ReadonlyMap<string, KeyOrigin>> => {
    suspicion -= 1;
    return deps.keys.originsOf(keys.map(({ keyId }) => keyId));
  };

  return async (
    batch: Batch,
    keys: readonly NumberedKey[],
    { checks, lane, isRepeated }: StoreOptions,
  ): Promise<readonly Rejection[] | 'moved-on'> => {
    if (keys.length === 0) return [];
    const { firsts, repeats } = await fingerprintAll(deps.sealer, keys);
    const groups = inGroups([...firsts.values()], keysPerTransaction);
    if (isRepeated) suspicion = Math.max(suspicion, groups.length);
    const dataKey = await deps.sealer.dataKeyFor(batch.batchId);
    const refused = new Map<string, RejectionCode>();
    let movedOn = false;

    const storeGroup = async (group: readonly FingerprintedKey[], check: TransactionItem): Promise<void> => {
      let left = group;
      const settle = (origins: ReadonlyMap<string, KeyOrigin>): void => {
        for (const key of left) {
          const origin = origins.get(key.keyId);
          const code = origin && duplicateCode(batch, key, origin);
          if (code) refused.set(key.keyId, code);
        }
        left = left.filter(({ keyId }) => !origins.has(keyId));
      };
      if (suspicion > 0) settle(await lookUp(left));
      while (left.length > 0) {
        const writes = left.map((key) => writesOf(deps, batch, key, dataKey, lane));
        const outcome = await deps.gateway.transact([check, ...writes.flat()]);
        if (outcome.committed) return;
        if (outcome.failed.has(0)) {
          movedOn = true;
          return;
        }
        suspicion = groupsLookedUpAfterDuplicate;
        settle(originsIn(left, outcome.failed, writes[0]?.length ?? 1));
      }
    };

    const next = groups.values();
    await Promise.all(
      checks.map(async (check) => {
        for (const group of next) {
          if (movedOn) return;
          await storeGroup(group, check);
        }
      }),
    );
    if (movedOn) return 'moved-on';
    return [
      ...[...refused].map(([keyId, code]) => ({ line: firsts.get(keyId)?.line ?? 0, code })),
      ...repeats.map(({ line, keyId }) => ({ line, code: refused.get(keyId) ?? ('duplicate-in-import' as const) })),
    ];
  };
};

/** The first line of each key, and the lines that repeat one of them. */
const fingerprintAll = async (sealer: Sealer, keys: readonly NumberedKey[]) => {
  const firsts = new Map<string, FingerprintedKey>();
  const repeats: FingerprintedKey[] = [];
  for (const key of keys) {
    const keyId = await sealer.fingerprint(key);
    if (firsts.has(keyId)) repeats.push({ ...key, keyId });
    else firsts.set(keyId, { ...key, keyId });
  }
  return { firsts, repeats };
};

/** Why a key that stands already was not stored from this line; `undefined` where it was. */
const duplicateCode = (batch: Batch, key: FingerprintedKey, origin: KeyOrigin): RejectionCode | undefined => {
  if (origin.batchId !== batch.batchId) return 'duplicate-key';
  return origin.line === undefined || origin.line === key.line ? undefined : 'duplicate-in-import';
};

/** The keys among these that stood in the way of a transaction, whose first item is its check. */
const originsIn = (
  keys: readonly FingerprintedKey[],
  failed: ReadonlyMap<number, Record<string, unknown> | undefined>,
  itemsPerKey: number,
): ReadonlyMap<string, KeyOrigin> => {
  const origins = new Map(
    keys.flatMap(({ keyId }, index) => {
      const item = failed.get(1 + itemsPerKey * index);
      return item ? [[keyId, toOrigin(item)] as const] : [];
    }),
  );
  if (origins.size === 0) throw new Error('Keys were refused without a reason');
  return origins;
};

const writesOf = (
  deps: Deps,
  batch: Batch,
  key: FingerprintedKey,
  dataKey: DataKey,
  lane: Batch['lane'],
): readonly TransactionItem[] => {
  const { keyId, secret, number, sellUntilDay, expiresAt, faceValueMinor, line } = key;
  const { batchId, productId, merchantId } = batch;
  const offer = { keyId, productId, batchId, sellUntilDay, lane: lane === 'reserve' ? lane : laneOf(keyId) } as const;
  return [
    putKey(deps.tables.keys, {
      keyId,
      batchId,
      productId,
      merchantId,
      sellUntilDay,
      expiresAt,
      faceValueMinor,
      line,
      importedAt: deps.now(),
      sealed: deps.sealer.seal(dataKey, keyId, { secret, number }),
      dataKey: dataKey.wrapped,
    }),
    ...(mayOffer(batch) ? [putOffer(deps.tables.stock, offer)] : []),
  ];
};

const inGroups = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, group) => items.slice(group * size, (group + 1) * size));
