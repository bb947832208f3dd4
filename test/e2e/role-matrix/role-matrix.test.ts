import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../../contract/api/route.ts';
import { routes } from '../../../contract/api/routes.ts';
import type { Answer } from '../local-market.ts';
import { type CallerName, callers, openWorlds, type Worlds } from '../worlds.ts';
import { matrix, type Row } from './matrix.ts';

/** These end what the others need, so they come last. */
const last = [
  'deleteWebhookEndpoint',
  'takeOffSale',
  'relabelMerchant',
  'decideMerchant',
  'approveRecovery',
  'eraseAccount',
];
const inOrder = [...routes].sort((a, b) => last.indexOf(a.operation) - last.indexOf(b.operation));

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds?.market.stop());

test('every operation has a row, and no row is without an operation', () => {
  expect(Object.keys(matrix).sort()).toEqual(routes.map(({ operation }) => operation).sort());
});

type Outcome = 'admitted' | 'hidden' | 'not for this role' | 'not known';

/** A caller is admitted where the request was carried out, or refused for what it asks rather than for who asks. */
const outcomeOf = ({ status, body, text }: Answer): Outcome => {
  expect(status, text).toBeLessThan(500);
  if (status === 401) return 'not known';
  if (body['code'] === 'role-not-allowed') return 'not for this role';
  return body['code'] === 'not-found' ? 'hidden' : 'admitted';
};

const expectedFor = ({ own = [], any = [] }: Row, caller: CallerName, whose: 'own' | 'foreign'): Outcome => {
  if (any.includes(caller)) return 'admitted';
  if (own.includes(caller)) return whose === 'own' ? 'admitted' : 'hidden';
  return caller === 'nobody' ? 'not known' : 'not for this role';
};

const rowOf = ({ operation }: Route): Row => matrix[operation] ?? {};

describe.each(inOrder)('$operation', (route) => {
  test.each(callers)('admits %s as the matrix says', async (caller) => {
    // The foreign record first: on his own a caller may end what he has.
    for (const whose of ['foreign', 'own'] as const) {
      const answer = await worlds.send(route, caller, whose);
      expect(outcomeOf(answer), `${whose}: ${answer.text}`).toBe(expectedFor(rowOf(route), caller, whose));
    }
  });

  test('declares the roles that the matrix grants', () => {
    const { own = [], any = [] } = rowOf(route);
    const declared = route.roles === 'public' ? callers : [...route.roles, ...(route.guest ? ['guest'] : [])];
    expect([...own, ...any].sort()).toEqual([...declared].sort());
  });
});
