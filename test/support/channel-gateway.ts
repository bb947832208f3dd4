/**
 * The channel gateway of this machine for tests, with the channels and readers that ship speaking to it: real HTTP on
 * loopback, real signatures.
 *
 *     const market = await openChannelMarket();
 *     market.gateway.order({ calls: [{ operation: 'refund', fault: 'balance-short', times: 1 }] });
 *     market.gateway.order({ notifications: { lose: 'all' } });
 *     market.gateway.pay('alipay', paymentId, { deltaMinor: -1 });
 */
import { createServer } from 'node:http';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { signingCredentials, verifyingCredentials } from '../../adapters/channels/credentials.ts';
import { notificationReadersOf } from '../../adapters/channels/notification-readers.ts';
import type { NotificationReader, RawRequest } from '../../adapters/channels/payment-channel.ts';
import { paymentChannelsOf } from '../../adapters/channels/payment-channels.ts';
import { channelSecretNames, channelSecrets, notificationPaths } from '../../contract/channels.ts';
import { type Channel, channels } from '../../core/payments/channel.ts';
import { listenOnLoopback } from '../../local/aws-json.ts';
import { type ChannelGateway, type GatewayOptions, startChannelGateway } from '../../local/channel-gateway/gateway.ts';
import { createMerchant, type GatewayMerchant, secretsOf } from '../../local/channel-gateway/merchant.ts';

/** Credentials that fit the gateway's merchant, as the functions read them. */
export const credentialsFor = (merchant: GatewayMerchant) => {
  const texts = new Map<string, string>();
  for (const name of channelSecretNames) {
    process.env[channelSecrets[name].variable] = name;
    texts.set(name, secretsOf(merchant)[name]);
  }
  const secrets = {
    send: async ({ input }: { input: { SecretId: string } }) => ({ SecretString: texts.get(input.SecretId) }),
  } as unknown as SecretsManagerClient;
  const source = { secrets, nowMs: () => Date.now() };
  return { signing: signingCredentials(source), verifying: verifyingCredentials(source) };
};

/** A notification as it arrived, and what its reader answers. */
export type Heard = RawRequest & { readonly channel: Channel };
type Answer = { readonly status: number; readonly body: string };

/** Listens where the functions would; `hear` decides what is answered. */
export const listenForNotifications = async (hear: (heard: Heard) => Promise<Answer>) => {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const channel = channels.find((each) => notificationPaths[each] === incoming.url);
      if (channel === undefined) return void outgoing.writeHead(404).end();
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      );
      hear({ channel, headers, body: Buffer.concat(chunks) }).then(
        ({ status, body }) => outgoing.writeHead(status).end(body),
        (error: unknown) => outgoing.writeHead(500).end(String(error)),
      );
    });
  });
  return listenOnLoopback(server, 0);
};

/** A wait that a test bounds: looks every few milliseconds until something holds. */
export const until = async <Value>(look: () => Value | undefined | false, what: string): Promise<Value> => {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`This did not come about in 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

export type ChannelMarket = Awaited<ReturnType<typeof openChannelMarket>>;

let anyMerchant: GatewayMerchant | undefined;
/** Making key pairs is slow; where it does not matter whose they are, a file of tests has one merchant. */
const sharedMerchant = (): GatewayMerchant => {
  anyMerchant ??= createMerchant();
  return anyMerchant;
};

type MarketOptions = Partial<GatewayOptions> & {
  /** What is answered to a notification. @default - «done» to each genuine one */
  readonly take?: (reader: NotificationReader, letter: Heard) => Promise<Answer>;
};

const takeGenuine: NonNullable<MarketOptions['take']> = async (reader, letter) =>
  (await reader.read(letter)).genuine ? reader.done : reader.again;

/** The gateway, the channels, the readers, and all notifications that arrived. */
export const openChannelMarket = async ({ take = takeGenuine, ...options }: MarketOptions = {}) => {
  const merchant = options.merchant ?? sharedMerchant();
  const gateway: ChannelGateway = await startChannelGateway({ retryScale: 1 / 6_000, ...options, merchant });
  const credentials = credentialsFor(merchant);
  const now = options.now ?? (() => new Date().toISOString());
  const readers: Readonly<Record<Channel, NotificationReader>> = notificationReadersOf(credentials.verifying, now);
  const heard: Heard[] = [];
  const listener = await listenForNotifications(async (letter) => {
    heard.push(letter);
    return take(readers[letter.channel], letter);
  });
  return {
    merchant,
    gateway,
    credentials,
    readers,
    heard,
    notifyBaseUrl: listener.url,
    channels: paymentChannelsOf({
      ...credentials,
      alipayGateway: gateway.alipayUrl,
      wechatPayGateway: gateway.wechatPayUrl,
      notifyBaseUrl: listener.url,
      now,
    }),
    stop: async () => {
      await gateway.stop();
      await listener.close();
    },
  };
};
