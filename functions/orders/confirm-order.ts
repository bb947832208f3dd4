import type { orderRoutes } from '../../contract/api/orders.ts';
import { confirmOrder as decide } from '../../core/escrow/release-escrow.ts';
import type { Handlers } from '../http/api.ts';
import type { Spine } from '../spine.ts';
import { changeOrder } from './change-order.ts';

export const confirmOrder =
  (spine: Pick<Spine, 'orders' | 'commit' | 'now' | 'policyOf'>): Handlers<typeof orderRoutes>['confirmOrder'] =>
  ({ caller, params }) =>
    changeOrder(spine, caller, params.orderId, (order, now) => decide(order, spine.policyOf, now));
