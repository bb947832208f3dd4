/** The published policies. A version that an order was captured under is never edited and never removed. */
import { objectionTo, type Policy } from '../core/policy/policy.ts';
import type { Instant } from '../core/shared/instant.ts';
import v20261101 from './2026-11-01.json' with { type: 'json' };
import demo from './demo.json' with { type: 'json' };
import { policySchema } from './schema.ts';

/** Every policy by its version. Reading a document that does not fit the schema throws at cold start. */
export const policies: ReadonlyMap<string, Policy> = new Map(
  [v20261101, demo].map((document): [string, Policy] => {
    const policy = policySchema.parse(document);
    return [policy.version, policy];
  }),
);

/** The policy of a version that an order or the environment names; an unknown one is a fault, so it throws. */
export const policyOf = (version: string): Policy => {
  const policy = policies.get(version);
  if (policy === undefined)
    throw new Error(`No policy has the version ${version}; there are ${[...policies.keys()].join(', ')}`);
  return policy;
};

/** Refuses, with a sentence, to have real orders captured under a policy that is not in force. */
export const requireInForce = (version: string, now: Instant): void => {
  const objection = objectionTo(policyOf(version), now);
  if (objection !== undefined) throw new Error(objection);
};
