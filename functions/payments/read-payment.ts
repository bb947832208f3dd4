import type { channelPaymentRoutes } from '../../contract/api/payments.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import type { Spine } from '../spine.ts';
import { viewPayment, visiblePayment } from './payment-view.ts';

export const readPayment =
  (deps: Pick<Spine, 'payments'>): Handlers<typeof channelPaymentRoutes>['readPayment'] =>
  async ({ caller, params }) => {
    const found = visiblePayment(await deps.payments.getWithRefunds(params.paymentId), caller);
    return found.ok ? accept(viewPayment(found.value.payment, found.value.refunds)) : found;
  };
