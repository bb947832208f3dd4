import { SQSClient } from '@aws-sdk/client-sqs';
import { connectPaymentChannels } from '../../adapters/channels/payment-channels.ts';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required } from '../../adapters/environment.ts';
import { channelMessage, hideFor } from '../../adapters/queues.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { connectSpine } from '../connect.ts';
import { createQueueWorker } from '../queue-worker.ts';
import { receivePayment } from './receive-payment.ts';
import { reportFault, reportRefund } from './report-channel.ts';
import { settlePayment } from './settle-payment.ts';
import { settleRefund } from './settle-refund.ts';

const { spine } = connectSpine();
const channels = connectPaymentChannels(realSurroundings);
const deps = {
  ...spine,
  channelOf: (channel: keyof typeof channels) => channels[channel],
  receive: receivePayment({ ...spine, policy: spine.policyOf(required(environmentVariables.policyVersion)) }),
  onFault: reportFault,
  onAttempt: reportRefund,
};
const payment = settlePayment(deps);
const refund = settleRefund(deps);

export const handler = createQueueWorker({
  message: channelMessage,
  handle: (message) => ('refundId' in message ? refund(message.refundId) : payment(message.paymentId)),
  hide: hideFor(new SQSClient(clientTimeouts), required(environmentVariables.channelQueue)),
});
