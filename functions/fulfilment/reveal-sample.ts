import { randomToken } from '../../adapters/ids.ts';
import type { Opener } from '../../adapters/key-vault.ts';
import type { BatchesTable } from '../../adapters/tables/batches.ts';
import type { KeysTable } from '../../adapters/tables/keys.ts';
import type { SamplesTable } from '../../adapters/tables/samples.ts';
import type { revealRoutes } from '../../contract/api/reveal.ts';
import type { Selling } from '../../contract/selling.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { accept, type Result, refuse } from '../../core/shared/result.ts';
import { sampleOwner, sampleUnderTest } from '../../core/stock/sampling.ts';
import type { Handlers } from '../http/api.ts';
import type { Caller } from '../http/request.ts';
import { sellingClosed } from '../http/selling-closed.ts';
import { RetryableError } from '../retryable-error.ts';

type Deps = {
  readonly batches: Pick<BatchesTable, 'get'>;
  readonly samples: Pick<SamplesTable, 'get' | 'keyIdOf' | 'consume' | 'recordReading'>;
  readonly keys: Pick<KeysTable, 'getSealed'>;
  readonly opener: Pick<Opener, 'open'>;
  readonly now: () => Instant;
  readonly selling: Selling;
};

/** Opens one key of a sample for its tester. With that it is used up for ever; each reading is recorded before it. */
export const revealSample =
  (deps: Deps): Handlers<typeof revealRoutes>['revealSample'] =>
  async ({ caller, params: { batchId, sample: number } }) => {
    const keyId = await useUp(deps, caller, batchId, number);
    if (!keyId.ok) return keyId;
    const [stored] = await deps.keys.getSealed([keyId.value]);
    if (stored?.owner !== sampleOwner(batchId))
      throw new Error(`Key ${keyId.value} was drawn from ${batchId} and is owned by ${stored?.owner}`);
    const { secret, number: cardNumber } = await deps.opener.open(stored);
    const key = { secret, ...(cardNumber !== undefined && { number: cardNumber }), expiresAt: stored.expiresAt };
    return accept({ batchId, sample: number, key });
  };

/** The first reading uses the key up; a further one, also after the batch was decided, is a record alone. */
const useUp = async (deps: Deps, caller: Caller, batchId: string, number: number): Promise<Result<string>> => {
  const reading = { readingId: randomToken(), apiKeyId: caller.apiKeyId, at: deps.now() };
  const read = await deps.samples.get(batchId, number);
  if (read) {
    await deps.samples.recordReading(batchId, number, reading);
    return accept(read.keyId);
  }
  // After a restore a key may be one that was sold: nobody uses it up before the claims on it are replayed.
  if (deps.selling === 'closed') return sellingClosed();
  const batch = await deps.batches.get(batchId);
  if (batch === undefined) return refuse('not-found', 'There is no such batch.', 'path.batchId');
  const sample = sampleUnderTest(batch, number);
  if (!sample.ok) return sample;
  const keyId = await deps.samples.keyIdOf(batchId, number);
  if (keyId === undefined) throw new Error(`The sample of ${batchId} has no key ${number}`);
  const key = { batchId, number, keyId, revealedAt: reading.at, revealedBy: caller.apiKeyId };
  if (await deps.samples.consume(key, reading)) return accept(keyId);
  throw new RetryableError(
    `Key ${number} of the sample of ${batchId} was read, or its batch decided, this very moment`,
  );
};
