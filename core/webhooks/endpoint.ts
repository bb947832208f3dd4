import type { Instant } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';

export const maxEndpointsPerAccount = 10;

/** A secret as it is stored: sealed, and readable only to whoever signs. */
type SealedSecret = { readonly sealed: Uint8Array };

/** Where an account wants to hear of its events. */
export type WebhookEndpoint = {
  readonly endpointId: string;
  readonly accountId: string;
  readonly url: string;
  /** Types of events, or `*` for all, those of later releases included. */
  readonly events: readonly string[];
  readonly description?: string | undefined;
  readonly createdAt: Instant;
  /** Raised by one with each change; a change is written only over the number it was decided on. */
  readonly revision: number;
  readonly requestHash: string;
  readonly secret: SealedSecret;
  /** Signs beside the new secret until then, so that a receiver can change over without losing an event. */
  readonly previousSecret?: (SealedSecret & { readonly until: Instant }) | undefined;
  /** Since when no delivery succeeded; absent while the endpoint is well. */
  readonly failingSince?: Instant | undefined;
  /** Present while the endpoint is not called. */
  readonly disabled?: { readonly at: Instant; readonly reason: DisabledReason } | undefined;
};

/** `owner`: its owner said so; `failing`: nothing succeeded for days; `gone`: it answered 410. */
export const disabledReasons = ['owner', 'failing', 'gone'] as const;
type DisabledReason = (typeof disabledReasons)[number];

/** Whether an endpoint is to hear of an event. */
export const listensTo = (endpoint: WebhookEndpoint, type: string): boolean =>
  endpoint.disabled === undefined && (endpoint.events.includes('*') || endpoint.events.includes(type));

/** The endpoint after some change of it. */
export const advanceEndpoint = (endpoint: WebhookEndpoint, changes: Partial<WebhookEndpoint>): WebhookEndpoint => ({
  ...endpoint,
  ...changes,
  revision: endpoint.revision + 1,
});

/**
 * How far webhooks reach: to public hosts alone, or, where nobody but the developer is on the machine, also to itself.
 */
export type Reach = 'public' | 'loopback-too';

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Names that mean something only inside a network: RFC 6761, 6762, 7686, 8375, 9476 and what clouds and offices use. */
const innerDomains =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|lan|home|home\.arpa|onion|alt|test|invalid|example|arpa)$/;
/** A host name with at least one dot whose last label is no number. */
const hostName = /^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The address of an endpoint in its normal form: `https`, port 443, a public host by name, no user, no fragment. What
 * the name resolves to is checked each time something is sent, since it can change. Refuses `webhook-url-unfit`.
 */
export const checkEndpointUrl = (text: string, reach: Reach): Result<string> => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return unfit('It is no URL.');
  if (url.username !== '' || url.password !== '') return unfit('It must not hold a user or a password.');
  if (url.hash !== '') return unfit('It must not hold a fragment (#…).');
  if (reach === 'loopback-too' && loopbackHosts.has(url.hostname)) return accept(url.href);
  if (url.protocol !== 'https:') return unfit('It must begin with https://.');
  if (url.port !== '') return unfit('Its port must be 443.');
  const host = url.hostname;
  if (!hostName.test(host)) return unfit('Its host must be a name with a dot in it, not an IP address.');
  return innerDomains.test(host) ? unfit('Its host must be public.') : accept(url.href);
};

const unfit = (why: string) =>
  refuse('webhook-url-unfit', `${why} Give the https address of a public host, on port 443.`, 'body.url');
