import type { StandingSeller } from '../catalog/product.ts';
import { type DocumentKind, type MerchantLabel, type Policy, requiredDocuments } from '../policy/policy.ts';
import type { Instant } from '../shared/instant.ts';
import { isPast } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';

/** How far a merchant has come. Only an `admitted` one sells; `banned` is for good. */
export const merchantStandings = ['applied', 'in_review', 'admitted', 'rejected', 'suspended', 'banned'] as const;
export type MerchantStanding = (typeof merchantStandings)[number];

/** What operators decide about a merchant. */
export const merchantVerdicts = ['begin_review', 'admit', 'reject', 'warn', 'suspend', 'reinstate', 'ban'] as const;
export type MerchantVerdict = (typeof merchantVerdicts)[number];

/** Everything that is kept in a merchant's history: verdicts, and what he, a rule or the platform did besides. */
export const merchantActions = [
  ...merchantVerdicts,
  'apply',
  'vouch',
  'reapply',
  'relabel',
  'accept_document',
  'reject_document',
  'expire',
] as const;
type MerchantAction = (typeof merchantActions)[number];

/** Where a step leads from each standing; where nothing is said it is refused. */
const merchantTransitions: Readonly<
  Record<MerchantVerdict | 'reapply', Readonly<Partial<Record<MerchantStanding, MerchantStanding>>>>
> = {
  begin_review: { applied: 'in_review' },
  admit: { in_review: 'admitted' },
  reject: { in_review: 'rejected' },
  reapply: { rejected: 'applied' },
  warn: { admitted: 'admitted', suspended: 'suspended' },
  suspend: { admitted: 'suspended' },
  reinstate: { suspended: 'admitted' },
  ban: { applied: 'banned', in_review: 'banned', admitted: 'banned', rejected: 'banned', suspended: 'banned' },
};

/** Documents that one merchant may bring: what the record of his accepted ones has room for. */
export const maxDocuments = 100;

/** An accepted document, as far as admission depends on it. */
export type Paper = { readonly kind: DocumentKind; readonly expiresAt?: Instant };

/** A merchant's place in the marketplace; it stands on his account. */
export type Merchant = {
  readonly accountId: string;
  readonly name: string;
  readonly label: MerchantLabel;
  readonly standing: MerchantStanding;
  readonly standingSince: Instant;
  /** Raised by one with each change; a change is written only over the number it was decided on. */
  readonly merchantSeq: number;
  /** The operator opened the account himself and answers for what documents would show. */
  readonly isVouchedFor: boolean;
  readonly warnings: number;
  readonly documentsBrought: number;
  /** His accepted documents that have not expired, by id. */
  readonly papers: Readonly<Record<string, Paper>>;
  /** When label or standing last changed. */
  readonly changedAt?: Instant;
  /** When his products have to be looked at; absent once all of them heard how he stands. */
  readonly dueAt?: Instant;
};

/** A line of a merchant's history. */
export type MerchantEvent = {
  readonly action: MerchantAction;
  readonly from?: MerchantStanding;
  readonly to: MerchantStanding;
  readonly label: MerchantLabel;
  /** The account that decided; `rule` where the policy did. */
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
};

/** A merchant before and after, with the line of his history that says why. */
export type MerchantChange = { readonly from: Merchant; readonly to: Merchant; readonly event: MerchantEvent };

/** The merchant as his products show him. */
export const sellerOfMerchant = ({ accountId, name, label, standing, merchantSeq }: Merchant): StandingSeller => ({
  merchantId: accountId,
  name,
  label,
  standing,
  seq: merchantSeq,
});

type Decider = { readonly accountId: string; readonly now: Instant };

/** The account of a merchant before anything was decided. */
const newMerchant = (
  who: Pick<Merchant, 'accountId' | 'name' | 'label'>,
  place: Pick<Merchant, 'standing' | 'standingSince' | 'isVouchedFor'>,
): Merchant => ({ ...who, ...place, merchantSeq: 1, warnings: 0, documentsBrought: 0, papers: {} });

/** A merchant who applied, and the line with which his history begins. */
export const applicant = (who: Pick<Merchant, 'accountId' | 'name' | 'label'>, now: Instant) => ({
  to: newMerchant(who, { standing: 'applied', standingSince: now, isVouchedFor: false }),
  event: {
    action: 'apply',
    to: 'applied',
    label: who.label,
    by: who.accountId,
    at: now,
    reason: `Applied for the label ${who.label}.`,
  } as const,
});

/** A merchant whom an operator opens himself: admitted from the start, on the operator's word. */
export const vouchFor = (who: Pick<Merchant, 'accountId' | 'name' | 'label'>, { accountId, now }: Decider) => ({
  to: newMerchant(who, { standing: 'admitted', standingSince: now, isVouchedFor: true }),
  event: {
    action: 'vouch',
    to: 'admitted',
    label: who.label,
    by: accountId,
    at: now,
    reason: 'Opened by an operator, who vouches for him.',
  } as const,
});

/** Kinds of documents that the policy asks of such a merchant and that he has not brought to acceptance. */
export const missingDocuments = (
  policy: Policy,
  { label, papers, isVouchedFor }: Pick<Merchant, 'label' | 'papers' | 'isVouchedFor'>,
  now: Instant,
): readonly DocumentKind[] => {
  if (isVouchedFor) return [];
  const valid = Object.values(papers).filter(({ expiresAt }) => expiresAt === undefined || !isPast(expiresAt, now));
  return requiredDocuments(policy, label).filter((kind) => !valid.some((paper) => paper.kind === kind));
};

/**
 * What an operator's verdict makes of a merchant. To admit may give him another label than he has.
 * Refuses in this order: `merchant-standing-unfit`, `documents-missing`.
 */
export const decideMerchant = (
  policy: Policy,
  merchant: Merchant,
  verdict: { readonly verdict: MerchantVerdict; readonly reason: string; readonly label?: MerchantLabel | undefined },
  { accountId, now }: Decider,
): Result<MerchantChange> => {
  const standing = merchantTransitions[verdict.verdict][merchant.standing];
  if (standing === undefined) return standingUnfit(merchant, verdict.verdict);
  const next = {
    ...merchant,
    standing,
    label: verdict.label ?? merchant.label,
    warnings: merchant.warnings + (verdict.verdict === 'warn' ? 1 : 0),
  };
  const enters = standing === 'admitted' && merchant.standing !== 'admitted';
  if (enters && missingDocuments(policy, next, now).length > 0) return documentsMissing(policy, next, now);
  return accept(changed(merchant, next, { action: verdict.verdict, by: accountId, at: now, reason: verdict.reason }));
};

/** Another label for an admitted or suspended merchant. Refuses in this order: `merchant-standing-unfit`, `documents-missing`. */
export const relabelMerchant = (
  policy: Policy,
  merchant: Merchant,
  { label, reason }: { readonly label: MerchantLabel; readonly reason: string },
  { accountId, now }: Decider,
): Result<MerchantChange> => {
  if (merchant.standing !== 'admitted' && merchant.standing !== 'suspended')
    return refuse(
      'merchant-standing-unfit',
      `This merchant is ${merchant.standing}; a label is given at admission and changed while he is admitted or suspended.`,
    );
  const next = { ...merchant, label };
  if (missingDocuments(policy, next, now).length > 0) return documentsMissing(policy, next, now);
  return accept(changed(merchant, next, { action: 'relabel', by: accountId, at: now, reason }));
};

/** A rejected merchant applies once more. Refuses `merchant-standing-unfit`. */
export const reapplyAsMerchant = (merchant: Merchant, reason: string, now: Instant): Result<MerchantChange> => {
  const standing = merchantTransitions.reapply[merchant.standing];
  if (standing === undefined) return standingUnfit(merchant, 'reapply');
  const next = { ...merchant, standing };
  return accept(changed(merchant, next, { action: 'reapply', by: merchant.accountId, at: now, reason }));
};

/**
 * One of his documents was reviewed. An accepted one ends a lack of documents but reinstates nobody: that is an
 * operator's word.
 *
 * @param paper what was accepted; absent where the document was rejected
 */
export const reviewPaper = (
  merchant: Merchant,
  documentId: string,
  { paper, reason }: { readonly paper?: Paper; readonly reason: string },
  { accountId, now }: Decider,
): MerchantChange => {
  const next = paper ? { ...merchant, papers: { ...merchant.papers, [documentId]: paper } } : merchant;
  const action = paper ? 'accept_document' : 'reject_document';
  return changed(merchant, next, { action, by: accountId, at: now, reason });
};

/** An accepted document has expired: without another of its kind, a merchant who needs it is suspended. */
export const expirePaper = (
  policy: Policy,
  merchant: Merchant,
  documentId: string,
  now: Instant,
): { readonly to: Merchant; readonly event?: MerchantEvent } => {
  const { [documentId]: expired, ...papers } = merchant.papers;
  const without = { ...merchant, papers };
  const lacks = expired !== undefined && missingDocuments(policy, without, now).includes(expired.kind);
  if (!lacks || merchant.standing !== 'admitted') return { to: { ...without, merchantSeq: merchant.merchantSeq + 1 } };
  const { to, event } = changed(
    merchant,
    { ...without, standing: 'suspended' },
    {
      action: 'expire',
      by: 'rule',
      at: now,
      reason: `A document that the policy requires has expired and was not replaced: ${expired.kind} ${documentId}.`,
    },
  );
  return { to, event };
};

const changed = (
  from: Merchant,
  next: Merchant,
  how: Pick<MerchantEvent, 'action' | 'by' | 'at' | 'reason'>,
): MerchantChange => {
  const touchesProducts = next.standing !== from.standing || next.label !== from.label;
  const to = {
    ...next,
    merchantSeq: from.merchantSeq + 1,
    standingSince: next.standing === from.standing ? from.standingSince : how.at,
    // Whoever writes the change sees to the products at once; the record stands until that is done.
    ...(touchesProducts && { changedAt: how.at, dueAt: how.at }),
  };
  return { from, to, event: { ...how, from: from.standing, to: to.standing, label: to.label } };
};

const standingUnfit = ({ standing }: Merchant, step: MerchantVerdict | 'reapply') => {
  const fitting = Object.keys(merchantTransitions[step]).join(', ');
  return refuse('merchant-standing-unfit', `This merchant is ${standing}; ${step} is for those who are ${fitting}.`);
};

const documentsMissing = (policy: Policy, merchant: Merchant, now: Instant) =>
  refuse(
    'documents-missing',
    `The policy asks a ${merchant.label} merchant for ${requiredDocuments(policy, merchant.label).join(', ')}; not accepted or expired: ${missingDocuments(policy, merchant, now).join(', ')}.`,
  );
