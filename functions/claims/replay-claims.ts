import type { ArchivedHour, ClaimsArchive } from '../../adapters/claims-archive.ts';
import type { TableGateway, TransactionItem } from '../../adapters/tables/gateway.ts';
import { endOffer } from '../../adapters/tables/offers.ts';
import {
  bindAgain,
  putForgottenKey,
  replayProjection,
  replayProjectionNames,
  type StandingKey,
  takeOver,
  toStandingKey,
} from '../../adapters/tables/replayed-keys.ts';
import { isOwning, newestOfEach, type OwningClaim } from '../../core/claims/claim.ts';
import { nothingReplayed, type ReplayReport, type ReplayStep, replayStep } from '../../core/claims/replay.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';
import { assertNever } from '../../core/shared/result.ts';

/** Keys that one read asks for. */
const keysPerRead = 100;
/** A write to the key and one to each place where its offer may stand, within a transaction's 100 items. */
const keysPerWrite = 32;
const writesAtOnce = 8;
/** Clocks of tables and archive agree to the second; a restore's moment is read this much earlier than asked for. */
const marginSeconds = 300;

export type ReplayDeps = {
  readonly gateway: TableGateway;
  readonly tables: { readonly keys: string; readonly stock: string };
  readonly archive: Pick<ClaimsArchive, 'hours' | 'claimsOf'>;
  readonly now: () => Instant;
};

export type Replay = {
  /** The moment to which the tables were restored. */
  readonly moment: Instant;
  /**
   * Whether keys whose last claim was given back go on sale again. They were never readable, unless what gave them back
   * was the very fault for which the tables were restored.
   */
  readonly offerReturned: boolean;
  /** Told of each claim that the tables did not know, and of each that they contest. */
  readonly onStep?: (claim: OwningClaim, step: ReplayStep) => void;
  /** Told after each hour of claims, newest first. */
  readonly onHour?: (hour: string, report: ReplayReport) => void;
};

/**
 * Gives the keys of restored tables the owners they got after the moment of the restore, and ends their offers. Selling
 * must be closed meanwhile. It may be stopped and started again at any time: what is bound is only read.
 */
export const replayClaims =
  (deps: ReplayDeps) =>
  async ({ moment, offerReturned, onStep, onHour }: Replay): Promise<ReplayReport> => {
    const report = { ...nothingReplayed };
    for await (const { hour, claims, leftOnOffer } of newestFirst(deps, moment, offerReturned)) {
      for (let from = 0; from < claims.length; from += keysPerRead) {
        const steps = await replaySome(deps, claims.slice(from, from + keysPerRead), moment);
        for (const { claim, step } of steps) {
          report[step.kind] += 1;
          if (step.kind !== 'done') onStep?.(claim, step);
        }
      }
      report['left-on-offer'] += leftOnOffer;
      onHour?.(hour, report);
    }
    return report;
  };

/** A key that the archive knows as claimed and that restored tables would sell, or have never heard of. */
export type Unreplayed = { readonly keyId: string; readonly fault: 'unknown' | 'unowned' | 'on-offer' };

/** Looks at every claim once more: keys that are not owned, or still on offer. Selling may open when there is none. */
export const findUnreplayed =
  (deps: ReplayDeps) =>
  async ({ moment, offerReturned }: Replay): Promise<readonly Unreplayed[]> => {
    const found: Unreplayed[] = [];
    for await (const { claims } of newestFirst(deps, moment, offerReturned))
      for (let from = 0; from < claims.length; from += keysPerRead)
        found.push(...(await lookAt(deps, claims.slice(from, from + keysPerRead))));
    return found;
  };

type HourOfClaims = {
  readonly hour: string;
  readonly claims: readonly OwningClaim[];
  readonly leftOnOffer: number;
};

/** The last owner of each key in each hour, the last hour first. An hour of claims is held in memory. */
async function* newestFirst(
  { archive, now }: Pick<ReplayDeps, 'archive' | 'now'>,
  moment: Instant,
  offerReturned: boolean,
): AsyncGenerator<HourOfClaims> {
  const returned = new Set<string>();
  const hours = await archive.hours(addSeconds(moment, -marginSeconds), now());
  for (const hour of hours.toReversed()) {
    const before = returned.size;
    const all = await readAll(archive, hour);
    const newest = newestOfEach(offerReturned ? all : all.filter(isOwning)).values();
    const claims: OwningClaim[] = [];
    for (const claim of newest) {
      if (returned.has(claim.keyId)) continue;
      if (isOwning(claim)) claims.push(claim);
      else returned.add(claim.keyId);
    }
    yield { hour: hour.hour, claims, leftOnOffer: returned.size - before };
  }
}

const readAll = async (archive: ReplayDeps['archive'], hour: ArchivedHour) => {
  const claims = [];
  for await (const some of archive.claimsOf(hour)) claims.push(...some);
  return claims;
};

const readKeys = async (
  { gateway, tables }: Pick<ReplayDeps, 'gateway' | 'tables'>,
  claims: readonly OwningClaim[],
): Promise<ReadonlyMap<string, StandingKey>> => {
  const keys = claims.map(({ keyId }) => ({ pk: keyId }));
  const items = await gateway.batchGet(tables.keys, keys, replayProjection, replayProjectionNames);
  return new Map(items.map(toStandingKey).map((key) => [key.keyId, key]));
};

const replaySome = async (
  deps: ReplayDeps,
  claims: readonly OwningClaim[],
  moment: Instant,
): Promise<readonly { readonly claim: OwningClaim; readonly step: ReplayStep }[]> => {
  const standing = await readKeys(deps, claims);
  const steps = claims.map((claim) => ({ claim, step: replayStep(claim, standing.get(claim.keyId), moment) }));
  const writes = steps.map(({ claim, step }) => writesOf(deps, claim, step)).filter((items) => items.length > 0);
  const groups: TransactionItem[][] = [];
  for (let from = 0; from < writes.length; from += keysPerWrite)
    groups.push(writes.slice(from, from + keysPerWrite).flat());
  for (let from = 0; from < groups.length; from += writesAtOnce)
    await Promise.all(groups.slice(from, from + writesAtOnce).map((items) => commit(deps, items)));
  return steps;
};

const writesOf = ({ tables, now }: ReplayDeps, claim: OwningClaim, step: ReplayStep): readonly TransactionItem[] => {
  const offers = endOffer(tables.stock, claim);
  switch (step.kind) {
    case 'bind':
      return [bindAgain(tables.keys, claim, now()), ...offers];
    case 'remember':
      return [putForgottenKey(tables.keys, claim, now()), ...offers];
    case 'take-over':
      return [takeOver(tables.keys, claim, step.from, now()), ...offers];
    case 'done':
    case 'contested':
      // Whoever owns it by now: its offers ended in the transaction that gave it to him.
      return [];
    default:
      return assertNever(step);
  }
};

const commit = async ({ gateway }: ReplayDeps, items: readonly TransactionItem[]): Promise<void> => {
  const { committed } = await gateway.transact(items);
  if (!committed)
    throw new Error('Keys changed while their claims were replayed: close selling, then start the replay again.');
};

const lookAt = async (
  deps: Pick<ReplayDeps, 'gateway' | 'tables'>,
  claims: readonly OwningClaim[],
): Promise<readonly Unreplayed[]> => {
  const standing = await readKeys(deps, claims);
  const places = claims.flatMap((claim) =>
    endOffer(deps.tables.stock, claim).flatMap(({ Delete }) => (Delete?.Key ? [Delete.Key] : [])),
  );
  const offered = new Set<string>();
  for (let from = 0; from < places.length; from += keysPerRead)
    for (const { sk } of await deps.gateway.batchGet(deps.tables.stock, places.slice(from, from + keysPerRead), 'sk'))
      offered.add(String(sk).slice(String(sk).indexOf('#') + 1));
  return claims.flatMap(({ keyId }): Unreplayed[] => {
    const key = standing.get(keyId);
    if (!key) return [{ keyId, fault: 'unknown' }];
    if (key.owner === undefined) return [{ keyId, fault: 'unowned' }];
    return offered.has(keyId) ? [{ keyId, fault: 'on-offer' }] : [];
  });
};
