import type { Instant } from '../shared/instant.ts';
import { addSeconds } from '../shared/instant.ts';
import type { FieldChange } from './difference.ts';

export const productEventKinds = [
  'created',
  'version-added',
  'submitted',
  'approved',
  'rejected',
  'put-on-sale',
  'taken-off-sale',
] as const;
type ProductEventKind = (typeof productEventKinds)[number];

/** Who did something, and with which of his API keys. */
export type Author = { readonly accountId: string; readonly apiKeyId: string };

/** One change of a product, written in the transaction that makes it and never changed. */
export type ProductEvent = {
  readonly kind: ProductEventKind;
  readonly at: Instant;
  readonly by: Author;
  /** The version it is about; absent where a product is taken off sale. */
  readonly version?: number;
  /** What an operator gave as reason for his decision. */
  readonly reason?: string;
  /** Of an added version: what differs from the version before. */
  readonly changes?: readonly FieldChange[];
};

/** `sequence` counts the changes of one product from 1. */
export type RecordedEvent = ProductEvent & { readonly sequence: number };

const secondsPerDay = 86_400;
/** Days over which edits are counted: listings that change often are an early warning. */
const editWindowDays = 30;

/** How many of these events are edits within the window that ends now. */
export const recentEdits = (events: readonly Pick<ProductEvent, 'kind' | 'at'>[], now: Instant): number => {
  const since = addSeconds(now, -editWindowDays * secondsPerDay);
  return events.filter(({ kind, at }) => kind === 'version-added' && at >= since).length;
};
