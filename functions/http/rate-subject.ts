import type { Route } from '../../contract/api/route.ts';
import type { RatedCaller, RateLimits } from '../../contract/limits.ts';
import type { RateRequest } from './rate-limiter.ts';
import { callerIn, type HttpEvent } from './request.ts';

/**
 * The network of an address: an IPv4 address itself, and the first 64 bits of an IPv6 address, since a single caller
 * has at least so many.
 */
export const networkOf = (address: string): string => {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
};

/** By what a request is counted: the API key or order token of whoever is known, the network of everybody else. */
export const rateRequestOf = (route: Route, event: HttpEvent, limits: RateLimits): RateRequest => {
  const caller = route.roles === 'public' ? undefined : callerIn(event);
  const name = route.method === 'GET' ? 'read' : 'write';
  const role: RatedCaller = caller?.role ?? 'public';
  return {
    subject: caller
      ? { kind: 'key', id: caller.apiKeyId }
      : { kind: 'network', id: networkOf(event.requestContext.http.sourceIp) },
    name,
    limit: limits[name][role],
  };
};
