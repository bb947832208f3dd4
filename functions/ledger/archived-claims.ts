import type { ClaimsArchive } from '../../adapters/claims-archive.ts';
import { shardOf } from '../../adapters/ids.ts';
import type { KeyRecord } from '../../core/audit/records.ts';
import { addSeconds, type Instant } from '../../core/shared/instant.ts';

/** A claim reaches the archive within seconds; one this old and not there is missing. */
const graceSeconds = 900;
/** An audit a day sees each claim once, and those of an hour twice. */
const windowSeconds = 25 * 3_600;
/** So much of the archive is held in memory; where a day has more, each audit looks at another slice of the keys. */
const maxBytes = 200_000_000;

/** Says of a key whether the archive holds its owner; `undefined` where it cannot be said or was said by another audit. */
export type AskArchive = (key: KeyRecord) => Promise<boolean | undefined>;

/** Reads the last day of the archive when the first key of that day is asked for. */
export const askArchive = (archive: Pick<ClaimsArchive, 'hours' | 'claimsOf'>, now: () => Instant): AskArchive => {
  const began = now();
  const since = addSeconds(began, -windowSeconds);
  const until = addSeconds(began, -graceSeconds);
  let day: ReturnType<typeof readDay> | undefined;
  return async ({ keyId, owner, ownedAt }) => {
    if (owner === undefined || ownedAt === undefined || ownedAt < since || ownedAt > until) return undefined;
    day ??= readDay(archive, since, began);
    const { owners, isInSlice } = await day;
    return isInSlice(keyId) ? owners.has(`${keyId} ${owner}`) : undefined;
  };
};

const readDay = async (archive: Pick<ClaimsArchive, 'hours' | 'claimsOf'>, since: Instant, until: Instant) => {
  const hours = await archive.hours(since, until);
  const slices = Math.max(1, Math.ceil(hours.reduce((sum, { bytes }) => sum + bytes, 0) / maxBytes));
  const slice = Math.floor(Date.parse(until) / 86_400_000) % slices;
  const isInSlice = (keyId: string): boolean => shardOf(keyId, slices) === slice;
  const owners = new Set<string>();
  for (const hour of hours)
    for await (const claims of archive.claimsOf(hour))
      for (const { keyId, owner } of claims)
        if (owner !== undefined && isInSlice(keyId)) owners.add(`${keyId} ${owner}`);
  return { owners, isInSlice };
};
