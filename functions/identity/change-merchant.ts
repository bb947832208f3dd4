import { deriveId, hashRequest } from '../../adapters/ids.ts';
import type { Merchant, MerchantChange } from '../../core/identity/merchant.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, type Result } from '../../core/shared/result.ts';
import type { Call } from '../http/request.ts';
import { untilSettled } from '../http/until-settled.ts';
import type { AdmissionDeps } from './admission-deps.ts';
import { carryThrough, productsAtOnce } from './carry-through.ts';
import { noSuchMerchant, noticesOf, reusedIdempotencyKey, toStored, viewMerchant } from './merchant-view.ts';

/** Commits an operator's decision, tells the merchant, and carries it through to his products before it answers. */
export const changeMerchant = (
  deps: AdmissionDeps,
  operation: string,
  {
    caller,
    idempotencyKey,
    params,
    body,
  }: Pick<Call, 'caller' | 'idempotencyKey'> & {
    readonly params: { readonly accountId: string };
    readonly body: unknown;
  },
  decide: (merchant: Merchant, now: Instant) => Result<MerchantChange>,
) =>
  untilSettled(deps.surroundings, async () => {
    const { merchants, surroundings } = deps;
    const now = surroundings.now();
    const merchant = await merchants.get(params.accountId);
    if (!merchant) return noSuchMerchant;
    const eventId = deriveId('hst', caller.accountId, operation, idempotencyKey);
    const requestHash = hashRequest({ params, body });
    const before = await merchants.getEvent(eventId);
    if (before && before.requestHash !== requestHash) return reusedIdempotencyKey;
    if (!before) {
      const decided = decide(merchant, now);
      if (!decided.ok) return decided;
      const event = toStored(decided.value.event, eventId, requestHash);
      const beside = { event, notices: noticesOf(merchant.accountId, event) };
      if (!(await merchants.write(merchant, decided.value.to, beside))) return 'contended';
    }
    await carryThrough(deps)(merchant.accountId, productsAtOnce);
    return accept(await viewMerchant(deps, (await merchants.get(merchant.accountId)) ?? merchant, now));
  });
