import * as z from 'zod/mini';

/** Names of unknown fields that a refusal repeats: no more of them, and none that is longer. */
const maxNamed = 5;
const shortName = /^\w{1,40}$/;

/** What would be accepted, for schemas that do not say it themselves; nothing of what was sent but names of fields. */
const sayWhatFits: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? `must be given, as ${issue.expected}` : `must be ${issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return `must have or be at least ${issue.minimum}`;
    case 'too_big':
      return `must have or be at most ${issue.maximum}`;
    case 'unrecognized_keys': {
      const named = issue.keys.filter((name) => shortName.test(name)).slice(0, maxNamed);
      return `has fields that are not known here${named.length > 0 ? `: ${named.join(', ')}` : ''}`;
    }
    default:
      return undefined;
  }
};

z.config({ customError: sayWhatFits });
