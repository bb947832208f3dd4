import { describe, expect, it } from 'vitest';
import { publishedBeside } from '../../../../core/policy/policy.ts';
import { addSeconds } from '../../../../core/shared/instant.ts';
import { checkHealth } from '../../../../functions/policy/check-health.ts';
import { readPolicy } from '../../../../functions/policy/read-policy.ts';
import { readPolicyInForce } from '../../../../functions/policy/read-policy-in-force.ts';
import { policies, policyOf, requireInForce } from '../../../../policy/index.ts';

const caller = { accountId: 'public', role: 'buyer', apiKeyId: 'public' } as const;
const call = { caller, idempotencyKey: '', params: {}, query: {}, body: undefined };
const inForce = policyOf('2026-11-01');

describe('the policy', () => {
  it('is answered in the version in force', async () => {
    expect(await readPolicyInForce({ inForce })(call)).toEqual({ ok: true, value: inForce });
  });

  it('is answered in any version that was published', async () => {
    const early = new Map([...policies, ['2027-01-01', { ...inForce, version: '2027-01-01' }]]);
    const published = publishedBeside(inForce, early);
    for (const version of ['2026-11-01', '2027-01-01'])
      expect(await readPolicy({ policies: published })({ ...call, params: { version } })).toMatchObject({
        ok: true,
        value: { version },
      });
  });

  it('is not published in a demonstration’s version, save where that is in force', async () => {
    const demo = { ...call, params: { version: 'demo' } };
    expect(await readPolicy({ policies: publishedBeside(inForce, policies) })(demo)).toMatchObject({
      ok: false,
      refusal: { code: 'not-found', detail: 'There are the versions 2026-11-01.' },
    });
    expect(await readPolicy({ policies: publishedBeside(policyOf('demo'), policies) })(demo)).toEqual({
      ok: true,
      value: policyOf('demo'),
    });
  });

  it('cannot be put in force before its time, nor where it was made for demonstrations', () => {
    const { effectiveFrom } = inForce;
    expect(() => requireInForce('2026-11-01', addSeconds(effectiveFrom, -1))).toThrow(
      `The policy 2026-11-01 takes effect at ${effectiveFrom}; until then an earlier one is in force.`,
    );
    expect(() => requireInForce('2026-11-01', effectiveFrom)).not.toThrow();
    expect(() => requireInForce('demo', addSeconds(effectiveFrom, 1))).toThrow(
      'The policy demo was made for demonstrations; nobody may trade under it.',
    );
  });

  it('is not found under another version, and the answer says which there are', async () => {
    expect(await readPolicy({ policies })({ ...call, params: { version: '2001-01-01' } })).toMatchObject({
      ok: false,
      refusal: { code: 'not-found', detail: 'There are the versions 2026-11-01, demo.' },
    });
  });

  it('is named by the health check', async () => {
    expect(await checkHealth({ inForce })(call)).toEqual({
      ok: true,
      value: { status: 'ok', policyVersion: '2026-11-01' },
    });
  });
});
