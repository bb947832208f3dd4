import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { merchantRoutes } from '../../contract/api/merchants.ts';
import { reviewDocument as decide } from '../../core/identity/document.ts';
import { reviewPaper } from '../../core/identity/merchant.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { noSuchDocument, reusedIdempotencyKey, told, toStored, visibleDocument } from './merchant-view.ts';

/** Accepts or rejects a document; what is accepted counts for its merchant from the same moment. */
export const reviewDocument =
  ({ merchants, documents, policy, surroundings }: AdmissionDeps): Handlers<typeof merchantRoutes>['reviewDocument'] =>
  ({ caller, idempotencyKey, params, body }) =>
    untilSettled(surroundings, async () => {
      const now = surroundings.now();
      const document = await visibleDocument(merchants, caller, params);
      const merchant = document && (await merchants.get(document.accountId));
      if (!document || !merchant) return noSuchDocument;
      const eventId = deriveId('hst', caller.accountId, 'reviewDocument', idempotencyKey);
      const requestHash = hashRequest({ params, body });
      const before = await merchants.getEvent(eventId);
      if (before) return before.requestHash === requestHash ? accept(document) : reusedIdempotencyKey;

      const by = { accountId: caller.accountId, now };
      const file = body.verdict === 'accept' ? await documents.find(document) : undefined;
      const decided = decide(policy, document, body, file, by);
      if (!decided.ok) return decided;
      const { documentId, kind, expiresAt, status } = decided.value;
      const paper = status === 'accepted' && { kind, ...(expiresAt !== undefined && { expiresAt }) };
      const change = reviewPaper(merchant, documentId, { reason: body.reason, ...(paper && { paper }) }, by);
      if (paper && file && !(await documents.keep(document, file))) return 'contended';
      const to = { ...document, ...decided.value };
      const notice = {
        accountId: merchant.accountId,
        kind: paper ? 'document.accepted' : 'document.rejected',
        at: now,
        detail: body.reason,
        documentId,
      } as const;
      const written = await merchants.write(merchant, change.to, {
        event: toStored(change.event, eventId, requestHash),
        notices: [told(notice, documentId)],
        document: { from: document, to },
      });
      return written ? accept(to) : 'contended';
    });
