import { isFileBatch, isOver } from '../imports/file-import.ts';
import type { Order } from '../orders/order.ts';
import type { Instant } from '../shared/instant.ts';
import { type Finding, findingsOn, isLate, latestNow } from './finding.ts';
import { isPastPromise } from './order-promise.ts';
import type { BatchView, OrderView, WaitingView } from './records.ts';

/** Promise 5: what an order still needs can be read from the tables, and the sweep has not forgotten it. */
export const checkOrderDue = ({ order, waits, dueIndexed }: OrderView, now: Instant): readonly Finding[] => {
  const find = findingsOn(5, `order ${order.orderId}`);
  const findings: Finding[] = [];
  const { dueAt, promiseAt } = order;
  const needs = needsAttention(order);
  const until = order.status === 'captured' ? promiseAt : order.releaseAt;
  if (needs && dueAt === undefined)
    findings.push(find('due-missing', `It is ${order.status}, and nothing says when to look at it again.`));
  else if (!needs && dueAt !== undefined)
    findings.push(find('due-needless', `It is ${order.status} and needs nothing; it is due at ${dueAt} for ever.`));
  else if (!dueIndexed) findings.push(find('due-not-indexed', `It is due at ${dueAt}, and the sweep cannot find it.`));
  else if (order.status !== 'refunded' && dueAt !== undefined && until !== undefined && dueAt > until)
    findings.push(find('due-too-late', `It is looked at again at ${dueAt}, after ${until}.`));
  // An order past its promise breaks promise 2; that is said there.
  else if (dueAt !== undefined && isLate(dueAt, now) && !isPastPromise(order, now))
    findings.push(find('overdue', `It is ${order.status} and was due at ${dueAt}.`));
  // Past its promise an order leaves the line before it is settled.
  const mustWait = order.status === 'captured' && promiseAt !== undefined && promiseAt > latestNow(now);
  if (mustWait && !waits) findings.push(find('waiting-missing', 'It waits for stock and stands in no line.'));
  return findings;
};

const needsAttention = ({ status, chunks, chunksReturned }: Order): boolean =>
  status === 'captured' || status === 'delivered' || (status === 'refunded' && chunksReturned < chunks);

/** Promise 5: who stands in the line of a product waits for it. */
export const checkWaiting = ({ orderId, productId, order }: WaitingView): readonly Finding[] => {
  const find = findingsOn(5, `waiting ${productId} ${orderId}`);
  if (!order) return [find('waiting-order-unknown', 'There is no such order.')];
  if (order.productId !== productId) return [find('waiting-elsewhere', `The order is for ${order.productId}.`)];
  return order.status === 'captured' ? [] : [find('waiting-needless', `The order is ${order.status}.`)];
};

/** Promise 5: a batch on its way from one state to another is looked at again until it has arrived. */
export const checkBatchDue = ({ batch, dueIndexed }: BatchView, now: Instant): readonly Finding[] => {
  const find = findingsOn(5, `batch ${batch.batchId}`);
  const { status, dueAt } = batch;
  const isUndrawn = status === 'sampling' && batch.sampling?.sample === undefined;
  if ((status === 'opening' || status === 'reoffering' || isUndrawn) && dueAt === undefined)
    return [find('due-missing', `It is ${status}, and nothing says when to look at it again.`)];
  if (isFileBatch(batch) && !isOver(batch) && dueAt === undefined)
    return [
      find('import-given-up', `Its file is ${batch.file.phase}, and the sweep no longer starts its import again.`),
    ];
  if (!dueIndexed) return [find('due-not-indexed', `It is due at ${dueAt}, and the sweep cannot find it.`)];
  return dueAt !== undefined && isLate(dueAt, now) ? [find('overdue', `It is ${status} and was due at ${dueAt}.`)] : [];
};
