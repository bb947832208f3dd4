import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import published from '../../../policy/2026-11-01.json' with { type: 'json' };
import { policies } from '../../../policy/index.ts';
import { policySchema } from '../../../policy/schema.ts';

const reasons = (document: unknown): string[] => {
  const parsed = policySchema.safeParse(document);
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
};

describe('a policy document', () => {
  it('is published under the name of its file, each file of the folder', () => {
    const files = readdirSync(new URL('../../../policy/', import.meta.url)).filter((name) => name.endsWith('.json'));
    expect([...policies.keys()].map((version) => `${version}.json`).sort()).toEqual(files.sort());
  });

  it.each<[string, unknown, string]>([
    [
      'a list of rules without one that fits all',
      { ...published, commission: { rules: [{ when: { merchantLabel: 'gold' }, basisPoints: 1 }] } },
      'the last rule must fit all',
    ],
    [
      'a rule that can never decide',
      {
        ...published,
        commission: {
          rules: [
            { when: { merchantLabel: 'gold' }, basisPoints: 1 },
            { when: { merchantLabel: 'gold', category: 'other' }, basisPoints: 2 },
            { when: {}, basisPoints: 3 },
          ],
        },
      },
      'a rule must not stand behind one that covers it',
    ],
    [
      'a rule for a category it does not list',
      {
        ...published,
        commission: {
          rules: [
            { when: { category: 'typo' }, basisPoints: 1 },
            { when: {}, basisPoints: 3 },
          ],
        },
      },
      'a rule or remedy names a category that the document does not list',
    ],
    [
      'an id twice',
      { ...published, statements: [...published.statements, ...published.statements] },
      'an id stands twice in one list',
    ],
    [
      'a waiting order that is looked at after its promise only',
      { ...published, redelivery: { recheckEverySeconds: 1_800 } },
      'a waiting order must be looked at again before its promise',
    ],
    [
      'a penalty range turned over',
      { ...published, penalty: { minBasisPoints: 2, maxBasisPoints: 1 } },
      'the smallest penalty is above the largest',
    ],
  ])('is refused with %s', (_, document, reason) => {
    expect(reasons(document)).toEqual([reason]);
  });

  it('is refused with a clause that the schema does not know', () => {
    expect(reasons({ ...published, promises: {} })).toHaveLength(1);
  });
});
