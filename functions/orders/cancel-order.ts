import type { orderRoutes } from '../../contract/api/orders.ts';
import { cancelOrder as decide } from '../../core/orders/cancel-order.ts';
import type { Handlers } from '../http/api.ts';
import type { Spine } from '../spine.ts';
import { changeOrder } from './change-order.ts';

export const cancelOrder =
  (spine: Pick<Spine, 'orders' | 'commit' | 'now'>): Handlers<typeof orderRoutes>['cancelOrder'] =>
  ({ caller, params }) =>
    changeOrder(spine, caller, params.orderId, decide);
