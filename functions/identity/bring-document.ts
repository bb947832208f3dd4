import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { StoredDocument } from '../../adapters/tables/merchants.ts';
import type { merchantRoutes } from '../../contract/api/merchants.ts';
import { mayBringDocument } from '../../core/identity/document.ts';
import { maxDocuments } from '../../core/identity/merchant.ts';
import { accept, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { noSuchMerchant, reusedIdempotencyKey, visibleMerchant } from './merchant-view.ts';

/** Announces a document. A replay gets a fresh form for it, as long as nobody has reviewed it. */
export const bringDocument =
  ({
    merchants,
    documents,
    surroundings,
  }: Pick<AdmissionDeps, 'merchants' | 'documents' | 'surroundings'>): Handlers<
    typeof merchantRoutes
  >['bringDocument'] =>
  async ({ caller, idempotencyKey, params, body }) => {
    const merchant = await visibleMerchant(merchants, caller, params.accountId);
    if (!merchant) return noSuchMerchant;
    const mayBring = mayBringDocument(merchant);
    if (!mayBring.ok) return mayBring;
    const now = surroundings.now();
    if (body.expiresAt !== undefined && body.expiresAt <= now)
      return refuse('invalid-request', 'body.expiresAt: must lie in the future', 'body.expiresAt');
    const document: StoredDocument = {
      ...body,
      documentId: deriveId('doc', caller.accountId, 'bringDocument', idempotencyKey),
      accountId: merchant.accountId,
      status: 'brought',
      createdAt: now,
      requestHash: hashRequest({ params, body }),
    };
    const outcome = await merchants.bringDocument(document, maxDocuments);
    if (outcome.outcome === 'too-many')
      return refuse(
        'document-limit-reached',
        `A merchant may bring ${maxDocuments} documents in all. Ask an operator.`,
      );
    const standing = outcome.outcome === 'existing' ? outcome.document : document;
    if (standing.requestHash !== document.requestHash) return reusedIdempotencyKey;
    if (standing.status !== 'brought') return accept(standing);
    return accept({ ...standing, upload: await documents.uploadForm(standing, now) });
  };
