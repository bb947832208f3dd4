import '../../../support/quiet-logs.ts';
import type { Context } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { policyRoutes } from '../../../../contract/api/policy.ts';
import { accept } from '../../../../core/shared/result.ts';
import { createApi } from '../../../../functions/http/api.ts';
import type { HttpEvent } from '../../../../functions/http/request.ts';
import { policyOf } from '../../../../policy/index.ts';

const headers = { 'ratelimit-policy': '"read";q=1;w=60', ratelimit: '"read";r=0;t=9' };
const inForce = policyOf('2026-11-01');

const call = async (admitted: boolean, acceptLanguage = 'en') => {
  let handled = 0;
  const handle = async () => {
    handled += 1;
    return accept(inForce);
  };
  const handler = createApi(
    policyRoutes,
    {
      readPolicyInForce: handle,
      readPolicy: handle,
      checkHealth: async () => accept({ status: 'ok', policyVersion: '' }),
    },
    { admit: async () => ({ admitted, headers: admitted ? headers : { ...headers, 'retry-after': '9' } }) },
  );
  const event = {
    routeKey: 'GET /v1/policy',
    headers: { 'accept-language': acceptLanguage },
    requestContext: { requestId: 'r' },
  } as unknown as HttpEvent;
  const answer = await handler(event, { awsRequestId: 'test' } as Context);
  return { handled, answer, body: JSON.parse(answer.body ?? '{}') };
};

describe('a request beyond its limit', () => {
  test('is told when to come again, and is not carried out', async () => {
    const { handled, answer, body } = await call(false);
    expect(handled).toBe(0);
    expect(answer).toMatchObject({ statusCode: 429, headers: { ...headers, 'retry-after': '9' } });
    expect(body).toMatchObject({ code: 'rate-limited', status: 429, requestId: 'r' });
  });

  test('is told so in Chinese where that is asked for', async () => {
    expect((await call(false, 'zh-CN')).body.title).toMatch(/\p{Script=Han}/u);
  });
});

test('a request within its limit is told what is left', async () => {
  const { handled, answer } = await call(true);
  expect(handled).toBe(1);
  expect(answer).toMatchObject({ statusCode: 200, headers });
  expect(answer.headers).not.toHaveProperty('retry-after');
});
