import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { connectNotificationReaders } from '../../adapters/channels/notification-readers.ts';
import type { RawAnswer, RawRequest } from '../../adapters/channels/payment-channel.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required } from '../../adapters/environment.ts';
import { notificationPaths } from '../../contract/channels.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { type Channel, channels } from '../../core/payments/channel.ts';
import { connectSpine } from '../connect.ts';
import { describeError } from '../describe-error.ts';
import { receivePayment } from './receive-payment.ts';
import { reportRefund } from './report-channel.ts';
import { takeRefundAnswer } from './settle-refund.ts';
import { type Taken, takeNotification } from './take-notification.ts';

const logger = new Logger();
const metrics = new Metrics();
const { spine } = connectSpine();
const readers = connectNotificationReaders(realSurroundings);
const take = takeNotification({
  receive: receivePayment({ ...spine, policy: spine.policyOf(required(environmentVariables.policyVersion)) }),
  noteRefund: takeRefundAnswer({ ...spine, onAttempt: reportRefund }),
});

/** The notifications of Alipay and WeChat Pay, each in its own form. Nothing of a body is ever logged. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(async (event) => {
  const channel = channelOf(event);
  const reader = readers[channel];
  try {
    const { taken, answer } = await take(reader, requestOf(event));
    report(channel, taken);
    return respond(answer);
  } catch (error) {
    // Nothing was answered yet, so that the channel says it again.
    logger.error('notification not taken', { channel, error: describeError(error) });
    metrics.singleMetric().addMetric('NotificationFaults', MetricUnit.Count, 1);
    return respond(reader.again);
  }
});

const channelOf = ({ rawPath }: APIGatewayProxyEventV2): Channel => {
  const channel = channels.find((each) => notificationPaths[each] === rawPath);
  if (channel === undefined) throw new Error(`No channel notifies at ${rawPath}`);
  return channel;
};

const requestOf = ({ headers, body = '', isBase64Encoded }: APIGatewayProxyEventV2): RawRequest => ({
  headers,
  body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
});

const respond = ({ status, contentType, body }: RawAnswer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': contentType, 'cache-control': 'no-store' },
  body,
});

const report = (channel: Channel, taken: Taken): void => {
  logger.info('notification', { channel, ...taken });
  if (taken.result === 'received') metrics.addMetric('PaymentsReceived', MetricUnit.Count, 1);
  if (taken.result === 'refused') metrics.addMetric('NotificationsRefused', MetricUnit.Count, 1);
  if (taken.result === 'unknown-payment' || taken.result === 'unknown-refund')
    metrics.addMetric('NotificationsUnknown', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
};
