/** Who sells. Wherever something is offered, ordered or paid, its seller is named beside it. */
import * as z from 'zod/mini';
import { merchantLabels } from '../../core/policy/policy.ts';
import { schemaNames } from './naming.ts';

export const merchantLabelSchema = z.enum(merchantLabels).register(schemaNames, { id: 'MerchantLabel' });

/** The liable seller: a label never hides him. */
export const seller = z
  .object({ merchantId: z.string(), name: z.string(), label: merchantLabelSchema })
  .register(schemaNames, { id: 'Seller' });
