import { randomBytes, sign } from 'node:crypto';
import * as z from 'zod/mini';
import type { Instant } from '../../core/shared/instant.ts';
import type { Credentials, WechatPaySigning, WechatPayVerifying } from './credentials.ts';
import { ChannelNotConfigured, ChannelUnavailable } from './payment-channel.ts';
import { callTimeoutMs } from './protocol.ts';
import { signatureFault } from './wechat-signature.ts';

export type WechatPaySetup = {
  readonly signing: Credentials<WechatPaySigning>;
  readonly verifying: Credentials<WechatPayVerifying>;
  /** Of the API, without a path. */
  readonly gatewayUrl: string;
  /** Where WeChat Pay sends what it has to say of a payment or a refund. */
  readonly notifyUrl: string;
  readonly now: () => Instant;
  /** How long one call may take. @default callTimeoutMs */
  readonly timeoutMs?: number;
};

export type WechatAnswer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly code: string; readonly detail: string };

const scheme = 'WECHATPAY2-SHA256-RSA2048';
const refusalSchema = z.object({ code: z.string(), message: z.optional(z.string()) });

/** Asked too often, or a fault inside; the same call may be made again. */
const passing = new Set(['SYSTEM_ERROR', 'SYSTEMERROR', 'BANK_ERROR', 'FREQUENCY_LIMITED', 'RATELIMIT_EXCEEDED']);
/** Our merchant number, app, key or permission does not fit; a person has to see to it. */
const credentialFaults = new Set(['SIGN_ERROR', 'NO_AUTH', 'MCH_NOT_EXISTS', 'APPID_MCHID_NOT_MATCH']);

/**
 * The HTTP of WeChat Pay's API v3: each request is signed by us, each answer by WeChat Pay.
 * Source: https://pay.weixin.qq.com/docs/merchant/development/interface-rules/signature-generation.html
 */
export class WechatPayClient {
  readonly #setup: WechatPaySetup;

  constructor(setup: WechatPaySetup) {
    this.#setup = setup;
  }

  verifying(): Promise<WechatPayVerifying> {
    return this.#setup.verifying();
  }

  get(path: string): Promise<WechatAnswer> {
    return this.#call('GET', path, '');
  }

  post(path: string, body: Readonly<Record<string, unknown>>): Promise<WechatAnswer> {
    return this.#call('POST', path, JSON.stringify(body));
  }

  /** Signs lines with our key, as requests and the parameters of a page inside WeChat are. */
  async sign(lines: readonly string[]): Promise<string> {
    const { privateKey } = await this.#setup.signing();
    return sign('RSA-SHA256', Buffer.from(lines.map((line) => `${line}\n`).join('')), privateKey).toString('base64');
  }

  /** Seconds of our clock and a fresh nonce. */
  stamp(): { readonly timestamp: string; readonly nonce: string } {
    const timestamp = String(Math.floor(Date.parse(this.#setup.now()) / 1_000));
    return { timestamp, nonce: randomBytes(16).toString('hex') };
  }

  async #call(method: 'GET' | 'POST', path: string, body: string): Promise<WechatAnswer> {
    const { publicKeys } = await this.#setup.verifying();
    const { status, headers, text } = await this.#send(method, path, body, publicKeys[0]?.id ?? '');
    const doing = `${method} ${path.split('?')[0]}`;
    if (status >= 500 || status === 429) throw new ChannelUnavailable(`WeChat Pay answered ${status} to ${doing}.`);
    const fault = signatureFault(
      (name) => headers.get(name) ?? undefined,
      text,
      publicKeys,
      Date.parse(this.#setup.now()),
    );
    // It signs nothing for a merchant whose own signature it does not accept.
    if (fault !== undefined && status === 401)
      throw new ChannelNotConfigured(`WeChat Pay does not accept our signature on ${doing}.`);
    if (fault !== undefined)
      throw new ChannelUnavailable(`An answer of ${status} to ${doing} is not WeChat Pay's. ${fault.detail}`);
    if (status >= 200 && status < 300) return { ok: true, body: text === '' ? undefined : parseJson(text, doing) };
    const refusal = z.safeParse(refusalSchema, parseJson(text, doing));
    if (!refusal.success) throw new ChannelUnavailable(`WeChat Pay answered ${status} to ${doing} without a code.`);
    const { code, message = '' } = refusal.data;
    const detail = `WeChat Pay answered ${doing} with ${status} ${code} ${message}`.trimEnd();
    if (passing.has(code)) throw new ChannelUnavailable(detail);
    if (status === 401 || credentialFaults.has(code)) throw new ChannelNotConfigured(detail);
    return { ok: false, code, detail };
  }

  async #send(method: string, path: string, body: string, publicKeyId: string) {
    const signal = AbortSignal.timeout(this.#setup.timeoutMs ?? callTimeoutMs);
    const once = async () => {
      const response = await fetch(new URL(path, this.#setup.gatewayUrl), {
        method,
        headers: {
          authorization: await this.#authorize(method, path, body),
          accept: 'application/json',
          'user-agent': 'surety',
          // Says which of its keys WeChat Pay is to sign its answer with.
          'wechatpay-serial': publicKeyId,
          ...(body === '' ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === '' ? {} : { body }),
        redirect: 'error',
        signal,
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    try {
      // Every call is safe to make again, and after a rest a connection is often closed at its other end.
      return await once().catch((error: unknown) => (isClosedConnection(error) ? once() : Promise.reject(error)));
    } catch (error) {
      if (error instanceof ChannelUnavailable) throw error;
      throw new ChannelUnavailable(`WeChat Pay did not answer ${method} ${path.split('?')[0]}.`, { cause: error });
    }
  }

  async #authorize(method: string, path: string, body: string): Promise<string> {
    const [{ serialNo }, { merchantId }] = await Promise.all([this.#setup.signing(), this.#setup.verifying()]);
    const { timestamp, nonce } = this.stamp();
    const signature = await this.sign([method, path, timestamp, nonce, body]);
    const fields = { mchid: merchantId, nonce_str: nonce, signature, timestamp, serial_no: serialNo };
    const list = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
    return `${scheme} ${list.join(',')}`;
  }
}

const isClosedConnection = (error: unknown): boolean =>
  error instanceof TypeError &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(String(error.cause.code));

const parseJson = (text: string, doing: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ChannelUnavailable(`WeChat Pay's answer to ${doing} is not JSON.`, { cause: error });
  }
};
