import { type LookupAddress, type LookupAllOptions, lookup as resolve } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { AttemptResult } from '../../core/webhooks/delivery.ts';
import type { Reach } from '../../core/webhooks/endpoint.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

/** An answer's body is read up to here, so that a receiver's last bytes meet nobody's closed door, and thrown away. */
const maxBodyBytes = 16_384;

type WebhookRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Sends a webhook; whatever the receiver does is a result. Throws only on a fault of ours. */
export type SendWebhook = (request: WebhookRequest) => Promise<{
  readonly result: AttemptResult;
  readonly status?: number;
}>;

type ResolveAll = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The host's address is none that may be called. */
class AddressNotPublic extends Error {
  override readonly name = 'AddressNotPublic';
}

/**
 * Looks a host up for one connection and lets it connect to what was checked, and nowhere else: a second look-up could
 * answer otherwise. One address that is not public condemns the host, since nobody who means well publishes such a pair.
 */
const checkedLookup =
  (mayCall: (address: string) => boolean, resolveAll: ResolveAll): LookupFunction =>
  (host, options, callback) =>
    resolveAll(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error) return callback(error, '', 0);
      if (!first || !addresses.every(({ address }) => mayCall(address)))
        return callback(new AddressNotPublic(`${host} resolves to an address that is not public`), '', 0);
      // As the caller asked: all of them, or one.
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });

/**
 * The sender. Redirects are not followed, connections are not kept, no proxy is used, and an answer's body is not read.
 *
 * @param timeoutSeconds from the look-up of the host to the head of the answer
 * @param resolveAll how hosts are looked up; tests bring their own
 */
export const webhookSender = (reach: Reach, timeoutSeconds: number, resolveAll: ResolveAll = resolve): SendWebhook => {
  const mayCall = (address: string): boolean =>
    isPublicAddress(address) || (reach === 'loopback-too' && isLoopbackAddress(address));
  const lookup = checkedLookup(mayCall, resolveAll);
  return async ({ url, headers, body }) => {
    const target = new URL(url);
    // What is an address already is never looked up.
    const literal = target.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !mayCall(literal)) return { result: 'address-not-public' };
    const signal = AbortSignal.timeout(timeoutSeconds * 1_000);
    try {
      const status = await post(target, body, { headers, lookup, signal, agent: false });
      if (status >= 200 && status < 300) return { result: 'accepted', status };
      return { result: status >= 300 && status < 400 ? 'redirected' : 'refused', status };
    } catch (error) {
      if (signal.aborted) return { result: 'timed-out' };
      if (error instanceof AddressNotPublic) return { result: 'address-not-public' };
      if (isFaultOfTheNetwork(error)) return { result: 'unreachable' };
      throw error;
    }
  };
};

/** The status with which the receiver answered. */
const post = (url: URL, body: string, options: RequestOptions): Promise<number> =>
  new Promise((answered, failed) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sending = request(
      url,
      {
        ...options,
        method: 'POST',
        headers: { ...options.headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        answered(response.statusCode ?? 0);
        discard(response);
      },
    );
    sending.on('error', failed);
    sending.end(body);
  });

const discard = (response: IncomingMessage): void => {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) response.destroy();
  });
  // What breaks after the head of the answer changes nothing: the status has been taken.
  response.on('error', () => response.destroy());
};

/** Names, connections, certificates and malformed answers: Node gives each a code. What our own code throws has none. */
const isFaultOfTheNetwork = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && !error.code.startsWith('ERR_INVALID');
