import { describe, expect, it } from 'vitest';
import { checkHealth } from '../../../../functions/policy/check-health.ts';
import { readPolicy } from '../../../../functions/policy/read-policy.ts';
import { readPolicyInForce } from '../../../../functions/policy/read-policy-in-force.ts';
import { policies, policyOf } from '../../../../policy/index.ts';

const caller = { accountId: 'public', role: 'buyer', apiKeyId: 'public' } as const;
const call = { caller, idempotencyKey: '', params: {}, query: {}, body: undefined };
const inForce = policyOf('2026-11-01');

describe('the policy', () => {
  it('is answered in the version in force', async () => {
    expect(await readPolicyInForce({ inForce })(call)).toEqual({ ok: true, value: inForce });
  });

  it('is answered in any version that was published', async () => {
    expect(await readPolicy({ policies })({ ...call, params: { version: 'demo' } })).toEqual({
      ok: true,
      value: policyOf('demo'),
    });
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
