import type { DocumentKind, Policy } from '../policy/policy.ts';
import { addSeconds, type Instant, isPast } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import type { Merchant } from './merchant.ts';

/** `brought` waits for an operator; only `accepted` counts; what was rejected or expired is replaced by another. */
export const documentStatuses = ['brought', 'accepted', 'rejected', 'expired'] as const;
export type DocumentStatus = (typeof documentStatuses)[number];

/** Every transition there is. */
export const documentTransitions: Readonly<Record<DocumentStatus, readonly DocumentStatus[]>> = {
  brought: ['accepted', 'rejected'],
  accepted: ['expired'],
  rejected: [],
  expired: [],
};

export const documentMediaTypes = ['application/pdf', 'image/jpeg', 'image/png'] as const;
type DocumentMediaType = (typeof documentMediaTypes)[number];

/** A licence or authorisation that a merchant brought. The file lies in the bucket under its id. */
export type MerchantDocument = {
  readonly documentId: string;
  readonly accountId: string;
  readonly kind: DocumentKind;
  readonly number?: string;
  readonly issuer?: string;
  readonly expiresAt?: Instant;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly contentType: DocumentMediaType;
  readonly status: DocumentStatus;
  readonly createdAt: Instant;
  readonly reviewedAt?: Instant;
  readonly reviewedBy?: string;
  readonly reviewReason?: string;
  /** The content that was accepted. It is kept apart from what its merchant can upload. */
  readonly etag?: string;
  /** When the merchant has to be reminded next, or the document expires; absent once nothing remains to be done. */
  readonly dueAt?: Instant;
};

/** What lies in the bucket for a document. */
export type UploadedFile = { readonly sizeBytes: number; readonly etag: string };

/** Whether a merchant may bring another document. Refuses `merchant-standing-unfit`: one who is banned brings none. */
export const mayBringDocument = ({ standing }: Pick<Merchant, 'standing'>): Result<undefined> =>
  standing === 'banned'
    ? refuse('merchant-standing-unfit', 'You are banned for good; no document changes that.')
    : accept(undefined);

/**
 * What an operator makes of a document. He accepts the content that he read, told by its etag.
 * Refuses in this order: `document-state-unfit`, `document-not-uploaded`, `document-changed`.
 */
export const reviewDocument = (
  policy: Policy,
  document: MerchantDocument,
  review: { readonly verdict: 'accept' | 'reject'; readonly reason: string; readonly etag?: string | undefined },
  file: UploadedFile | undefined,
  { accountId, now }: { readonly accountId: string; readonly now: Instant },
): Result<MerchantDocument> => {
  const status = review.verdict === 'accept' ? 'accepted' : 'rejected';
  if (!documentTransitions[document.status].includes(status))
    return refuse(
      'document-state-unfit',
      `This document is ${document.status}; only one that was brought is reviewed.`,
    );
  const reviewed = {
    ...document,
    status,
    reviewedAt: now,
    reviewedBy: accountId,
    reviewReason: review.reason,
  } as const;
  if (status === 'rejected') return accept(reviewed);
  if (document.expiresAt !== undefined && isPast(document.expiresAt, now))
    return refuse('document-state-unfit', `This document expired at ${document.expiresAt}; ask for another.`);
  if (file === undefined) return refuse('document-not-uploaded', 'No file was uploaded for this document yet.');
  // The upload's form binds the size, but not every store checks the form.
  if (file.sizeBytes < 1 || file.sizeBytes > document.sizeBytes)
    return refuse(
      'document-not-uploaded',
      `The file has ${file.sizeBytes} bytes; ${document.sizeBytes} were announced. Reject it, and ask for another.`,
    );
  if (review.etag !== file.etag)
    return refuse('document-changed', 'Read the document and send the etag that you read.', 'body.etag');
  return accept({
    ...reviewed,
    etag: file.etag,
    ...dueOf(nextReminder(policy, document.expiresAt, now)),
  });
};

/** The next moment at which something has to be said or done about a document: a reminder, or its end. */
export const nextReminder = (policy: Policy, expiresAt: Instant | undefined, now: Instant): Instant | undefined => {
  if (expiresAt === undefined) return undefined;
  const moments = [
    ...policy.admission.remindBeforeSeconds.map((seconds) => addSeconds(expiresAt, -seconds)),
    expiresAt,
  ];
  return moments.find((moment) => moment > now);
};

/** What is due for a document now; `undefined` where it is too early, or nothing more. */
export const keepDocument = (
  policy: Policy,
  document: MerchantDocument,
  now: Instant,
): { readonly act: 'remind' | 'expire'; readonly to: MerchantDocument } | undefined => {
  const { dueAt, ...settled } = document;
  if (document.status !== 'accepted' || document.expiresAt === undefined || dueAt === undefined || dueAt > now)
    return undefined;
  return isPast(document.expiresAt, now)
    ? { act: 'expire', to: { ...settled, status: 'expired' } }
    : { act: 'remind', to: { ...settled, ...dueOf(nextReminder(policy, document.expiresAt, now)) } };
};

const dueOf = (dueAt: Instant | undefined) => (dueAt === undefined ? {} : { dueAt });
