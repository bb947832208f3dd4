import { hasCategory, type Policy } from '../policy/policy.ts';
import { accept, type Result, refuse } from '../shared/result.ts';

/** Refuses `category-unknown` for categories that the policy does not list. */
export const admitCategories = (policy: Policy, categories: readonly string[]): Result<readonly string[]> => {
  const unknown = categories.findIndex((category) => !hasCategory(policy, category));
  return unknown === -1
    ? accept(categories)
    : refuse(
        'category-unknown',
        `The policy lists ${policy.categories.map(({ id }) => id).join(', ')}.`,
        `body.categories.${unknown}`,
      );
};
