import type { ProblemCode } from '../problems.ts';
import { noBody } from './common.ts';
import { fieldsOf } from './naming.ts';
import type { Route } from './route.ts';

/** Whether a list is paged: its query takes a cursor. */
const isPaged = ({ query }: Route): boolean => 'cursor' in fieldsOf(query);

/**
 * Every code that a route can answer with: what its kind brings along, then what its handler refuses. A handler that
 * refuses with another is a fault, which tests find and production reports.
 */
export const codesOf = (route: Route): readonly ProblemCode[] => [
  ...new Set<ProblemCode>([
    'rate-limited',
    ...(route.roles === 'public'
      ? []
      : (['api-key-unknown', 'api-key-revoked', 'order-token-ended', 'role-not-allowed'] as const)),
    ...(route.idempotencyKey ? (['idempotency-key-missing', 'idempotency-key-reused'] as const) : []),
    // Any query that a route does not know is refused, so that even a route without parameters can answer this.
    'invalid-request',
    ...(isPaged(route) ? (['cursor-invalid'] as const) : []),
    ...(route.body === noBody ? [] : (['malformed-json', 'unsupported-media-type', 'body-too-large'] as const)),
    ...route.refusals,
    'internal',
    'try-again',
  ]),
];
