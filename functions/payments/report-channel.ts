import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { ChannelUnavailable } from '../../adapters/channels/payment-channel.ts';
import type { Refund } from '../../core/payments/refund.ts';

const logger = new Logger();
const metrics = new Metrics();

/** Says of a refund what came of its last attempt: to the log, and to the alarms where it is not the end. */
export const reportRefund = ({ refundId, status, trouble, attempts, channel }: Refund): void => {
  logger.info('refund', { refundId, status, trouble, attempts, channel });
  if (status === 'confirmed') metrics.addMetric('RefundsConfirmed', MetricUnit.Count, 1);
  if (status === 'refused') metrics.addMetric('RefundsRefused', MetricUnit.Count, 1);
  if (trouble !== undefined) metrics.addMetric('RefundTroubles', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
};

/** A channel did not answer about a payment; it is asked again later. */
export const reportFault = (paymentId: string, fault: ChannelUnavailable): void => {
  logger.warn('channel does not answer', { paymentId, fault: fault.message });
  metrics.singleMetric().addMetric('ChannelFaults', MetricUnit.Count, 1);
};
