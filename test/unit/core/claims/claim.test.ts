import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Claim, newestOfEach } from '../../../../core/claims/claim.ts';

const claim = (at: string, position: string, owner: string | undefined): Claim => ({
  keyId: 'key',
  owner,
  at,
  position,
  batchId: 'bat_1',
  productId: 'prd_1',
  sellUntilDay: '2027-01-01',
});

test.each([
  ['the later moment counts', '2026-11-22T05:00:01.000Z', '1', '2026-11-22T05:00:00.000Z', '2'],
  ['within a second the later position counts', '2026-11-22T05:00:00.000Z', '10', '2026-11-22T05:00:00.000Z', '9'],
  [
    'positions longer than a double count whole',
    '2026-11-22T05:00:00.000Z',
    '4421584500000000017450439092',
    '2026-11-22T05:00:00.000Z',
    '4421584500000000017450439091',
  ],
])('%s', (_, laterAt, laterPosition, earlierAt, earlierPosition) => {
  const later = claim(laterAt, laterPosition, 'later');
  const earlier = claim(earlierAt, earlierPosition, 'earlier');
  expect([...newestOfEach([later, earlier]).values()]).toEqual([later]);
  expect([...newestOfEach([earlier, later]).values()]).toEqual([later]);
});

test('whatever order the claims come in, and however often, the same ones are the last', () => {
  const claims = fc.array(
    fc.record({
      keyId: fc.constantFrom('a', 'b', 'c'),
      owner: fc.option(fc.constantFrom('ord_1', 'ord_2'), { nil: undefined }),
      at: fc.constantFrom('2026-11-22T05:00:00.000Z', '2026-11-22T05:00:01.000Z'),
      position: fc.nat().map(String),
      batchId: fc.constant('bat_1'),
      productId: fc.constant('prd_1'),
      sellUntilDay: fc.constant('2027-01-01'),
    }),
  );
  const distinct = claims.map((all) => [...new Map(all.map((each) => [each.position, each])).values()]);
  fc.assert(
    fc.property(distinct, fc.infiniteStream(fc.nat()), (all, chance) => {
      const shuffled = [...all, ...all]
        .map((each) => ({ each, rank: chance.next().value }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ each }) => each);
      expect(Object.fromEntries(newestOfEach(shuffled))).toEqual(Object.fromEntries(newestOfEach(all)));
    }),
  );
});
