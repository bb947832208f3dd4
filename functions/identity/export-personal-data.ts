import { decodeRank, encodeRank } from '../../adapters/cursor.ts';
import type { KeepExport } from '../../adapters/data-exports.ts';
import { deriveId } from '../../adapters/ids.ts';
import type { IdentityTable } from '../../adapters/tables/identity.ts';
import type { personalDataRoutes } from '../../contract/api/personal-data.ts';
import { gatherPart, linkSeconds, maxInlineBytes, maxRecordsPerPart } from '../../core/identity/data-export.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { type ExportTables, exportSections } from './export-sections.ts';

export type ExportDeps = ExportTables & {
  readonly identity: Pick<IdentityTable, 'getAccount' | 'listApiKeys'>;
  readonly keep: KeepExport;
};

/** A part of what is stored about the caller. It changes nothing, so that sending it again is a fresh look. */
export const exportPersonalData = (deps: ExportDeps): Handlers<typeof personalDataRoutes>['exportPersonalData'] => {
  const sections = exportSections(deps);
  return async ({ caller, idempotencyKey, query }) => {
    const account = await deps.identity.getAccount(caller.accountId);
    if (account === undefined) throw new Error(`The API key ${caller.apiKeyId} belongs to no account`);
    const scope = { operation: 'exportPersonalData', accountId: caller.accountId };
    const from = decodeRank(scope, query.cursor);
    if (!from.ok) return from;
    const part = await gatherPart(sections, account, positionOf(from.value), maxRecordsPerPart);
    if (!part.ok) return part;

    const madeAt = deps.now();
    // A part keeps its own link under an Idempotency-Key that serves the whole export.
    const exportId = deriveId('exp', caller.accountId, idempotencyKey, query.cursor ?? '');
    const json = JSON.stringify(part.value.document);
    const isSmall = Buffer.byteLength(json) <= maxInlineBytes;
    const body = isSmall
      ? {
          document: Object.fromEntries(
            Object.entries(part.value.document).map(([name, records]) => [name, [...records]]),
          ),
        }
      : {
          download: {
            url: await deps.keep({ accountId: caller.accountId, exportId }, json, linkSeconds),
            expiresAt: addSeconds(madeAt, linkSeconds),
          },
        };
    const { next } = part.value;
    return accept({ exportId, madeAt, ...body, ...encodeRank(scope, next && `${next.section} ${next.after ?? ''}`) });
  };
};

/** The section and the place in it that a cursor of ours names. */
const positionOf = (rank: string | undefined) => {
  if (rank === undefined) return undefined;
  const [section = '', after = ''] = rank.split(' ');
  return { section, after: after === '' ? undefined : after };
};
