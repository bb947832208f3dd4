import { describe, expect, it } from 'vitest';
import {
  documentStatuses,
  documentTransitions,
  keepDocument,
  type MerchantDocument,
  nextReminder,
  reviewDocument,
} from '../../../../core/identity/document.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { policyOf } from '../../../../policy/index.ts';

const policy = policyOf('2026-11-01');
const now = '2026-11-22T00:00:00.000Z';
const days = (count: number): string => addSeconds(now, count * 86_400);
const operator = { accountId: 'acc_operator', now };
const document: MerchantDocument = {
  documentId: 'doc_a',
  accountId: 'acc_m',
  kind: 'business_licence',
  expiresAt: days(100),
  fileName: 'a.pdf',
  sizeBytes: 1_000,
  contentType: 'application/pdf',
  status: 'brought',
  createdAt: now,
};
const file = { sizeBytes: 1_000, etag: 'read' };
const accept = { verdict: 'accept', reason: 'R', etag: 'read' } as const;

describe('reviewing a document', () => {
  it.each(documentStatuses)('is for one that was brought, not %s', (status) => {
    const reviewed = reviewDocument(policy, { ...document, status }, accept, file, operator);
    expect(reviewed.ok).toBe(documentTransitions[status].includes('accepted'));
  });

  it('accepts what was read, and says when to remind of it', () => {
    const reviewed = reviewDocument(policy, document, accept, file, operator);
    expect(reviewed).toMatchObject({
      ok: true,
      value: { status: 'accepted', etag: 'read', reviewedBy: operator.accountId, reviewedAt: now, dueAt: days(70) },
    });
  });

  it('asks for nothing later where it has no end', () => {
    const { expiresAt: _, ...lasting } = document;
    const reviewed = reviewDocument(policy, lasting, accept, file, operator);
    expect(reviewed.ok && reviewed.value).not.toHaveProperty('dueAt');
  });

  it.each([
    ['document-state-unfit', { ...document, expiresAt: now }, file],
    ['document-not-uploaded', document, undefined],
    ['document-not-uploaded', document, { ...file, sizeBytes: 0 }],
    ['document-not-uploaded', document, { ...file, sizeBytes: 1_001 }],
    ['document-changed', document, { ...file, etag: 'other' }],
  ] as const)('refuses %s', (code, brought, found) => {
    const reviewed = reviewDocument(policy, brought, accept, found, operator);
    expect(reviewed).toMatchObject({ ok: false, refusal: { code } });
  });

  it('rejects without looking at the file', () => {
    const reviewed = reviewDocument(policy, document, { verdict: 'reject', reason: 'R' }, undefined, operator);
    expect(reviewed).toMatchObject({ ok: true, value: { status: 'rejected', reviewReason: 'R' } });
  });
});

describe('an accepted document', () => {
  it('is remembered 30, 7 and 1 days before its end and at its end, once each', () => {
    let kept: MerchantDocument = { ...document, status: 'accepted', dueAt: days(70) };
    const said: [string, string][] = [];
    for (let day = 0; day <= 120; day += 0.5) {
      const at = days(day);
      const due = keepDocument(policy, kept, at);
      if (!due) continue;
      said.push([due.act, at]);
      kept = due.to;
    }
    expect(said).toEqual([
      ['remind', days(70)],
      ['remind', days(93)],
      ['remind', days(99)],
      ['expire', days(100)],
    ]);
    expect(kept.status).toBe('expired');
    expect(kept).not.toHaveProperty('dueAt');
  });

  it('that nobody watched over for weeks is not remembered three times at once', () => {
    const late = keepDocument(policy, { ...document, status: 'accepted', dueAt: days(70) }, days(99.5));
    expect(late).toMatchObject({ act: 'remind', to: { dueAt: days(100) } });
  });

  it('has its first reminder ahead, however late it was accepted', () => {
    expect(nextReminder(policy, days(10), now)).toBe(days(3));
    expect(nextReminder(policy, days(0.5), now)).toBe(days(0.5));
    expect(nextReminder(policy, now, now)).toBeUndefined();
  });
});
