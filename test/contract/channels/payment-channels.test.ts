import type { Channel } from '../../../core/payments/channel.ts';
import { MemoryChannel } from '../../fakes/memory-channel.ts';
import { openChannelMarket, until } from '../../support/channel-gateway.ts';
import { type ChannelUnderTest, describePaymentChannel } from './payment-channel.ts';

const overHttp = async (name: Channel): Promise<ChannelUnderTest> => {
  const { gateway, channels, stop } = await openChannelMarket();
  gateway.order({ refundAfterMs: 50 });
  return {
    channel: channels[name],
    pay: (paymentId, options) => void gateway.pay(name, paymentId, options),
    see: (paymentId) => gateway.see(name, paymentId),
    nextRefund: (fault) => void gateway.order({ calls: [{ operation: 'refund', fault, times: 1 }], refundAfterMs: 50 }),
    fail: (how) => void gateway.order({ calls: how === 'no more' ? [] : [{ fault: how }], refundAfterMs: 50 }),
    endRefunds: async () => {
      const isUnderWay = () =>
        gateway.book
          .list()
          .some(({ paymentId }) => gateway.book.refundsOf(name, paymentId).some(({ state }) => state === 'processing'));
      await until(() => !isUnderWay(), 'every refund is confirmed');
    },
    stop,
  };
};

const inMemory = async (name: Channel): Promise<ChannelUnderTest> => {
  const channel = new MemoryChannel({ channel: name, now: () => new Date().toISOString(), random: () => 0 });
  const { nextRefund, fail } = {
    nextRefund: (fault: 'processing' | 'balance-short' | 'refused') => {
      const refund = channel.refund.bind(channel);
      channel.setFaults({ [fault === 'balance-short' ? 'balanceShort' : fault]: 1 });
      channel.refund = async (asked) => {
        const answer = await refund(asked);
        channel.setFaults({});
        channel.refund = refund;
        return answer;
      };
    },
    fail: (how: 'unavailable' | 'answer-lost' | 'no more') =>
      channel.setFaults(how === 'no more' ? {} : { [how === 'unavailable' ? how : 'answerLost']: 1 }),
  };
  return {
    channel,
    pay: (paymentId, options) => void channel.pay(paymentId, options),
    see: () => undefined,
    nextRefund,
    fail,
    endRefunds: async () => channel.endRefunds(),
    stop: async () => undefined,
  };
};

describePaymentChannel('Alipay over HTTP', 'qr', () => overHttp('alipay'));
describePaymentChannel('WeChat Pay over HTTP', 'qr', () => overHttp('wechat_pay'));
describePaymentChannel('in memory', 'qr', () => inMemory('alipay'));
