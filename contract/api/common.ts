/** Schemas that more than one room's routes use. */
import * as z from 'zod/mini';
import { currency, maxAmountMinor } from '../../core/shared/money.ts';
import { schemaNames } from './naming.ts';
import { roles } from './route.ts';

/** Named limits; a refusal quotes them. */
export const limits = {
  pageSizeDefault: 50,
  pageSizeMax: 200,
  idempotencyKeyLength: 128,
  nameLength: 120,
  textLength: 4_000,
  keysPerInlineImport: 1_000,
  keysPerOrder: 1_000,
  keysPerReveal: 100,
  amountMinor: maxAmountMinor,
  bodyBytes: 65_536,
  importBodyBytes: 2_097_152,
  urlLength: 2_048,
} as const;

export const roleSchema = z.enum(roles).register(schemaNames, { id: 'Role' });

export const idPattern = (prefix: string) =>
  z
    .string()
    .check(z.regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `must be an id that starts with ${prefix}_`));

export const accountId = idPattern('acc').register(schemaNames, { id: 'AccountId' });
export const apiKeyId = idPattern('key').register(schemaNames, { id: 'ApiKeyId' });
export const orderTokenId = idPattern('otk').register(schemaNames, { id: 'OrderTokenId' });
export const productId = idPattern('prd').register(schemaNames, { id: 'ProductId' });
export const batchId = idPattern('bat').register(schemaNames, { id: 'BatchId' });
export const orderId = idPattern('ord').register(schemaNames, { id: 'OrderId' });
export const paymentId = idPattern('pay').register(schemaNames, { id: 'PaymentId' });
export const webhookEndpointId = idPattern('whe').register(schemaNames, { id: 'WebhookEndpointId' });
export const eventId = idPattern('evt').register(schemaNames, { id: 'EventId' });

export const instant = z.iso
  .datetime({ precision: 3 })
  .register(schemaNames, { id: 'Instant', description: 'A moment in UTC, RFC 3339 with milliseconds.' });
export const amountMinor = z
  .int()
  .check(z.minimum(0), z.maximum(limits.amountMinor))
  .register(schemaNames, { id: 'AmountMinor', description: 'An amount in fen, the minor unit of CNY.' });
export const positiveAmountMinor = z
  .int()
  .check(z.minimum(1), z.maximum(limits.amountMinor))
  .register(schemaNames, { id: 'PositiveAmountMinor', description: 'An amount in fen above zero.' });
export const currencySchema = z.literal(currency).register(schemaNames, { id: 'Currency' });

/** Text for people: no control characters but line breaks and tabs, no white space at its ends, not empty. */
export const text = (maxLength: number) =>
  z.string().check(
    z.minLength(1),
    z.maxLength(maxLength),
    z.refine((value) => value.trim() === value, 'must not begin or end with white space'),
    z.refine((value) => !/[^\P{Cc}\t\n]/u.test(value), 'must not contain control characters'),
    z.refine((value) => value.isWellFormed(), 'must be well-formed Unicode'),
  );

/** A key of a sample, counted from 1. */
export const sampleNumber = z.pipe(
  z.pipe(z.string().check(z.regex(/^\d{1,4}$/, 'must be a whole number')), z.transform(Number)),
  z.int().check(z.minimum(1)),
);

export const noParams = z.object({});
export const noQuery = z.strictObject({});
export const noBody = z.undefined();

const pageSize = z._default(
  z.pipe(
    z.pipe(z.string().check(z.regex(/^\d{1,4}$/, 'must be a whole number')), z.transform(Number)),
    z.int().check(z.minimum(1), z.maximum(limits.pageSizeMax)),
  ),
  limits.pageSizeDefault,
);

/** Query of a cursor-paged list; a route adds its own filters with `z.extend`. */
export const pageQuery = z.strictObject({
  limit: pageSize,
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(1_024))),
});

/** A page: `nextCursor` is absent on the last one. */
export const page = <Item extends z.ZodMiniType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.optional(z.string()) });
