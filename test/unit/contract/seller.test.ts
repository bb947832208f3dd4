import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { routes } from '../../../contract/api/routes.ts';
import { seller } from '../../../contract/api/seller.ts';

/** What names something that is sold: a listing, a version of one, an order. */
const saleFields = ['priceMinor', 'unitPriceMinor'];

/** Paths of the objects in a schema that speak of a sale, where neither they nor what they stand in name the seller. */
const hidingTheSeller = (schema: z.core.$ZodType, path: string, isNamed: boolean): readonly string[] => {
  if (schema instanceof z.ZodMiniObject) {
    const shape = z.record(z.string(), z.custom<z.core.$ZodType>()).parse(schema.def.shape);
    const named = isNamed || shape['seller'] === seller;
    const hides = !named && saleFields.some((field) => field in shape) ? [path] : [];
    return [...hides, ...Object.entries(shape).flatMap(([name, of]) => hidingTheSeller(of, `${path}.${name}`, named))];
  }
  if (schema instanceof z.ZodMiniArray) return hidingTheSeller(schema.def.element, `${path}[]`, isNamed);
  if (schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniNullable)
    return hidingTheSeller(schema.def.innerType, path, isNamed);
  if (schema instanceof z.ZodMiniUnion)
    return schema.def.options.flatMap((option) => hidingTheSeller(option, path, isNamed));
  return [];
};

test('wherever something is offered or was sold, the liable seller is named beside it', () => {
  expect(routes.flatMap(({ operation, response }) => hidingTheSeller(response, operation, false))).toEqual([]);
});

test('an answer that spoke of a price alone would be found', () => {
  const hidden = z.object({ items: z.array(z.object({ priceMinor: z.int() })) });
  expect(hidingTheSeller(hidden, 'list', false)).toEqual(['list.items[]']);
  const named = z.object({ seller, onSale: z.optional(z.object({ priceMinor: z.int() })) });
  expect(hidingTheSeller(named, 'read', false)).toEqual([]);
});
