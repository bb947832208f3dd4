import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import * as z from 'zod/mini';
import { wakeAt } from '../../adapters/workflows.ts';
import { connectDelivery, connectSpine } from '../connect.ts';
import { describeError } from '../describe-error.ts';
import { asRetryable } from '../retryable-error.ts';
import { type Settled, settleOrder } from './settle-order.ts';

const logger = new Logger();
const { spine } = connectSpine();
const { announceDelivery } = connectDelivery();
const settle = settleOrder(spine, announceDelivery);
const input = z.object({ orderId: z.string() });

/** The guarantee workflow's task: `{ orderId }` → `{ done }`, or `{ done: false, orderId, dueAt }` to wait again. */
export const handler = middy<unknown, Settled & { orderId: string }>()
  .onError(({ event, error }) => {
    logger.error('order not settled', { event, error: describeError(error) });
    throw asRetryable(error);
  })
  .handler(async (event) => {
    const { orderId } = input.parse(event);
    const settled = await settle(orderId);
    logger.info('order settled', { orderId, ...settled });
    return { orderId, ...(settled.done ? settled : { ...settled, dueAt: wakeAt(settled.dueAt) }) };
  });
