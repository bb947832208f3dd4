import {
  ChannelUnavailable,
  type Notification,
  type NotificationReader,
  type PaymentChannel,
  type RawRequest,
  type Receipt,
} from '../../adapters/channels/payment-channel.ts';
import { type Channel, channels } from '../../core/payments/channel.ts';
import { MemoryChannel, type MemoryChannelFaults } from '../fakes/memory-channel.ts';
import type { Process } from './kernel/scheduler.ts';
import type { World } from './kernel/simulate.ts';

/** How badly the payment channels and the way to them behave; probabilities, each for one call or one letter. */
export type ChannelTroubles = Required<MemoryChannelFaults> & {
  /** A call takes seconds instead of a moment. */
  readonly slow: number;
  /** A notification never comes, however often the channel would send it. */
  readonly letterLost: number;
  /** A notification comes again although it was taken. */
  readonly letterRepeated: number;
  /** A notification comes minutes late: perhaps after the order ran out, perhaps after its promise. */
  readonly letterLate: number;
};

export const noTroubles: ChannelTroubles = {
  unavailable: 0,
  answerLost: 0,
  processing: 0,
  balanceShort: 0,
  refused: 0,
  slow: 0,
  letterLost: 0,
  letterRepeated: 0,
  letterLate: 0,
};

/** Channels as bad as they get while most payments still come through. */
export const stormyTroubles: ChannelTroubles = {
  unavailable: 0.08,
  answerLost: 0.08,
  processing: 0.3,
  balanceShort: 0.1,
  refused: 0.02,
  slow: 0.05,
  letterLost: 0.15,
  letterRepeated: 0.2,
  letterLate: 0.15,
};

/** What a channel itself knows of the money it took and gave back. */
export type ChannelBooks = {
  readonly channel: Channel;
  readonly receipts: readonly Receipt[];
  readonly refunds: ReturnType<MemoryChannel['refunds']>;
};

/** Tells the marketplace something, and hears whether it answered «done». */
export type Notify = (channel: Channel, request: RawRequest, onAnswer: (isDone: boolean) => void) => void;

const maxCallMs = 300;
const maxSlowCallMs = 9_000;
const maxLetterMs = 5_000;
const maxLateLetterMs = 12 * 60_000;
const maxRefundMs = 90_000;
/** A channel says a thing again, ever more rarely, until it hears «done»; at last it waits this long, and gives up. */
const firstLetterPauseMs = 4_000;
const maxLetterPauseMs = 180_000;
const maxLetters = 100;

const answer = { status: 200, contentType: 'text/plain' } as const;

/** Believes every letter: forged ones are tried elsewhere, on the readers that the functions ship with. */
export const trustingReader = (channel: Channel): NotificationReader => ({
  channel,
  read: ({ body }) =>
    Promise.resolve({ genuine: true, notification: JSON.parse(Buffer.from(body).toString('utf8')) as Notification }),
  done: { ...answer, body: 'done' },
  again: { ...answer, body: 'again' },
});

/** Alipay and WeChat Pay: calls that cost time and fail, buyers who pay there, and letters that come as they please. */
export class SimulatedChannels {
  readonly #world: World;
  readonly #notify: Notify;
  readonly #channels: Readonly<Record<Channel, MemoryChannel>>;
  #troubles = noTroubles;

  constructor(world: World, notify: Notify) {
    this.#world = world;
    this.#notify = notify;
    const open = (channel: Channel) =>
      new MemoryChannel({ channel, now: () => this.#now(), random: () => world.random.next() });
    this.#channels = { alipay: open('alipay'), wechat_pay: open('wechat_pay') };
  }

  setTroubles(troubles: ChannelTroubles): void {
    this.#troubles = troubles;
    for (const channel of channels) this.#channels[channel].setFaults(troubles);
  }

  /**
   * A buyer pays; undefined where the channel takes no money for it. What a channel takes for a trade that it may have
   * called closed can be known by its letter alone, so that this one is never lost.
   */
  pay(channel: Channel, paymentId: string, how: { deltaMinor?: number; evenIfClosed?: boolean }): Receipt | undefined {
    const receipt = this.#channels[channel].pay(paymentId, how);
    this.#post(channel, how.evenIfClosed === true ? 0 : this.#troubles.letterLost);
    return receipt;
  }

  books(): readonly ChannelBooks[] {
    return channels.map((channel) => ({
      channel,
      receipts: this.#channels[channel].receipts(),
      refunds: this.#channels[channel].refunds(),
    }));
  }

  /** A channel as a function holds it. */
  portOf(channel: Channel, process: () => Process): PaymentChannel {
    const memory = this.#channels[channel];
    const call = <Value>(what: string, act: () => Promise<Value>) => this.#call(process(), channel, what, act);
    return {
      channel,
      open: (trade) => call(`open ${trade.paymentId}`, () => memory.open(trade)),
      query: (paymentId) => call(`query ${paymentId}`, () => memory.query(paymentId)),
      close: (paymentId) => call(`close ${paymentId}`, () => memory.close(paymentId)),
      refund: (refund) => call(`refund ${refund.refundId}`, () => memory.refund(refund)),
      queryRefund: (refund) => call(`query ${refund.refundId}`, () => memory.queryRefund(refund)),
    };
  }

  async #call<Value>(process: Process, channel: Channel, what: string, act: () => Promise<Value>): Promise<Value> {
    const { random, scheduler } = this.#world;
    const isSlow = random.chance(this.#troubles.slow);
    await process.surroundings.sleep(random.integer(0, isSlow ? maxSlowCallMs : maxCallMs));
    const answered = await scheduler.park(process, `${channel}: ${what}`, () => {
      const answering = act().then(
        (value) => ({ value }),
        // Kept as a value, for a call may be carried out when its caller is gone and nobody hears how it ended.
        (error: unknown) => ({ error }),
      );
      this.#post(channel);
      if (what.startsWith('refund')) this.#endRefundsLater(channel);
      return answering;
    });
    if ('value' in answered) return answered.value;
    if (answered.error instanceof ChannelUnavailable) scheduler.trace.add(this.#fault(process, what));
    throw answered.error;
  }

  #fault(process: Process, what: string) {
    const { steps, nowMs } = this.#world.scheduler;
    return { step: steps, atMs: nowMs, who: process.name, what, outcome: 'channelUnavailable' };
  }

  #endRefundsLater(channel: Channel): void {
    const { random, scheduler, nowMs } = this.#world;
    scheduler.at(nowMs + random.integer(0, maxRefundMs), `${channel} ends its refunds`, () => {
      this.#channels[channel].endRefunds();
      this.#post(channel);
    });
  }

  /** Each letter goes its own way, so that they overtake one another. */
  #post(channel: Channel, chanceOfLoss = this.#troubles.letterLost): void {
    const { random, scheduler } = this.#world;
    for (const letter of this.#channels[channel].takeNotifications()) {
      const isLost = random.chance(chanceOfLoss);
      const copies = random.chance(this.#troubles.letterRepeated) ? random.integer(2, 4) : 1;
      for (let copy = 0; copy < copies && !isLost; copy += 1) {
        const isLate = random.chance(this.#troubles.letterLate);
        const dueAtMs = this.#world.nowMs + random.integer(0, isLate ? maxLateLetterMs : maxLetterMs);
        scheduler.at(dueAtMs, `${channel} writes`, () => this.#deliver(channel, letter, 0));
      }
    }
  }

  #deliver(channel: Channel, letter: Notification, attempt: number): void {
    const body = Buffer.from(JSON.stringify(letter), 'utf8');
    this.#notify(channel, { headers: {}, body }, (isDone) => {
      if (isDone || attempt === maxLetters) return;
      const pauseMs = Math.min(maxLetterPauseMs, firstLetterPauseMs * 2 ** attempt);
      this.#world.scheduler.at(this.#world.nowMs + pauseMs, `${channel} writes again`, () =>
        this.#deliver(channel, letter, attempt + 1),
      );
    });
  }

  #now(): string {
    return new Date(this.#world.nowMs).toISOString();
  }
}
