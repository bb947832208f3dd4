import { describe, expect, it, test } from 'vitest';
import {
  applicant,
  decideMerchant,
  expirePaper,
  type Merchant,
  type MerchantStanding,
  type MerchantVerdict,
  merchantStandings,
  merchantVerdicts,
  missingDocuments,
  reapplyAsMerchant,
  relabelMerchant,
  reviewPaper,
  sellerOfMerchant,
  vouchFor,
} from '../../../../core/identity/merchant.ts';
import { noticeOf } from '../../../../core/identity/notice.ts';
import type { MerchantLabel } from '../../../../core/policy/policy.ts';
import type { Result } from '../../../../core/shared/result.ts';
import { policyOf } from '../../../../policy/index.ts';

const policy = policyOf('2026-11-01');
const before = '2026-11-01T00:00:00.000Z';
const now = '2026-11-22T00:00:00.000Z';
const later = '2026-12-22T00:00:00.000Z';
const operator = { accountId: 'acc_operator', now };
const who = { accountId: 'acc_m', name: '飞鱼', label: 'gold' } as const;
const papers = {
  doc_licence: { kind: 'business_licence', expiresAt: later },
  doc_authorisation: { kind: 'authorisation' },
} as const;

const merchant = (standing: MerchantStanding, change: Partial<Merchant> = {}): Merchant => ({
  ...applicant(who, before).to,
  standing,
  papers,
  ...change,
});
const accepted = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.refusal.code);
  return result.value;
};
const codeOf = (result: Result<unknown>): string | undefined => (result.ok ? undefined : result.refusal.code);
const decide = (from: Merchant, verdict: MerchantVerdict, label?: MerchantLabel) =>
  decideMerchant(policy, from, { verdict, reason: 'Because.', ...(label && { label }) }, operator);

/** The lifecycle, written down a second time. */
const leads: Record<MerchantStanding, Partial<Record<MerchantVerdict, MerchantStanding>>> = {
  applied: { begin_review: 'in_review', ban: 'banned' },
  in_review: { admit: 'admitted', reject: 'rejected', ban: 'banned' },
  admitted: { warn: 'admitted', suspend: 'suspended', ban: 'banned' },
  suspended: { warn: 'suspended', reinstate: 'admitted', ban: 'banned' },
  rejected: { ban: 'banned' },
  banned: {},
};
const steps = merchantStandings.flatMap((from) =>
  merchantVerdicts.map((verdict) => [from, verdict, leads[from][verdict]] as const),
);

describe('a verdict', () => {
  it.each(steps)('on a merchant who is %s: %s leads to %s', (from, verdict, to) => {
    const decided = decide(merchant(from), verdict);
    if (to === undefined) return expect(codeOf(decided)).toBe('merchant-standing-unfit');
    const change = accepted(decided);
    expect(change.to.standing).toBe(to);
    expect(change.to.merchantSeq).toBe(change.from.merchantSeq + 1);
    expect(change.event).toEqual({
      action: verdict,
      from,
      to,
      label: 'gold',
      by: operator.accountId,
      at: now,
      reason: 'Because.',
    });
    expect(change.to.standingSince).toBe(from === to ? before : now);
    expect(change.to.dueAt).toBe(from === to ? undefined : now);
    expect(change.to.warnings).toBe(verdict === 'warn' ? 1 : 0);
  });

  it('admits under another label only with the documents of that label', () => {
    const licensed = merchant('in_review', { label: 'standard', papers: { doc_licence: papers.doc_licence } });
    expect(accepted(decide(licensed, 'admit')).to.label).toBe('standard');
    expect(codeOf(decide(licensed, 'admit', 'gold'))).toBe('documents-missing');
    expect(accepted(decide(licensed, 'admit', 'platform_direct')).to.label).toBe('platform_direct');
  });

  it('reinstates nobody whose documents ran out meanwhile', () => {
    const expired = { ...papers, doc_licence: { ...papers.doc_licence, expiresAt: now } };
    expect(codeOf(decide(merchant('suspended', { papers: expired }), 'reinstate'))).toBe('documents-missing');
  });

  it('keeps a duty to the products that is not done yet', () => {
    expect(accepted(decide(merchant('admitted', { dueAt: before }), 'warn')).to.dueAt).toBe(before);
  });
});

describe('the documents a merchant needs', () => {
  it.each<[MerchantLabel, readonly string[]]>([
    ['platform_direct', []],
    ['gold', ['business_licence', 'authorisation']],
    ['standard', ['business_licence']],
  ])('are those of the label %s', (label, missing) => {
    expect(missingDocuments(policy, { label, papers: {}, isVouchedFor: false }, now)).toEqual(missing);
  });

  it('are none where an operator vouches for him', () => {
    const { to, event } = vouchFor(who, operator);
    expect(to).toMatchObject({ standing: 'admitted', isVouchedFor: true });
    expect(event).toMatchObject({ action: 'vouch', by: operator.accountId });
    expect(missingDocuments(policy, to, now)).toEqual([]);
  });

  it('end with their day', () => {
    const { doc_licence } = papers;
    const of = (expiresAt: string) =>
      missingDocuments(
        policy,
        { label: 'standard', papers: { a: { ...doc_licence, expiresAt } }, isVouchedFor: false },
        now,
      );
    expect(of(later)).toEqual([]);
    expect(of(now)).toEqual(['business_licence']);
  });
});

describe('a document that expires', () => {
  it('suspends an admitted merchant who needs it, by rule and with its name', () => {
    const { to, event } = expirePaper(policy, merchant('admitted'), 'doc_licence', now);
    expect(to).toMatchObject({ standing: 'suspended', dueAt: now });
    expect(Object.keys(to.papers)).toEqual(['doc_authorisation']);
    expect(event).toMatchObject({ action: 'expire', by: 'rule', from: 'admitted', to: 'suspended' });
    expect(event?.reason).toContain('business_licence doc_licence');
  });

  it.each<[string, Merchant]>([
    ['has another of its kind', merchant('admitted', { papers: { ...papers, doc_new: papers.doc_licence } })],
    ['is vouched for', merchant('admitted', { isVouchedFor: true })],
    ['needs none', merchant('admitted', { label: 'platform_direct' })],
    ['is suspended anyway', merchant('suspended')],
    ['is banned', merchant('banned')],
  ])('leaves the standing of a merchant who %s', (_, from) => {
    const { to, event } = expirePaper(policy, from, 'doc_licence', now);
    expect(to).toMatchObject({ standing: from.standing, merchantSeq: from.merchantSeq + 1 });
    expect(to.papers).not.toHaveProperty('doc_licence');
    expect(event).toBeUndefined();
  });
});

describe('a label', () => {
  it.each(merchantStandings)('of a merchant who is %s changes only while he sells or may again', (standing) => {
    const changed = relabelMerchant(policy, merchant(standing), { label: 'standard', reason: 'R' }, operator);
    if (standing !== 'admitted' && standing !== 'suspended')
      return expect(codeOf(changed)).toBe('merchant-standing-unfit');
    const { to } = accepted(changed);
    expect(to).toMatchObject({ label: 'standard', standing, standingSince: before, dueAt: now });
    expect(sellerOfMerchant(to)).toMatchObject({ label: 'standard', standing, seq: 2 });
  });

  it('needs its documents', () => {
    const licensed = merchant('admitted', { label: 'standard', papers: { doc_licence: papers.doc_licence } });
    const changed = relabelMerchant(policy, licensed, { label: 'gold', reason: 'R' }, operator);
    expect(codeOf(changed)).toBe('documents-missing');
  });
});

describe('a review of a document', () => {
  it('counts an accepted one, and leaves the standing to operators', () => {
    const paper = { kind: 'business_licence' } as const;
    const { to, event } = reviewPaper(
      merchant('suspended', { papers: {} }),
      'doc_a',
      { paper, reason: 'Read.' },
      operator,
    );
    expect(to).toMatchObject({ standing: 'suspended', papers: { doc_a: paper } });
    expect(event.action).toBe('accept_document');
    const rejected = reviewPaper(merchant('applied'), 'doc_a', { reason: 'Blurred.' }, operator);
    expect(rejected.to.papers).toEqual(papers);
    expect(rejected.event.action).toBe('reject_document');
  });
});

test.each(merchantStandings)('a merchant who is %s applies again only after a rejection', (standing) => {
  const again = reapplyAsMerchant(merchant(standing), 'R', now);
  if (standing === 'rejected') expect(accepted(again).to.standing).toBe('applied');
  else expect(codeOf(again)).toBe('merchant-standing-unfit');
});

test.each([
  ['warn', 'admitted', 'merchant.warned'],
  ['suspend', 'admitted', 'merchant.standing-changed'],
  ['begin_review', 'applied', 'merchant.standing-changed'],
] as const)('of %s he is told', (verdict, from, kind) => {
  const { event } = accepted(decide(merchant(from), verdict));
  expect(noticeOf(who.accountId, event)).toMatchObject({ kind, detail: 'Because.', accountId: who.accountId });
});

test('of his own application he is told nothing', () => {
  expect(noticeOf(who.accountId, applicant(who, now).event)).toBeUndefined();
  expect(noticeOf(who.accountId, accepted(reapplyAsMerchant(merchant('rejected'), 'R', now)).event)).toBeUndefined();
});
