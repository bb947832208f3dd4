import { formatToken, hashSecret } from '../../adapters/api-key-token.ts';
import { deriveId, hashRequest } from '../../adapters/ids.ts';
import { merchantLimits, type merchantRoutes } from '../../contract/api/merchants.ts';
import { admitCategories } from '../../core/identity/application.ts';
import { applicant, type Merchant } from '../../core/identity/merchant.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { untilSettled } from '../http/until-settled.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { reusedIdempotencyKey, toStored } from './merchant-view.ts';

type Applied = Merchant & { readonly apiKeyId: string; readonly token?: string; readonly note?: string };

/**
 * Opens an account in the standing `applied`, with the API key by which its owner brings documents and reads how he
 * stands. Nobody calls with a name here, so a replay is told by e-mail address and Idempotency-Key together: two
 * strangers who chose the same key are two.
 */
export const applyAsMerchant =
  ({ merchants, policy, surroundings, newSecret }: AdmissionDeps): Handlers<typeof merchantRoutes>['applyAsMerchant'] =>
  ({ idempotencyKey, body }) =>
    untilSettled(surroundings, async (): Promise<Result<Applied> | 'contended'> => {
      const { name, ...application } = body;
      const known = admitCategories(policy, application.categories);
      if (!known.ok) return known;
      const request = [body.contactEmail, idempotencyKey];
      const accountId = deriveId('acc', 'applyAsMerchant', ...request);
      const apiKeyId = deriveId('key', 'applyAsMerchant', ...request);
      const requestHash = hashRequest(body);
      const now = surroundings.now();
      const secret = newSecret();
      const { to: merchant, event } = applicant({ accountId, name, label: body.label }, now);
      const made = { name, role: 'merchant', createdAt: now, requestHash } as const;
      const outcome = await merchants.apply({
        merchant,
        account: { ...made, accountId, label: body.label, keyRing: { [apiKeyId]: 'never' }, keyRingRevision: 1 },
        key: { ...made, apiKeyId, accountId, name: 'First key', issuedBy: accountId, secretHash: hashSecret(secret) },
        application: { ...application, appliedAt: now },
        event: toStored(event, deriveId('hst', accountId, 'applyAsMerchant'), requestHash),
        maxPerHour: merchantLimits.applicationsPerHour,
      });
      if (outcome.outcome === 'opened') return accept({ ...merchant, apiKeyId, token: formatToken(apiKeyId, secret) });
      if (outcome.outcome === 'too-many')
        return refuse(
          'applications-limit-reached',
          'So many have applied this hour that no more are taken. Come back in the next.',
        );
      if (outcome.key.requestHash !== requestHash) return reusedIdempotencyKey;
      const standing = await merchants.get(accountId);
      return standing ? accept({ ...standing, apiKeyId, note }) : 'contended';
    });

const note =
  'You applied before, with the same e-mail address and Idempotency-Key. The API key was shown then and cannot be shown again; if it is lost, apply with a fresh Idempotency-Key.';
