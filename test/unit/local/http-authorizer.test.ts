import { expect, test } from 'vitest';
import type { Outcome } from '../../../local/functions.ts';
import { createAuthorizer } from '../../../local/http-authorizer.ts';
import type { HttpRequest } from '../../../local/http-events.ts';

const requestWith = (headers: Record<string, string>): HttpRequest => ({
  method: 'GET',
  rawPath: '/',
  rawQueryString: '',
  headers,
  cookies: undefined,
  query: undefined,
  sourceIp: '127.0.0.1',
  requestId: 'r',
});

const setUp = (answer: (identity: unknown) => Outcome, cacheSeconds = 60) => {
  const asked: unknown[] = [];
  const clock = { now: 0 };
  const authorize = createAuthorizer(
    { functionName: 'authorizer', identitySources: ['$request.header.Authorization'], cacheSeconds },
    async (_name, event) => {
      asked.push(event);
      return answer(event);
    },
    () => clock.now,
  );
  const ask = (headers: Record<string, string>) => authorize(requestWith(headers), (identity) => identity);
  return { ask, asked, clock };
};
const result = (value: unknown): Outcome => ({ kind: 'result', value });

test('an answer serves until its time to live ends, each caller for himself', async () => {
  const { ask, asked, clock } = setUp(() => result({ isAuthorized: true, context: { accountId: 'acc_1' } }));
  await Promise.all([ask({ authorization: 'a' }), ask({ authorization: 'a' })]);
  expect(await ask({ authorization: 'a' })).toEqual({ kind: 'allowed', context: { accountId: 'acc_1' } });
  expect(asked).toEqual([['a']]);
  await ask({ authorization: 'b' });
  clock.now = 60_000;
  await ask({ authorization: 'a' });
  expect(asked).toEqual([['a'], ['b'], ['a']]);
});

test('a denial is kept too', async () => {
  const { ask, asked } = setUp(() => result({ isAuthorized: false }));
  expect(await ask({ authorization: 'a' })).toEqual({ kind: 'forbidden' });
  expect(await ask({ authorization: 'a' })).toEqual({ kind: 'forbidden' });
  expect(asked).toHaveLength(1);
});

test('who shows nothing that identifies never reaches the function', async () => {
  const { ask, asked } = setUp(() => result({ isAuthorized: true }));
  expect(await ask({})).toEqual({ kind: 'unauthorized' });
  expect(await ask({ authorization: '' })).toEqual({ kind: 'unauthorized' });
  expect(asked).toEqual([]);
});

test.each<[string, Outcome]>([
  ['fails', { kind: 'error', error: { errorType: 'Error', errorMessage: 'x' } }],
  ['answers something else', result({ principalId: 'x' })],
])('an authorizer that %s is an error, and is asked again', async (_what, outcome) => {
  const { ask, asked } = setUp(() => outcome);
  expect(await ask({ authorization: 'a' })).toEqual({ kind: 'failed' });
  await ask({ authorization: 'a' });
  expect(asked).toHaveLength(2);
});

test('a time to live of zero keeps nothing', async () => {
  const { ask, asked } = setUp(() => result({ isAuthorized: true }), 0);
  await ask({ authorization: 'a' });
  await ask({ authorization: 'a' });
  expect(asked).toHaveLength(2);
});
