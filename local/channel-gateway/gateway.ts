import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import type * as z from 'zod/mini';
import type { Channel } from '../../core/payments/channel.ts';
import { listenOnLoopback } from '../aws-json.ts';
import { messageOf } from '../refusal.ts';
import { AlipayFace, alipayPath } from './alipay-face.ts';
import { answerControl } from './control.ts';
import { type Attempt, type Errand, Errands } from './errands.ts';
import type { Answered, Face, GatewayAnswer, GatewayRequest } from './face.ts';
import { FaultDesk, type Faults, type faultsSchema } from './faults.ts';
import type { GatewayMerchant } from './merchant.ts';
import { answerPage } from './pages.ts';
import { type BookedRefund, type BookedTrade, type Payment, TradeBook } from './trade-book.ts';
import { WechatFace } from './wechat-face.ts';

/** A real channel's minute is a second here. */
const defaultRetryScale = 1 / 60;
const notifyTimeoutMs = 5_000;
const maximumBodyBytes = 1_048_576;

export type GatewayOptions = {
  readonly merchant: GatewayMerchant;
  /** File in which everything is kept. @default - nothing outlives the process */
  readonly file?: string;
  /** Port on loopback; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** How much shorter the waits between two notifications are than the channel's. @default 1 / 60 */
  readonly retryScale?: number;
  /** The clock of the channels. @default - the machine's */
  readonly now?: () => string;
  readonly report?: (line: string) => void;
};

type PayOptions = {
  /** What the buyer pays more, or less, than was asked. @default 0 */
  readonly deltaMinor?: number | undefined;
  /** Takes the money of a trade that has expired or was closed, as a channel may in a race. @default false */
  readonly evenIfClosed?: boolean | undefined;
};

/** Both channels on this machine: what their servers do, and what their buyers do. */
export type ChannelGateway = {
  readonly url: string;
  readonly alipayUrl: string;
  readonly wechatPayUrl: string;
  readonly book: TradeBook;
  /** Orders what goes wrong from now on; `{}` is that nothing does. */
  readonly order: (faults: z.input<typeof faultsSchema>) => Faults;
  readonly faults: () => Faults;
  /** The buyer pays, and the channel begins to notify; undefined where it knows no such trade. */
  readonly pay: (channel: Channel, paymentId: string, options?: PayOptions) => Payment | undefined;
  /** The buyer gives up, or the code is seen without being paid. */
  readonly cancel: (channel: Channel, paymentId: string) => BookedTrade | undefined;
  readonly see: (channel: Channel, paymentId: string) => void;
  /** Sends what it has to say of a payment and its refunds once more. */
  readonly notifyAgain: (channel: Channel, paymentId: string) => void;
  readonly errandsOf: (channel: Channel, paymentId: string) => readonly Errand[];
  readonly payPage: (trade: Pick<BookedTrade, 'code'>) => string;
  readonly stop: () => Promise<void>;
};

/** Starts both channels on a port of the loopback interface. */
export const startChannelGateway = async (options: GatewayOptions): Promise<ChannelGateway> => {
  const { merchant, retryScale = defaultRetryScale } = options;
  const now = options.now ?? (() => new Date().toISOString());
  const report = options.report ?? (() => undefined);
  const database = new DatabaseSync(options.file ?? ':memory:');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  const book = new TradeBook(database, now);
  const desk = new FaultDesk();
  let baseUrl = '';
  const payPage = ({ code }: Pick<BookedTrade, 'code'>): string => `${baseUrl}/pay/${code}`;
  const faces: Readonly<Record<Channel, Face>> = {
    alipay: new AlipayFace({ book, merchant: merchant.alipay, now, payPage }),
    wechat_pay: new WechatFace({ book, merchant: merchant.wechatPay, now, payPage }),
  };

  const errands = new Errands(database, (errand) => runErrand({ book, desk, faces, retryScale }, errand, tell), report);
  const tell = (channel: Channel, paymentId: string, refundId: string | null): void =>
    errands.add({ kind: 'notify', channel, paymentId, refundId }, desk.ordered.notifications.delayMs);
  const confirm = ({ channel, refundId, paymentId }: BookedRefund): void => {
    book.confirmRefund(channel, refundId);
    tell(channel, paymentId, refundId);
  };

  const gateway: Omit<ChannelGateway, 'stop' | 'url' | 'alipayUrl' | 'wechatPayUrl'> = {
    book,
    order: (faults) => desk.order(faults),
    faults: () => desk.ordered,
    pay: (channel, paymentId, { deltaMinor, evenIfClosed } = {}) => {
      const payment = book.pay(channel, paymentId, deltaMinor, evenIfClosed);
      if (payment?.outcome === 'paid') tell(channel, paymentId, null);
      return payment;
    },
    cancel: (channel, paymentId) => book.close(channel, paymentId),
    see: (channel, paymentId) => book.see(channel, paymentId),
    notifyAgain: (channel, paymentId) => {
      if (book.find(channel, paymentId)?.state === 'paid') tell(channel, paymentId, null);
      for (const { refundId, state } of book.refundsOf(channel, paymentId))
        if (state === 'confirmed') tell(channel, paymentId, refundId);
    },
    errandsOf: (channel, paymentId) => errands.of(channel, paymentId),
    payPage,
  };

  /** What a channel answers to a call; undefined where it never does. */
  const callChannel = (face: Face, request: GatewayRequest): GatewayAnswer | 'cut' | 'silent' | undefined => {
    const operation = face.operationOf(request);
    if (operation === undefined) return undefined;
    const fault = desk.take(face.channel, operation);
    if (fault === 'cut' || fault === 'silent') return fault;
    if (fault === 'unavailable') return { status: 503, headers: {}, body: 'Service Unavailable' };
    const answered: Answered = face.answer(request, operation, fault);
    if (answered.visited !== undefined) book.see(face.channel, answered.visited.paymentId);
    if (answered.begun !== undefined) {
      const { refund, isSlow } = answered.begun;
      const { channel, paymentId, refundId } = refund;
      if (isSlow) errands.add({ kind: 'confirm-refund', channel, paymentId, refundId }, desk.ordered.refundAfterMs);
      else confirm(refund);
    }
    return fault === 'answer-lost' ? 'cut' : answered.answer;
  };

  const answer = async (request: GatewayRequest): Promise<GatewayAnswer | 'cut' | 'silent'> =>
    callChannel(faces.alipay, request) ??
    callChannel(faces.wechat_pay, request) ??
    answerControl(gateway, request) ??
    (await answerPage(gateway, request)) ?? { status: 404, headers: {}, body: 'Not found' };

  const server = createServer((incoming, outgoing) => {
    readRequest(incoming)
      .then(answer)
      .then(
        (answered) => send(outgoing, answered),
        (thrown: unknown) => {
          report(`the channel gateway failed: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
          send(outgoing, { status: 500, headers: {}, body: messageOf(thrown) });
        },
      );
  });
  const endpoint = await listenOnLoopback(server, options.port ?? 0);
  baseUrl = endpoint.url;
  errands.look();
  return {
    ...gateway,
    url: baseUrl,
    alipayUrl: `${baseUrl}${alipayPath}`,
    wechatPayUrl: baseUrl,
    stop: async () => {
      await endpoint.close();
      await errands.stop();
      database.close();
    },
  };
};

type ErrandDeps = {
  readonly book: TradeBook;
  readonly desk: FaultDesk;
  readonly faces: Readonly<Record<Channel, Face>>;
  readonly retryScale: number;
};

const runErrand = async (
  { book, desk, faces, retryScale }: ErrandDeps,
  { kind, channel, paymentId, refundId, attempts }: Errand,
  tell: (channel: Channel, paymentId: string, refundId: string | null) => void,
): Promise<Attempt> => {
  if (kind === 'confirm-refund') {
    if (refundId === null) throw new Error('An errand to confirm a refund names none.');
    book.confirmRefund(channel, refundId);
    tell(channel, paymentId, refundId);
    return { state: 'done', result: 'confirmed' };
  }
  const face = faces[channel];
  const trade = book.find(channel, paymentId);
  const refund = refundId === null ? undefined : book.findRefund(channel, refundId);
  const notifyUrl = refund?.notifyUrl || trade?.notifyUrl;
  if (trade === undefined || !notifyUrl) return { state: 'done', result: 'nobody asked to be told' };

  const { lose, copies, twist } = desk.ordered.notifications;
  const isLost = lose === 'all' || attempts < lose;
  const results = isLost
    ? ['lost on the way']
    : await Promise.all(
        Array.from({ length: copies }, () => post(face, notifyUrl, face.write({ trade, refund }, twist))),
      );
  if (results.every((result) => result === 'taken')) return { state: 'done', result: 'taken' };
  const result = results.find((each) => each !== 'taken') ?? 'taken';
  const waitMinutes = face.retryMinutes[attempts];
  if (waitMinutes === undefined) return { state: 'given-up', result };
  return { state: 'waiting', result, nextMs: waitMinutes * 60_000 * retryScale };
};

const post = async (face: Face, url: string, letter: ReturnType<Face['write']>): Promise<string> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: letter.headers,
      body: Buffer.from(letter.body),
      signal: AbortSignal.timeout(notifyTimeoutMs),
    });
    const body = await response.text();
    return face.isTaken(response.status, body) ? 'taken' : `answered ${response.status} ${body.slice(0, 80)}`;
  } catch (thrown) {
    // Nobody listens, or not in time: the schedule goes on, as the channel's does.
    return `not delivered: ${messageOf(thrown)}`;
  }
};

const readRequest = async (incoming: IncomingMessage): Promise<GatewayRequest> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes > maximumBodyBytes) throw new Error(`A request holds more than ${maximumBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', 'http://gateway'),
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
};

const send = (outgoing: ServerResponse, answered: GatewayAnswer | 'cut' | 'silent'): void => {
  // A caller of a silent channel waits until it gives up itself.
  if (answered === 'silent') return;
  if (answered === 'cut') {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(answered.status, answered.headers);
  outgoing.end(answered.body);
};
