import type { catalogRoutes } from '../../contract/api/catalog.ts';
import type { Handlers } from '../http/api.ts';
import { decideReview } from './decide-review.ts';

/** The version never goes on sale. */
export const rejectVersion =
  (deps: Parameters<typeof decideReview>[0]): Handlers<typeof catalogRoutes>['rejectVersion'] =>
  ({ caller, params, body }) =>
    decideReview(deps, caller, params, 'rejected', body.reason);
