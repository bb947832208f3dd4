import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { StoredNotice } from '../../adapters/tables/merchants.ts';
import { keepDocument as decide, type MerchantDocument } from '../../core/identity/document.ts';
import { expirePaper } from '../../core/identity/merchant.ts';
import type { Instant } from '../../core/shared/instant.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { carryThrough, productsAtOnce } from './carry-through.ts';
import { noticesOf, told, toStored } from './merchant-view.ts';

type Deps = Pick<AdmissionDeps, 'merchants' | 'catalog' | 'policy' | 'surroundings'>;

/**
 * Does what is due for a document: reminds its merchant, or ends it, and with it the admission of a merchant who has no
 * other of its kind and needs one. Who comes second finds it done; who lost a race comes again with the next watch.
 */
export const keepDocument =
  (deps: Deps) =>
  async (documentId: string): Promise<void> => {
    const { merchants, policy, surroundings } = deps;
    const now = surroundings.now();
    const document = await merchants.getDocument(documentId);
    const due = document && decide(policy, document, now);
    if (!document || !due) return;
    const { dueAt: _, ...kept } = document;
    const to = { ...kept, ...due.to };
    const notices = [noticeOfExpiry(document, due.act, now)];
    if (due.act === 'remind') {
      await merchants.moveDocument(document, to, notices);
      return;
    }
    const merchant = await merchants.get(document.accountId);
    if (!merchant) throw new Error(`The document ${documentId} belongs to no merchant`);
    const expired = expirePaper(policy, merchant, documentId, now);
    const event =
      expired.event && toStored(expired.event, deriveId('hst', documentId, 'expire'), hashRequest({ documentId }));
    const beside = {
      event,
      document: { from: document, to },
      notices: [...notices, ...(event ? noticesOf(merchant.accountId, event) : [])],
    };
    if (await merchants.write(merchant, expired.to, beside))
      await carryThrough(deps)(merchant.accountId, productsAtOnce);
  };

const noticeOfExpiry = (document: MerchantDocument, act: 'remind' | 'expire', now: Instant): StoredNotice => {
  const { accountId, documentId, kind, expiresAt = now } = document;
  const fact = { accountId, at: now, documentId, expiresAt };
  return act === 'expire'
    ? told({ ...fact, kind: 'document.expired', detail: `Your ${kind} has expired. Bring its successor.` }, documentId)
    : told(
        {
          ...fact,
          kind: 'document.expiring',
          detail: `Your ${kind} expires at ${expiresAt}. Bring its successor before.`,
        },
        documentId,
        document.dueAt ?? '',
      );
};
