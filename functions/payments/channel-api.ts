import { connectPaymentChannels } from '../../adapters/channels/payment-channels.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required } from '../../adapters/environment.ts';
import { channelPaymentRoutes } from '../../contract/api/payments.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { connectSpine } from '../connect.ts';
import { createApi } from '../http/api.ts';
import { listOrderPayments, listTopUps, listUnconfirmedRefunds } from './list-payments.ts';
import { readPayment } from './read-payment.ts';
import { startPayment } from './start-payment.ts';
import { startTopUp } from './start-top-up.ts';

const { spine } = connectSpine(['orders', 'stock', 'payments']);
const channels = connectPaymentChannels(realSurroundings);
const deps = {
  ...spine,
  channelOf: (channel: keyof typeof channels) => channels[channel],
  policy: spine.policyOf(required(environmentVariables.policyVersion)),
};

export const handler = createApi(channelPaymentRoutes, {
  startPayment: startPayment(deps),
  startTopUp: startTopUp(deps),
  readPayment: readPayment(deps),
  listOrderPayments: listOrderPayments(deps),
  listTopUps: listTopUps(deps),
  listUnconfirmedRefunds: listUnconfirmedRefunds(deps),
});
