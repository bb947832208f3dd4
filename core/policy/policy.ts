import type { ProductKind } from '../catalog/product.ts';
import { type Instant, isPast } from '../shared/instant.ts';
import type { Inspection } from '../stock/sampling-plan.ts';

/** The white paper as data: what is published at `GET /v1/policy` and what the functions execute are this one value. */
export type Policy = {
  readonly version: string;
  readonly effectiveFrom: Instant;
  /** Made to show things, with deadlines of seconds: never in force where anybody trades. */
  readonly demonstration?: true;
  readonly title: Bilingual;
  readonly categories: readonly Category[];
  readonly merchantLabels: readonly MerchantLabelEntry[];
  readonly listing: {
    /** Whether a version is reviewed before it goes on sale, and again when it says something else. */
    readonly rules: readonly Rule<Sale, { readonly review: ListingReview }>[];
  };
  readonly admission: {
    /** Documents that must be accepted, and not expired, before a merchant of the label sells. */
    readonly rules: readonly Rule<Admitted, { readonly documents: readonly DocumentKind[] }>[];
    /** How long before a document expires its merchant is reminded; once each. */
    readonly remindBeforeSeconds: readonly number[];
  };
  readonly sampling: {
    /** How many keys of a new batch are tested before the rest is offered; a tested key is used up. */
    readonly rules: readonly Rule<Sale, { readonly inspection: Inspection | 'none' }>[];
  };
  readonly orders: {
    /** An order that nobody pays expires this long after it was placed. */
    readonly unpaidExpirySeconds: number;
  };
  readonly promise: {
    /** From the payment time until the order is delivered, or refunded in full. */
    readonly rules: readonly Rule<Listed, { readonly deliverWithinSeconds: number }>[];
  };
  readonly redelivery: {
    /** How often an order that waits for stock is looked at again before its promise. */
    readonly recheckEverySeconds: number;
  };
  readonly hold: {
    /** From the delivery until the escrow is released, unless the buyer confirms before. */
    readonly rules: readonly Rule<Sale, { readonly releaseAfterSeconds: number }>[];
  };
  readonly commission: {
    /** The platform's share of a release, in 1/100 %. */
    readonly rules: readonly Rule<Sale, { readonly basisPoints: number }>[];
  };
  /** What a case may lead to, and by when. `by-case` remedies are decided by a person. */
  readonly remedies: readonly Remedy[];
  readonly clocks: {
    readonly firstResponse: readonly MemberClock[];
    readonly arbitration: readonly MemberClock[];
  };
  /** What a merchant that broke its promise in bad faith owes on top of the refund, in 1/100 % of the order. */
  readonly penalty: { readonly minBasisPoints: number; readonly maxBasisPoints: number };
  /** The clauses in words. They name no numbers: those stand in the rules above, once. */
  readonly statements: readonly Statement[];
};

type Bilingual = { readonly en: string; readonly zh: string };
type Category = { readonly id: string; readonly title: string; readonly titleZh: string };

export const merchantLabels = ['platform_direct', 'gold', 'standard'] as const;
export type MerchantLabel = (typeof merchantLabels)[number];
type MerchantLabelEntry = { readonly id: MerchantLabel; readonly title: string; readonly titleZh: string };

export const listingReviews = ['required', 'none'] as const;
type ListingReview = (typeof listingReviews)[number];

export const documentKinds = ['business_licence', 'authorisation', 'identity', 'other'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** What admission depends on. */
type Admitted = { readonly merchantLabel: MerchantLabel };

/** What a promise depends on. */
export type Listed = { readonly category: string; readonly kind: ProductKind };

/** What review, sampling, hold and commission depend on. */
export type Sale = { readonly category: string; readonly merchantLabel: MerchantLabel };

/** Holds for what has every property under `when`; the first rule of a list that fits decides, and the last fits all. */
export type Rule<Facts, Outcome> = { readonly when: Readonly<Partial<Facts>> } & Outcome;

type Remedy = {
  readonly id: string;
  readonly withinSeconds: number;
  /** Only these categories; all where absent. */
  readonly categories?: readonly string[];
  readonly execution: 'automatic' | 'by-case';
  readonly statement: Bilingual;
};

type MemberClock = {
  readonly members: 'ordinary' | 'vip' | 'diamond';
  readonly limit: number;
  readonly unit: 'seconds' | 'working-days';
};

type Statement = Bilingual & { readonly id: string };

/** Whether such a listing is reviewed before it goes on sale. */
export const needsListingReview = (policy: Policy, { category, merchantLabel }: Sale): boolean =>
  decide<Sale, { review: ListingReview }>(policy.listing.rules, { category, merchantLabel }).review === 'required';

/** The documents without which a merchant of this label does not sell. */
export const requiredDocuments = (policy: Policy, merchantLabel: MerchantLabel): readonly DocumentKind[] =>
  decide<Admitted, { documents: readonly DocumentKind[] }>(policy.admission.rules, { merchantLabel }).documents;

/** How new batches of such a product are tested; `undefined` where they are not. */
export const inspectionOf = (policy: Policy, { category, merchantLabel }: Sale): Inspection | undefined => {
  const { inspection } = decide<Sale, { inspection: Inspection | 'none' }>(policy.sampling.rules, {
    category,
    merchantLabel,
  });
  return inspection === 'none' ? undefined : inspection;
};

/** Seconds from the payment time within which an order of such a product is delivered or refunded. */
export const promiseSeconds = (policy: Policy, { category, kind }: Listed): number =>
  decide<Listed, { deliverWithinSeconds: number }>(policy.promise.rules, { category, kind }).deliverWithinSeconds;

/** Seconds from the delivery after which the escrow of such a sale is released. */
export const holdSeconds = (policy: Policy, { category, merchantLabel }: Sale): number =>
  decide<Sale, { releaseAfterSeconds: number }>(policy.hold.rules, { category, merchantLabel }).releaseAfterSeconds;

/** The platform's share of such a sale in basis points (1/100 %). */
export const commissionBasisPoints = (policy: Policy, { category, merchantLabel }: Sale): number =>
  decide<Sale, { basisPoints: number }>(policy.commission.rules, { category, merchantLabel }).basisPoints;

/** What speaks against capturing real orders under this policy now, as a sentence; nothing where it is in force. */
export const objectionTo = (
  { version, demonstration, effectiveFrom }: Pick<Policy, 'version' | 'demonstration' | 'effectiveFrom'>,
  now: Instant,
): string | undefined => {
  if (demonstration) return `The policy ${version} was made for demonstrations; nobody may trade under it.`;
  return isPast(effectiveFrom, now)
    ? undefined
    : `The policy ${version} takes effect at ${effectiveFrom}; until then an earlier one is in force.`;
};

/** The versions to publish beside the one in force: those of demonstrations only to who demonstrates. */
export const publishedBeside = (inForce: Policy, all: ReadonlyMap<string, Policy>): ReadonlyMap<string, Policy> =>
  new Map([...all].filter(([, { demonstration }]) => !demonstration || inForce.demonstration));

export const hasCategory = (policy: Policy, category: string): boolean =>
  policy.categories.some(({ id }) => id === category);

const decide = <Facts extends Described, Outcome>(
  rules: readonly Rule<Facts, Outcome>[],
  facts: Facts,
): Rule<Facts, Outcome> => {
  const rule = rules.find(({ when }) => covers(when, facts));
  if (rule === undefined) throw new Error(`No rule of the policy fits ${JSON.stringify(facts)}`);
  return rule;
};

type Described = { readonly [fact: string]: string };

/** Whether everything that `narrow` describes is also described by `wide`. */
export const covers = (wide: Partial<Described>, narrow: Partial<Described>): boolean =>
  Object.entries(wide).every(([fact, value]) => narrow[fact] === value);
