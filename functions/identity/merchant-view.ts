import { deriveId } from '../../adapters/ids.ts';
import type { MerchantsTable, StoredDocument, StoredEvent, StoredNotice } from '../../adapters/tables/merchants.ts';
import { mayReadAccount } from '../../core/identity/account.ts';
import { type Merchant, type MerchantEvent, missingDocuments } from '../../core/identity/merchant.ts';
import { type Notice, noticeOf } from '../../core/identity/notice.ts';
import { type Policy, requiredDocuments } from '../../core/policy/policy.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { type Result, refuse } from '../../core/shared/result.ts';
import type { Caller } from '../http/request.ts';

/** A foreign merchant, and an account that is none, answer like one that does not exist. */
export const noSuchMerchant = refuse('not-found', 'You have no such merchant.', 'path.accountId');
export const noSuchDocument = refuse('not-found', 'You have no such document.', 'path.documentId');

export const reusedIdempotencyKey: Result<never> = refuse(
  'idempotency-key-reused',
  'This Idempotency-Key was used for another request. Send a fresh one for a new intention.',
  'headers.Idempotency-Key',
);

/** The merchant, where the caller may see his file. */
export const visibleMerchant = async (
  merchants: Pick<MerchantsTable, 'get'>,
  caller: Caller,
  accountId: string,
): Promise<Merchant | undefined> => (mayReadAccount(caller, accountId) ? merchants.get(accountId) : undefined);

/** The document, where the caller may see it and it is this merchant's. */
export const visibleDocument = async (
  merchants: Pick<MerchantsTable, 'getDocument'>,
  caller: Caller,
  { accountId, documentId }: { readonly accountId: string; readonly documentId: string },
): Promise<StoredDocument | undefined> => {
  const document = mayReadAccount(caller, accountId) ? await merchants.getDocument(documentId) : undefined;
  return document?.accountId === accountId ? document : undefined;
};

/** A merchant's file as the API shows it. */
export const viewMerchant = async (
  { merchants, policy }: { readonly merchants: Pick<MerchantsTable, 'getApplication'>; readonly policy: Policy },
  merchant: Merchant,
  now: Instant,
) => ({
  ...merchant,
  requiredDocuments: [...requiredDocuments(policy, merchant.label)],
  missingDocuments: [...missingDocuments(policy, merchant, now)],
  carryingThroughSince: merchant.dueAt,
  application: await applicationOf(merchants, merchant.accountId),
});

const applicationOf = async (merchants: Pick<MerchantsTable, 'getApplication'>, accountId: string) => {
  const application = await merchants.getApplication(accountId);
  return application && { ...application, categories: [...application.categories] };
};

/** A line of the history as it is kept, under the id of the request that made it. */
export const toStored = (event: MerchantEvent, eventId: string, requestHash: string): StoredEvent => ({
  ...event,
  eventId,
  requestHash,
});

/** A notice under an id that names its fact: the same fact is told once. */
export const told = (notice: Notice, ...fact: readonly string[]): StoredNotice => ({
  ...notice,
  noticeId: deriveId('ntc', notice.accountId, notice.kind, ...fact),
});

/** What a merchant is told of a line of his history. */
export const noticesOf = (accountId: string, event: StoredEvent): readonly StoredNotice[] => {
  const notice = noticeOf(accountId, event);
  return notice ? [told(notice, event.eventId)] : [];
};
