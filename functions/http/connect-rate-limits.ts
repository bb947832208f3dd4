import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { randomToken } from '../../adapters/ids.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { limitsTable } from '../../adapters/tables/limits.ts';
import type { Route } from '../../contract/api/route.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { rateLimitsSchema } from '../../contract/limits.ts';
import { type RateVerdict, rateLimiter } from './rate-limiter.ts';
import { rateRequestOf } from './rate-subject.ts';
import type { HttpEvent } from './request.ts';

/** Decides whether a request is within its limit, by the counter on the deployed table; once for each cold start. */
export const connectRateLimits = (
  onFault: (error: unknown) => void,
): ((route: Route, event: HttpEvent) => Promise<RateVerdict>) => {
  const limits = rateLimitsSchema.parse(JSON.parse(required(environmentVariables.rateLimits)));
  const counter = limitsTable(connectTables(realSurroundings), tableNameOf('limits'), randomToken);
  const admit = rateLimiter({ counter, nowMs: Date.now, sleep: realSurroundings.sleep, onFault });
  return (route, event) => admit(rateRequestOf(route, event, limits));
};
