import * as z from 'zod/mini';
import { channels } from '../../core/payments/channel.ts';
import type { GatewayAnswer, GatewayRequest } from './face.ts';
import { faultsSchema } from './faults.ts';
import type { ChannelGateway } from './gateway.ts';

type Controlled = Pick<
  ChannelGateway,
  'book' | 'order' | 'faults' | 'pay' | 'cancel' | 'see' | 'notifyAgain' | 'errandsOf'
>;

const paySchema = z.strictObject({
  deltaMinor: z.optional(z.int().check(z.minimum(-1_000_000_000), z.maximum(1_000_000_000))),
  evenIfClosed: z.optional(z.boolean()),
});

/**
 * What a person or a test orders over HTTP, as JSON:
 * `GET|POST /control/faults`, `GET /control/trades`, `GET /control/trades/<channel>/<payment>` and
 * `POST …/pay`, `…/cancel`, `…/see` and `…/notify`.
 */
export const answerControl = (gateway: Controlled, request: GatewayRequest): GatewayAnswer | undefined => {
  const [, control, subject, channelName, paymentId, act] = request.url.pathname.split('/').map(decodeURIComponent);
  if (control !== 'control') return undefined;
  const isPost = request.method === 'POST';
  // A page of another site can post forms to loopback, but not JSON.
  if (isPost && !String(request.headers['content-type']).startsWith('application/json'))
    return answer(415, { detail: 'Post JSON, with content-type: application/json.' });
  if (subject === 'faults') {
    if (!isPost) return answer(200, gateway.faults());
    const faults = z.safeParse(faultsSchema, parseJson(request.body));
    return faults.success ? answer(200, gateway.order(faults.data)) : refuse(faults.error);
  }
  if (subject !== 'trades') return answer(404, { detail: 'There are /control/faults and /control/trades.' });
  if (channelName === undefined) return answer(200, { trades: gateway.book.list() });
  const channel = channels.find((each) => each === channelName);
  const trade = channel && paymentId ? gateway.book.find(channel, paymentId) : undefined;
  if (channel === undefined || trade === undefined) return answer(404, { detail: 'There is no such trade.' });
  const view = () => ({
    trade: gateway.book.find(channel, trade.paymentId),
    refunds: gateway.book.refundsOf(channel, trade.paymentId),
    errands: gateway.errandsOf(channel, trade.paymentId),
  });
  if (!isPost) return answer(200, view());
  switch (act) {
    case 'pay': {
      const options = z.safeParse(paySchema, parseJson(request.body || '{}'));
      if (!options.success) return refuse(options.error);
      const outcome = gateway.pay(channel, trade.paymentId, options.data)?.outcome;
      return answer(outcome === 'closed' ? 409 : 200, { outcome, ...view() });
    }
    case 'cancel':
      gateway.cancel(channel, trade.paymentId);
      return answer(200, view());
    case 'see':
      gateway.see(channel, trade.paymentId);
      return answer(200, view());
    case 'notify':
      gateway.notifyAgain(channel, trade.paymentId);
      return answer(200, view());
    default:
      return answer(404, { detail: 'A trade takes pay, cancel, see and notify.' });
  }
};

const answer = (status: number, body: unknown): GatewayAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

const refuse = (error: z.core.$ZodError): GatewayAnswer => answer(400, { detail: z.prettifyError(error) });

/** Undefined where a text is no JSON, which no schema takes. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
