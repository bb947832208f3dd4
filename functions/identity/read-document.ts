import type { merchantRoutes } from '../../contract/api/merchants.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { noSuchDocument, visibleDocument } from './merchant-view.ts';

/** A document with a link to its file: to the content that was accepted, or to what was uploaded last. */
export const readDocument =
  ({
    merchants,
    documents,
    surroundings,
  }: Pick<AdmissionDeps, 'merchants' | 'documents' | 'surroundings'>): Handlers<
    typeof merchantRoutes
  >['readDocument'] =>
  async ({ caller, params }) => {
    const document = await visibleDocument(merchants, caller, params);
    if (!document) return noSuchDocument;
    const file = await documents.find(document);
    if (!file) return accept(document);
    const link = await documents.link(document, surroundings.now());
    return accept({ ...document, file: { ...link, sizeBytes: file.sizeBytes, etag: file.etag } });
  };
