import * as z from 'zod/mini';
import { noticePrefix } from '../../contract/tables.ts';
import { documentMediaTypes, documentStatuses, type MerchantDocument } from '../../core/identity/document.ts';
import {
  type Merchant,
  type MerchantEvent,
  type MerchantStanding,
  merchantActions,
  merchantStandings,
} from '../../core/identity/merchant.ts';
import { type Notice, noticeKinds } from '../../core/identity/notice.ts';
import { documentKinds, type MerchantLabel, merchantLabels } from '../../core/policy/policy.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, type Result } from '../../core/shared/result.ts';
import { decodeCursor, decodeRank, encodeCursor, encodeRank } from '../cursor.ts';
import { shardOf } from '../ids.ts';
import { dueShardName, dueShardOf } from './due.ts';
import type { Item, TableGateway, TransactionItem } from './gateway.ts';
import { accountToItem, apiKeyToItem, parseApiKey, putNew, type StoredAccount, type StoredApiKey } from './identity.ts';

/** The merchants of one standing are listed from this many partitions, so that the admitted ones do not heat a single key. */
const standingShards = 4;

const paper = z.object({ kind: z.enum(documentKinds), expiresAt: z.exactOptional(z.string()) });

const merchantItem = z.object({
  pk: z.string(),
  name: z.string(),
  label: z.enum(merchantLabels),
  createdAt: z.string(),
  standing: z._default(z.enum(merchantStandings), 'admitted'),
  standingSince: z.optional(z.string()),
  merchantSeq: z._default(z.int(), 0),
  isVouchedFor: z._default(z.boolean(), true),
  warnings: z._default(z.int(), 0),
  documentsBrought: z._default(z.int(), 0),
  papers: z._default(z.record(z.string(), paper), {}),
  changedAt: z.exactOptional(z.string()),
  dueAt: z.exactOptional(z.string()),
});

/** What an applicant says of himself: personal data, in a record of its own that only this room reads. */
export type Application = {
  readonly legalName: string;
  readonly legalRepresentative?: string;
  readonly contactEmail: string;
  readonly contactPhone?: string;
  readonly label: MerchantLabel;
  readonly categories: readonly string[];
  readonly statement: string;
  readonly appliedAt: Instant;
};

const applicationItem = z.object({
  legalName: z.string(),
  legalRepresentative: z.exactOptional(z.string()),
  contactEmail: z.string(),
  contactPhone: z.exactOptional(z.string()),
  label: z.enum(merchantLabels),
  categories: z.array(z.string()),
  statement: z.string(),
  appliedAt: z.string(),
});

const eventItem = z.object({
  pk: z.string(),
  action: z.enum(merchantActions),
  from: z.exactOptional(z.enum(merchantStandings)),
  to: z.enum(merchantStandings),
  label: z.enum(merchantLabels),
  by: z.string(),
  at: z.string(),
  reason: z.string(),
  requestHash: z.string(),
});
/** A line of the history with its id and the hash of the request that made it. */
export type StoredEvent = MerchantEvent & { readonly eventId: string; readonly requestHash: string };

const noticeItem = z.object({
  pk: z.string(),
  ownerId: z.string(),
  kind: z.enum(noticeKinds),
  at: z.string(),
  detail: z.string(),
  standing: z.exactOptional(z.enum(merchantStandings)),
  label: z.exactOptional(z.enum(merchantLabels)),
  documentId: z.exactOptional(z.string()),
  expiresAt: z.exactOptional(z.string()),
});
export type StoredNotice = Notice & { readonly noticeId: string };

const documentItem = z.object({
  pk: z.string(),
  ownerId: z.string(),
  kind: z.enum(documentKinds),
  number: z.exactOptional(z.string()),
  issuer: z.exactOptional(z.string()),
  expiresAt: z.exactOptional(z.string()),
  fileName: z.string(),
  sizeBytes: z.int(),
  contentType: z.enum(documentMediaTypes),
  status: z.enum(documentStatuses),
  createdAt: z.string(),
  reviewedAt: z.exactOptional(z.string()),
  reviewedBy: z.exactOptional(z.string()),
  reviewReason: z.exactOptional(z.string()),
  etag: z.exactOptional(z.string()),
  dueAt: z.exactOptional(z.string()),
  requestHash: z.string(),
});
export type StoredDocument = MerchantDocument & { readonly requestHash: string };

type PageOf = { readonly limit: number; readonly cursor?: string | undefined };
type Page<T> = { items: T[]; nextCursor?: string };

/** What is written together with a change of a merchant. */
export type Beside = {
  readonly event?: StoredEvent | undefined;
  readonly notices?: readonly StoredNotice[];
  /** A document that moves on, from the status it was read in. */
  readonly document?: { readonly from: StoredDocument; readonly to: StoredDocument } | undefined;
};

/** What the account of a new merchant says of his place, and the line with which his history begins. */
export const beginMerchant = (
  tableName: string,
  merchant: Merchant,
  event: StoredEvent,
): { attributes: Item; records: readonly TransactionItem[] } => ({
  attributes: { ...placeAttributes(merchant), documentsBrought: merchant.documentsBrought },
  records: [putEvent(tableName, merchant.accountId, event)],
});

/** Merchants' places, applications, documents, histories and notices, in the table of accounts. */
export const merchantsTable = (gateway: TableGateway, tableName: string) => {
  const table = { TableName: tableName };

  const get = async (accountId: string): Promise<Merchant | undefined> =>
    toMerchant(await gateway.get({ ...table, Key: { pk: accountId } }));

  const getApplication = async (accountId: string): Promise<Application | undefined> => {
    const item = await gateway.get({ ...table, Key: applicationKey(accountId) });
    return item && applicationItem.parse(item);
  };

  const getEvent = async (eventId: string): Promise<StoredEvent | undefined> => {
    const item = await gateway.get({ ...table, Key: { pk: eventId } });
    return item && toEvent(item);
  };

  const getDocument = async (documentId: string): Promise<StoredDocument | undefined> => {
    const item = await gateway.get({ ...table, Key: { pk: documentId } });
    return item && toDocument(item);
  };

  /**
   * Opens an applicant's account with all that belongs to it: his application, his first API key, the first line of his
   * history. `existing` answers a replay; `too-many` where the hour has had its applications.
   */
  const apply = async (input: {
    readonly account: StoredAccount;
    readonly merchant: Merchant;
    readonly application: Application;
    readonly key: StoredApiKey;
    readonly event: StoredEvent;
    readonly maxPerHour: number;
  }): Promise<{ outcome: 'opened' } | { outcome: 'too-many' } | { outcome: 'existing'; key: StoredApiKey }> => {
    const { account, merchant, application, key, event } = input;
    const begun = beginMerchant(tableName, merchant, event);
    const committed = await gateway.transact([
      { Put: putNew(tableName, apiKeyToItem(key)) },
      { Put: putNew(tableName, { ...accountToItem(account), ...begun.attributes }) },
      { Put: putNew(tableName, { ...applicationKey(merchant.accountId), ...application }) },
      ...begun.records,
      countApplication(tableName, application.appliedAt, input.maxPerHour),
    ]);
    if (committed.committed) return { outcome: 'opened' };
    const existing = parseApiKey(committed.failed.get(0));
    return existing ? { outcome: 'existing', key: existing } : { outcome: 'too-many' };
  };

  /** A rejected merchant's new application, in place of the old one. */
  const applyAgain = async (
    from: Merchant,
    to: Merchant,
    application: Application,
    beside: Beside,
  ): Promise<boolean> => {
    const { committed } = await gateway.transact([
      ...changeItems(tableName, from, to, beside),
      { Put: { ...table, Item: { ...applicationKey(to.accountId), ...application } } },
    ]);
    return committed;
  };

  /** Writes a merchant over the number that the change was decided on; `false` where he has moved on. */
  const write = async (from: Merchant, to: Merchant, beside: Beside): Promise<boolean> => {
    const { committed } = await gateway.transact(changeItems(tableName, from, to, beside));
    return committed;
  };

  /** When his products have to be looked at next, or never; unless he has changed meanwhile. */
  const setDue = async ({ accountId, merchantSeq }: Merchant, dueAt: Instant | undefined): Promise<void> => {
    await gateway.update({
      ...table,
      Key: { pk: accountId },
      UpdateExpression: dueAt === undefined ? 'REMOVE dueAt, dueShard' : 'SET dueAt = :due, dueShard = :shard',
      ConditionExpression: 'merchantSeq = :seq',
      ExpressionAttributeValues: {
        ':seq': merchantSeq,
        ...(dueAt !== undefined && { ':due': dueAt, ':shard': dueShardOf(accountId, dueAt) }),
      },
    });
  };

  /** Stores what a merchant says of a document; `too-many` where he may bring no more. */
  const bringDocument = async (
    document: StoredDocument,
    maxDocuments: number,
  ): Promise<{ outcome: 'brought' } | { outcome: 'too-many' } | { outcome: 'existing'; document: StoredDocument }> => {
    const committed = await gateway.transact([
      { Put: putNew(tableName, documentToItem(document)) },
      {
        Update: {
          ...table,
          Key: { pk: document.accountId },
          UpdateExpression: 'ADD documentsBrought :one',
          ConditionExpression: 'attribute_not_exists(documentsBrought) OR documentsBrought < :max',
          ExpressionAttributeValues: { ':one': 1, ':max': maxDocuments },
        },
      },
    ]);
    if (committed.committed) return { outcome: 'brought' };
    const existing = committed.failed.get(0);
    return existing ? { outcome: 'existing', document: toDocument(existing) } : { outcome: 'too-many' };
  };

  /** A document moves on from the status and due time it was read with, and its merchant is told; `false` where it has already. */
  const moveDocument = async (
    from: StoredDocument,
    to: StoredDocument,
    notices: readonly StoredNotice[],
  ): Promise<boolean> => {
    const { committed } = await gateway.transact([
      moveDocumentItem(tableName, from, to),
      ...notices.map((notice) => putNotice(tableName, notice)),
    ]);
    return committed;
  };

  const listOf = async <T>(
    name: string,
    page: PageOf,
    descending: boolean,
    to: (item: Item) => T,
  ): Promise<Result<Page<T>>> => {
    const query = ['list', name];
    const start = decodeCursor(query, page.cursor, { listName: name }, ['pk', 'listName', 'listRank']);
    if (!start.ok) return start;
    const { items, lastKey } = await gateway.query({
      ...table,
      IndexName: 'by-list',
      KeyConditionExpression: 'listName = :list',
      ExpressionAttributeValues: { ':list': name },
      ScanIndexForward: !descending,
      Limit: page.limit,
      ...start.value,
    });
    return accept({ items: items.map(to), ...encodeCursor(query, lastKey) });
  };

  /** Merchants of a standing, longest in it first. */
  const listMerchants = async (standing: MerchantStanding, page: PageOf): Promise<Result<Page<Merchant>>> => {
    const query = ['listMerchants', standing];
    const after = decodeRank(query, page.cursor);
    if (!after.ok) return after;
    const parts = await Promise.all(
      Array.from({ length: standingShards }, (_, shard) =>
        gateway.query({
          ...table,
          IndexName: 'by-list',
          KeyConditionExpression: 'listName = :list AND listRank > :after',
          ExpressionAttributeValues: { ':list': standingList(standing, shard), ':after': after.value ?? '0' },
          Limit: page.limit + 1,
        }),
      ),
    );
    const listed = parts
      .flatMap(({ items }) => items)
      .map((item) => ({ item, rank: z.object({ listRank: z.string() }).parse(item).listRank }))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1));
    const shown = listed.slice(0, page.limit);
    const items = shown.flatMap(({ item }) => toMerchant(item) ?? []);
    return accept({ items, ...encodeRank(query, listed.length > page.limit ? shown.at(-1)?.rank : undefined) });
  };

  /** Ids of merchants and documents of one due shard that are past due, earliest first. */
  const due = async (shard: number, until: Instant, limit: number): Promise<readonly string[]> => {
    const { items } = await gateway.query({
      ...table,
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :until',
      ExpressionAttributeValues: { ':shard': dueShardName(shard), ':until': until },
      Limit: limit,
    });
    return items.map((item) => z.object({ pk: z.string() }).parse(item).pk);
  };

  return {
    get,
    getApplication,
    getEvent,
    getDocument,
    apply,
    applyAgain,
    write,
    setDue,
    bringDocument,
    moveDocument,
    listMerchants,
    due,
    listHistory: (accountId: string, page: PageOf) => listOf(historyList(accountId), page, true, toEvent),
    listDocuments: (accountId: string, page: PageOf) => listOf(documentList(accountId), page, true, toDocument),
    listNotices: (accountId: string, page: PageOf) => listOf(noticeList(accountId), page, true, toNotice),
  };
};

export type MerchantsTable = ReturnType<typeof merchantsTable>;

export const applicationKey = (accountId: string) => ({ pk: `${accountId}#APPLICATION` });
const historyList = (accountId: string): string => `HISTORY#${accountId}`;
export const documentList = (accountId: string): string => `DOCUMENTS#${accountId}`;
const noticeList = (accountId: string): string => `NOTICES#${accountId}`;
const standingList = (standing: MerchantStanding, shard: number): string => `STANDING#${standing}#${shard}`;

/** What the account's item says of a merchant beside his name; the number of documents is counted apart. */
const placeAttributes = (merchant: Merchant): Item => {
  const { accountId, name, documentsBrought, dueAt, ...place } = merchant;
  return {
    ...place,
    listName: standingList(merchant.standing, shardOf(accountId, standingShards)),
    listRank: `${merchant.standingSince}#${accountId}`,
    ...(dueAt !== undefined && { dueAt, dueShard: dueShardOf(accountId, dueAt) }),
  };
};

const changeItems = (
  tableName: string,
  from: Merchant,
  to: Merchant,
  { event, notices = [], document }: Beside,
): readonly TransactionItem[] => [
  writePlace(tableName, from, to),
  ...(event ? [putEvent(tableName, to.accountId, event)] : []),
  ...notices.map((notice) => putNotice(tableName, notice)),
  ...(document ? [moveDocumentItem(tableName, document.from, document.to)] : []),
];

const writePlace = (tableName: string, from: Merchant, to: Merchant): TransactionItem => {
  const attributes = Object.entries(placeAttributes(to));
  return {
    Update: {
      TableName: tableName,
      Key: { pk: to.accountId },
      UpdateExpression: `SET ${attributes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression:
        from.merchantSeq === 0
          ? 'attribute_exists(pk) AND attribute_not_exists(merchantSeq)'
          : 'attribute_exists(pk) AND merchantSeq = :read',
      ExpressionAttributeNames: Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
        ...(from.merchantSeq > 0 && { ':read': from.merchantSeq }),
      },
    },
  };
};

/** The hour's applications are counted with them: the route is public, and nobody is to fill the table through it. */
const countApplication = (tableName: string, at: Instant, maxPerHour: number): TransactionItem => ({
  Update: {
    TableName: tableName,
    Key: { pk: `APPLICATIONS#${at.slice(0, 'yyyy-mm-ddThh'.length)}` },
    UpdateExpression: 'ADD made :one',
    ConditionExpression: 'attribute_not_exists(made) OR made < :max',
    ExpressionAttributeValues: { ':one': 1, ':max': maxPerHour },
  },
});

const putEvent = (tableName: string, accountId: string, { eventId, ...event }: StoredEvent): TransactionItem => ({
  Put: putNew(tableName, {
    pk: eventId,
    ...event,
    listName: historyList(accountId),
    listRank: `${event.at}#${eventId}`,
  }),
});

export const putNotice = (tableName: string, { noticeId, accountId, ...notice }: StoredNotice): TransactionItem => ({
  Put: putNew(tableName, {
    pk: noticeId,
    ...notice,
    ownerId: accountId,
    listName: noticeList(accountId),
    listRank: `${notice.at}#${noticeId}`,
  }),
});

const documentToItem = ({ documentId, accountId, ...document }: StoredDocument): Item => ({
  ...document,
  pk: documentId,
  ownerId: accountId,
  listName: documentList(accountId),
  listRank: `${document.createdAt}#${documentId}`,
  dueShard: dueShardOf(documentId, document.dueAt),
});

const moveDocumentItem = (tableName: string, from: StoredDocument, to: StoredDocument): TransactionItem => ({
  Put: {
    TableName: tableName,
    Item: documentToItem(to),
    ConditionExpression: `#status = :status AND ${from.dueAt === undefined ? 'attribute_not_exists(dueAt)' : 'dueAt = :due'}`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':status': from.status, ...(from.dueAt !== undefined && { ':due': from.dueAt }) },
  },
});

const toMerchant = (item: Item | undefined): Merchant | undefined => {
  if (item?.['label'] === undefined) return undefined;
  const { pk, createdAt, standingSince = createdAt, ...merchant } = merchantItem.parse(item);
  return { ...merchant, accountId: pk, standingSince };
};

const toEvent = (item: Item): StoredEvent => {
  const { pk, ...event } = eventItem.parse(item);
  return { ...event, eventId: pk };
};

export const isNoticeItem = (item: Item): boolean => String(item['pk']).startsWith(noticePrefix);

export const toNotice = (item: Item): StoredNotice => {
  const { pk, ownerId, ...notice } = noticeItem.parse(item);
  return { ...notice, noticeId: pk, accountId: ownerId };
};

const toDocument = (item: Item): StoredDocument => {
  const { pk, ownerId, ...document } = documentItem.parse(item);
  return { ...document, documentId: pk, accountId: ownerId };
};
