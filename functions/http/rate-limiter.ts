import type { LimitsTable, RatedSubject } from '../../adapters/tables/limits.ts';
import { rateWindowSeconds } from '../../contract/limits.ts';

/** Requests of one subject that an instance counts by itself before it tells the others. */
export const requestsPerReport = 10;
/** A counter that takes longer is as good as none: the request goes on. */
const counterPatienceMs = 500;
/** Subjects that one instance keeps count of; beyond it the one that has been there longest begins anew. */
const maxTallies = 20_000;

export type RateRequest = {
  readonly subject: RatedSubject;
  /** The class of the route; names the policy in the headers too. */
  readonly name: string;
  /** Requests in a window. */
  readonly limit: number;
};

export type RateVerdict = {
  readonly admitted: boolean;
  /** `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers), and `Retry-After` where refused. */
  readonly headers: Readonly<Record<string, string>>;
};

type Deps = {
  readonly counter: Pick<LimitsTable, 'add'>;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Hears that the shared counter failed; the instance then counts alone. */
  readonly onFault: (error: unknown) => void;
};

type Tally = {
  readonly window: number;
  /** What all instances have counted, as far as this one was told. */
  shared: number;
  /** Admitted since the last report: always below `requestsPerReport`. */
  unreported: number;
  /** Ends when whoever came before has been decided on. */
  turn: Promise<unknown>;
};

/**
 * Counts requests in this instance, and by tens in the counter that all instances share. A ten is reported before its
 * last request is admitted, so that at most `limit + instances × (requestsPerReport - 1)` are admitted in a window; and
 * whoever sends fewer than ten through an instance causes no write at all.
 */
export const rateLimiter = ({ counter, nowMs, sleep, onFault }: Deps) => {
  const tallies = new Map<string, Tally>();

  const tallyOf = (key: string, window: number): Tally => {
    const standing = tallies.get(key);
    if (standing?.window === window) return standing;
    tallies.delete(key);
    const [oldest] = tallies.keys();
    if (tallies.size >= maxTallies && oldest !== undefined) tallies.delete(oldest);
    const tally = { window, shared: 0, unreported: 0, turn: Promise.resolve() };
    tallies.set(key, tally);
    return tally;
  };

  /** What the shared counter comes to with these requests; what this instance knows where the counter fails. */
  const report = async (tally: Tally, { subject, name }: RateRequest): Promise<number> => {
    const late = sleep(counterPatienceMs).then(() => {
      throw new Error(`The counter took longer than ${counterPatienceMs} ms`);
    });
    const added = counter.add(subject, name, tally.window, requestsPerReport);
    try {
      return await Promise.race([added, late]);
    } catch (error) {
      // Limits protect the house from a flood; they must never be what keeps an order from being paid.
      onFault(error);
      return tally.shared + requestsPerReport;
    } finally {
      // Whichever of the two ends second has been decided on already.
      added.catch(ignore);
      late.catch(ignore);
    }
  };

  const take = async (tally: Tally, request: RateRequest): Promise<boolean> => {
    if (tally.shared + tally.unreported >= request.limit) return false;
    tally.unreported += 1;
    if (tally.unreported < requestsPerReport) return true;
    tally.shared = await report(tally, request);
    tally.unreported = 0;
    return tally.shared <= request.limit;
  };

  return async (request: RateRequest): Promise<RateVerdict> => {
    const seconds = nowMs() / 1000;
    const window = Math.floor(seconds / rateWindowSeconds) * rateWindowSeconds;
    const { subject, name, limit } = request;
    const tally = tallyOf(`${subject.kind} ${subject.id} ${name}`, window);
    // One after the other: while a ten is being reported, nobody is admitted past it.
    const decided = tally.turn.then(() => take(tally, request));
    tally.turn = decided.then(ignore, ignore);
    const admitted = await decided;
    const left = admitted ? Math.max(0, limit - tally.shared - tally.unreported) : 0;
    const resetSeconds = Math.max(1, Math.ceil(window + rateWindowSeconds - seconds));
    return {
      admitted,
      headers: {
        'ratelimit-policy': `"${name}";q=${limit};w=${rateWindowSeconds}`,
        ratelimit: `"${name}";r=${left};t=${resetSeconds}`,
        ...(!admitted && { 'retry-after': String(resetSeconds) }),
      },
    };
  };
};

const ignore = (): void => undefined;
