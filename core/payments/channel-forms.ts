/** How payment channels in China write amounts and times. */
import type { Instant } from '../shared/instant.ts';
import { assertMinor, maxAmountMinor } from '../shared/money.ts';

/** Fen as yuan with two decimals, `12.30`; no float on the way. */
export const yuanOf = (amountMinor: number): string => {
  if (assertMinor(amountMinor) < 0) throw new Error(`A channel takes no negative amount: ${amountMinor}`);
  const digits = String(amountMinor).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** Yuan with at most two decimals as fen; undefined where the text is no amount that we could hold. */
export const fenOf = (yuan: string): number | undefined => {
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(yuan) ?? [];
  if (whole === undefined) return undefined;
  const amountMinor = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return amountMinor <= maxAmountMinor ? amountMinor : undefined;
};

/** China has one time and has kept it without summer time since 1992. */
const chinaOffsetMs = 8 * 3_600_000;

/** A moment on the clocks of China, `2026-11-22 10:30:00`; parts of a second are cut off. */
export const chinaTimeOf = (instant: Instant): string =>
  new Date(Date.parse(instant) + chinaOffsetMs).toISOString().slice(0, 19).replace('T', ' ');

/** The moment of `2026-11-22 10:30:00` on the clocks of China, with or without parts of a second. */
export const instantOfChinaTime = (text: string): Instant | undefined => {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?$/.test(text)) return undefined;
  const ms = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
};
