import {
  ChannelUnavailable,
  type Notification,
  type OpenedTrade,
  type PaymentChannel,
  type Receipt,
  type RefundAnswer,
  type RefundToSend,
  type Trade,
  TradeNotOpenable,
  type TradeToOpen,
} from '../../adapters/channels/payment-channel.ts';
import { type Channel, scenesOf } from '../../core/payments/channel.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { assertNever } from '../../core/shared/result.ts';

/** How likely each fault is, from 0 to 1; what is not named never happens. */
export type MemoryChannelFaults = {
  /** A call fails before it did anything. */
  readonly unavailable?: number;
  /** A call fails after it did what was asked. */
  readonly answerLost?: number;
  /** A refund is accepted and confirmed later. */
  readonly processing?: number;
  /** A refund is not covered by the merchant's balance, this time. */
  readonly balanceShort?: number;
  /** A refund is refused for ever. */
  readonly refused?: number;
};

export type MemoryChannelSetup = {
  readonly channel: Channel;
  readonly now: () => Instant;
  /** Uniform in [0, 1); the same numbers give the same faults. */
  readonly random: () => number;
  readonly faults?: MemoryChannelFaults;
};

type HeldTrade = {
  readonly asked: TradeToOpen;
  state: 'open' | 'closed' | 'paid';
  receipt?: Receipt;
};
type HeldRefund = {
  readonly asked: RefundToSend;
  state: 'processing' | 'confirmed' | 'refused';
  confirmedAt?: Instant;
};

/** A payment channel without a network: what every channel does, with faults that a seed decides. */
export class MemoryChannel implements PaymentChannel {
  readonly channel: Channel;
  readonly #setup: MemoryChannelSetup;
  readonly #trades = new Map<string, HeldTrade>();
  readonly #refunds = new Map<string, HeldRefund>();
  #letters: Notification[] = [];
  #faults: MemoryChannelFaults;

  constructor(setup: MemoryChannelSetup) {
    this.#setup = setup;
    this.channel = setup.channel;
    this.#faults = setup.faults ?? {};
  }

  open(trade: TradeToOpen): Promise<OpenedTrade> {
    return this.#call(() => {
      if (!scenesOf[this.channel].includes(trade.scene)) throw new TradeNotOpenable('refused', 'No such scene.');
      const held = this.#find(trade.paymentId);
      if (held !== undefined) {
        if (held.state !== 'open') throw new TradeNotOpenable(held.state, `The trade is ${held.state}.`);
        if (held.asked.amountMinor !== trade.amountMinor || held.asked.subject !== trade.subject)
          throw new TradeNotOpenable('refused', 'The number was used for another trade.');
      }
      if (trade.expiresAt <= this.#setup.now()) throw new TradeNotOpenable('closed', 'The trade has run out.');
      if (held === undefined) this.#trades.set(trade.paymentId, { asked: trade, state: 'open' });
      return openedAs(trade);
    });
  }

  query(paymentId: string): Promise<Trade> {
    return this.#call(() => {
      const held = this.#find(paymentId);
      if (held === undefined) return { state: 'unknown' };
      return held.receipt === undefined
        ? { state: held.state === 'open' ? 'open' : 'closed' }
        : { state: 'paid', ...held.receipt };
    });
  }

  close(paymentId: string): Promise<'closed' | 'paid'> {
    return this.#call(() => {
      const held = this.#find(paymentId);
      if (held?.state === 'paid') return 'paid';
      if (held !== undefined) held.state = 'closed';
      return 'closed';
    });
  }

  refund(refund: RefundToSend): Promise<RefundAnswer> {
    return this.#call(() => {
      const held = this.#refunds.get(refund.refundId);
      if (held !== undefined) {
        const isSame = held.asked.paymentId === refund.paymentId && held.asked.amountMinor === refund.amountMinor;
        return isSame ? answerOf(held) : { outcome: 'refused', detail: 'The number was used for another refund.' };
      }
      const receipt = this.#find(refund.paymentId)?.receipt;
      if (receipt === undefined) return { outcome: 'refused', detail: 'Nothing was paid.' };
      if (this.refundedMinor(refund.paymentId) + refund.amountMinor > receipt.paidMinor)
        return { outcome: 'refused', detail: 'Less than that is left.' };
      if (this.#happens('balanceShort')) return { outcome: 'balance-short', detail: 'The balance does not cover it.' };
      const begun: HeldRefund = { asked: refund, state: this.#happens('refused') ? 'refused' : 'processing' };
      this.#refunds.set(refund.refundId, begun);
      if (begun.state === 'processing' && !this.#happens('processing')) this.#confirm(begun);
      return answerOf(begun);
    });
  }

  queryRefund({ refundId }: Pick<RefundToSend, 'refundId' | 'paymentId'>): Promise<RefundAnswer> {
    return this.#call(() => {
      const held = this.#refunds.get(refundId);
      return held === undefined ? { outcome: 'unknown' } : answerOf(held);
    });
  }

  /** The buyer pays; undefined where the trade takes no money, unless `evenIfClosed`. */
  pay(paymentId: string, { deltaMinor = 0, evenIfClosed = false } = {}): Receipt | undefined {
    const held = this.#find(paymentId);
    if (held === undefined || held.state === 'paid' || (held.state === 'closed' && !evenIfClosed)) return undefined;
    const paidMinor = Math.max(1, held.asked.amountMinor + deltaMinor);
    const receipt = {
      paymentId,
      tradeNo: `no-${this.#trades.size}-${paymentId}`,
      paidMinor,
      paidAt: this.#setup.now(),
    };
    held.receipt = receipt;
    held.state = 'paid';
    this.#letters.push({ kind: 'receipt', ...receipt });
    return receipt;
  }

  /** Refunds that are under way come to their end. */
  endRefunds(): void {
    for (const held of this.#refunds.values()) if (held.state === 'processing') this.#confirm(held);
  }

  /** What the channel has to say since it was last asked; whoever delivers it may lose, repeat or delay it. */
  takeNotifications(): readonly Notification[] {
    const letters = this.#letters;
    this.#letters = [];
    return letters;
  }

  /** What of a payment was given back or is on its way. */
  refundedMinor(paymentId: string): number {
    return [...this.#refunds.values()]
      .filter(({ asked, state }) => asked.paymentId === paymentId && state !== 'refused')
      .reduce((sum, { asked }) => sum + asked.amountMinor, 0);
  }

  receipts(): readonly Receipt[] {
    return [...this.#trades.values()].flatMap(({ receipt }) => receipt ?? []);
  }

  /** Every refund that was begun here, whatever became of it. */
  refunds(): readonly (Pick<RefundToSend, 'refundId' | 'paymentId' | 'amountMinor'> & Pick<HeldRefund, 'state'>)[] {
    return [...this.#refunds.values()].map(({ asked: { refundId, paymentId, amountMinor }, state }) => ({
      refundId,
      paymentId,
      amountMinor,
      state,
    }));
  }

  setFaults(faults: MemoryChannelFaults): void {
    this.#faults = faults;
  }

  #find(paymentId: string): HeldTrade | undefined {
    const held = this.#trades.get(paymentId);
    if (held?.state === 'open' && held.asked.expiresAt <= this.#setup.now()) held.state = 'closed';
    return held;
  }

  #confirm(held: HeldRefund): void {
    const confirmedAt = this.#setup.now();
    held.state = 'confirmed';
    held.confirmedAt = confirmedAt;
    const { refundId, paymentId } = held.asked;
    this.#letters.push({ kind: 'refund', refundId, paymentId, answer: { outcome: 'confirmed', confirmedAt } });
  }

  /** Draws its numbers in the same order whatever it is asked, so that a seed means the same faults. */
  async #call<Value>(work: () => Value): Promise<Value> {
    const fails = this.#happens('unavailable');
    const isLost = this.#happens('answerLost');
    if (fails) throw new ChannelUnavailable('The channel is down.');
    const value = work();
    if (isLost) throw new ChannelUnavailable('The answer of the channel was lost.');
    return value;
  }

  #happens(fault: keyof MemoryChannelFaults): boolean {
    const chance = this.#faults[fault] ?? 0;
    return chance > 0 && this.#setup.random() < chance;
  }
}

const openedAs = ({ scene, paymentId }: TradeToOpen): OpenedTrade => {
  switch (scene) {
    case 'page':
      return { kind: 'redirect', url: `https://pay.example/${paymentId}` };
    case 'app':
      return { kind: 'app', parameters: `out_trade_no=${paymentId}` };
    case 'qr':
      return { kind: 'qr', content: `https://qr.example/${paymentId}` };
    case 'jsapi':
      return { kind: 'jsapi', parameters: { package: `prepay_id=${paymentId}` } };
    default:
      return assertNever(scene);
  }
};

const answerOf = ({ state, confirmedAt }: HeldRefund): RefundAnswer => {
  if (state === 'refused') return { outcome: 'refused', detail: 'The channel will not.' };
  return confirmedAt === undefined ? { outcome: 'processing' } : { outcome: 'confirmed', confirmedAt };
};
