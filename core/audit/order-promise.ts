import type { Order } from '../orders/order.ts';
import { addSeconds, type Instant } from '../shared/instant.ts';
import type { Finding } from './finding.ts';

/** An order may be this late before it counts as forgotten: a sweep comes each minute, and one may fail. */
export const promiseToleranceSeconds = 180;

/** Promise 2: by its promise a captured order is delivered or refunded, and never both in full. */
export const checkPromise = (order: Order, now: Instant): readonly Finding[] => {
  const find = (code: string, detail: string): Finding => ({
    promise: 2,
    code,
    record: `order ${order.orderId}`,
    detail,
  });
  const findings: Finding[] = [];
  if (
    order.status === 'captured' &&
    order.promiseAt !== undefined &&
    addSeconds(order.promiseAt, promiseToleranceSeconds) <= now
  )
    findings.push(
      find('promise-overdue', `It was promised by ${order.promiseAt} and is neither delivered nor refunded.`),
    );
  return findings;
};
