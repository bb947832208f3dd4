/** The forms in which an audit reads items: without secrets, and forgiving where a check is to judge the content. */

import * as z from 'zod/mini';
import { $ZodError } from 'zod/v4/core';
import type { EntryRecord, KeyRecord } from '../../core/audit/records.ts';
import type { Lane, Offer } from '../../core/stock/offer.ts';
import { publicLanes, reserveLane } from '../../core/stock/offer.ts';
import type { Item } from './gateway.ts';

/** All of a key but its sealed secret and data key; `owner` is a reserved word. */
export const keyProjection = 'pk, batchId, productId, sellUntilDay, #owner, ownedAt, replayedAt';
export const keyProjectionNames = { '#owner': 'owner' } as const;

const keyItem = z.object({
  pk: z.string(),
  batchId: z.string(),
  productId: z.string(),
  sellUntilDay: z.string(),
  owner: z.optional(z.string()),
  ownedAt: z.optional(z.string()),
  replayedAt: z.optional(z.string()),
});

export const toKeyRecord = (item: Item): KeyRecord => {
  const { pk, ...rest } = keyItem.parse(item);
  return { keyId: pk, ...rest };
};

const entryItem = z.object({
  pk: z.string(),
  kind: z.string(),
  postedAt: z.string(),
  legs: z.array(z.object({ account: z.string(), amountMinor: z.number() })),
});

export const toEntryRecord = (item: Item): EntryRecord => {
  const { pk, ...rest } = entryItem.parse(item);
  return { entryId: pk, ...rest };
};

const offerItem = z.object({ pk: z.string(), sk: z.string(), batchId: z.string() });
const lanes: readonly Lane[] = [...publicLanes, reserveLane];

export const toOfferRecord = (item: Item): Offer => {
  const { pk, sk, batchId } = offerItem.parse(item);
  const [productId = '', laneName] = pk.split('#');
  const lane = lanes.find((each) => each === laneName);
  if (lane === undefined) throw new Error(`${pk} is no lane`);
  const cut = sk.indexOf('#');
  return { productId, lane, batchId, sellUntilDay: sk.slice(0, cut), keyId: sk.slice(cut + 1) };
};

const waitingItem = z.object({ pk: z.string(), orderId: z.string() });

export const toWaitingRecord = (item: Item): { orderId: string; productId: string } => {
  const { pk, orderId } = waitingItem.parse(item);
  return { orderId, productId: pk.slice(0, pk.indexOf('#')) };
};

const balanceItem = z.object({ pk: z.string(), balanceMinor: z.number() });

export const toBalance = (item: Item): { account: string; balanceMinor: number } => {
  const { pk, balanceMinor } = balanceItem.parse(item);
  return { account: pk, balanceMinor };
};

/** What a record is called where it cannot be read. */
export const nameOfItem = (item: Item): string => `${item['pk']}${item['sk'] === undefined ? '' : ` ${item['sk']}`}`;

/** The value of a record, or why it does not have the form of its kind. */
export const readItem = <T>(item: Item, parse: (item: Item) => T): { readonly value: T } | { readonly why: string } => {
  try {
    return { value: parse(item) };
  } catch (error) {
    if (!(error instanceof $ZodError)) throw error;
    return { why: error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ') };
  }
};
