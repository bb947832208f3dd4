/** What a policy document may say; the same schema answers `GET /v1/policy`. */
import * as z from 'zod/mini';
import { productKinds } from '../core/catalog/product.ts';
import {
  covers,
  documentKinds,
  type Listed,
  listingReviews,
  merchantLabels,
  type Policy,
} from '../core/policy/policy.ts';
import { acceptableQualityLimits, inspectionLevels } from '../core/stock/sampling-plan.ts';

const secondsPerDay = 86_400;
const seconds = (maxDays: number) => z.int().check(z.minimum(1), z.maximum(maxDays * secondsPerDay));
const basisPoints = z.int().check(z.minimum(0), z.maximum(10_000));
const slug = z.string().check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/), z.maxLength(40));
const sentence = z.string().check(z.minLength(1), z.maxLength(1_000));
const list = <Item extends z.ZodMiniType>(item: Item) => z.readonly(z.array(item));
const bilingual = z.strictObject({ en: sentence, zh: sentence });
const merchantLabel = z.enum(merchantLabels);

/** `2026-11-01`, or a name such as `demo`; also the name of the document's file. */
export const policyVersion = slug;

const whenOrder = z.strictObject({ category: z.exactOptional(slug), kind: z.exactOptional(z.enum(productKinds)) });
const whenSale = z.strictObject({ category: z.exactOptional(slug), merchantLabel: z.exactOptional(merchantLabel) });

const whenAdmitted = z.strictObject({ merchantLabel: z.exactOptional(merchantLabel) });

type AnyRule = { readonly when: { readonly [fact: string]: string } };

const reachable = <R extends AnyRule>(rules: readonly R[]): boolean =>
  rules.every((rule, index) => !rules.slice(0, index).some((before) => covers(before.when, rule.when)));

const rulesOf = <R extends z.ZodMiniType<AnyRule>>(rule: R) =>
  list(rule).check(
    z.minLength(1),
    z.maxLength(100),
    z.refine((rules) => Object.keys(rules.at(-1)?.when ?? { none: true }).length === 0, 'the last rule must fit all'),
    z.refine(reachable, 'a rule must not stand behind one that covers it'),
  );

const clock = z.strictObject({
  members: z.enum(['ordinary', 'vip', 'diamond']),
  limit: z.int().check(z.minimum(1)),
  unit: z.enum(['seconds', 'working-days']),
});

const inspection = z.union([
  z.literal('none'),
  z.strictObject({ inspectionLevel: z.enum(inspectionLevels), aql: z.enum(acceptableQualityLimits) }),
]);

const document = z.strictObject({
  version: policyVersion,
  effectiveFrom: z.iso.datetime({ precision: 3 }),
  demonstration: z.exactOptional(z.literal(true)),
  title: bilingual,
  categories: list(z.strictObject({ id: slug, title: sentence, titleZh: sentence })).check(z.minLength(1)),
  merchantLabels: list(z.strictObject({ id: merchantLabel, title: sentence, titleZh: sentence })).check(
    z.length(merchantLabels.length),
  ),
  listing: z.strictObject({ rules: rulesOf(z.strictObject({ when: whenSale, review: z.enum(listingReviews) })) }),
  admission: z.strictObject({
    rules: rulesOf(z.strictObject({ when: whenAdmitted, documents: list(z.enum(documentKinds)) })),
    remindBeforeSeconds: list(seconds(365)).check(
      z.minLength(1),
      z.maxLength(10),
      z.refine((times) => times.every((time, index) => time < (times[index - 1] ?? Infinity)), 'must come down'),
    ),
  }),
  sampling: z.strictObject({ rules: rulesOf(z.strictObject({ when: whenSale, inspection })) }),
  orders: z.strictObject({ unpaidExpirySeconds: seconds(7) }),
  promise: z.strictObject({ rules: rulesOf(z.strictObject({ when: whenOrder, deliverWithinSeconds: seconds(7) })) }),
  redelivery: z.strictObject({ recheckEverySeconds: seconds(1) }),
  hold: z.strictObject({ rules: rulesOf(z.strictObject({ when: whenSale, releaseAfterSeconds: seconds(180) })) }),
  commission: z.strictObject({ rules: rulesOf(z.strictObject({ when: whenSale, basisPoints })) }),
  remedies: list(
    z.strictObject({
      id: slug,
      withinSeconds: z.int().check(z.minimum(0)),
      categories: z.exactOptional(list(slug).check(z.minLength(1))),
      execution: z.enum(['automatic', 'by-case']),
      statement: bilingual,
    }),
  ),
  clocks: z.strictObject({
    firstResponse: list(clock).check(z.minLength(1)),
    arbitration: list(clock).check(z.minLength(1)),
  }),
  penalty: z.strictObject({ minBasisPoints: basisPoints, maxBasisPoints: basisPoints }),
  statements: list(z.strictObject({ id: slug, en: sentence, zh: sentence })).check(z.minLength(1)),
});

const namesOnlyItsCategories = (policy: Policy): boolean => {
  const known = new Set(policy.categories.map(({ id }) => id));
  const named = [
    ...[policy.listing, policy.sampling, policy.promise, policy.hold, policy.commission]
      .flatMap(({ rules }): readonly { readonly when: Partial<Listed> }[] => rules)
      .map(({ when }) => when.category),
    ...policy.remedies.flatMap(({ categories = [] }) => categories),
  ];
  return named.every((category) => category === undefined || known.has(category));
};

const isUnique = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;
const hasUniqueIds = (policy: Policy): boolean =>
  [policy.categories, policy.merchantLabels, policy.remedies, policy.statements].every((entries) =>
    isUnique(entries.map(({ id }) => id)),
  );

/** Recheck must come before the promise, or a waiting order would never be looked at again. */
const rechecksBeforePromise = (policy: Policy): boolean =>
  policy.promise.rules.every(
    ({ deliverWithinSeconds }) => policy.redelivery.recheckEverySeconds < deliverWithinSeconds,
  );

export const policySchema = document.check(
  z.refine(namesOnlyItsCategories, 'a rule or remedy names a category that the document does not list'),
  z.refine(hasUniqueIds, 'an id stands twice in one list'),
  z.refine(rechecksBeforePromise, 'a waiting order must be looked at again before its promise'),
  z.refine(
    ({ penalty }) => penalty.minBasisPoints <= penalty.maxBasisPoints,
    'the smallest penalty is above the largest',
  ),
);
