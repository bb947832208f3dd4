import type { catalogRoutes } from '../../contract/api/catalog.ts';
import type { Handlers } from '../http/api.ts';
import { decideReview } from './decide-review.ts';

/** From now on the version may go on sale. */
export const approveVersion =
  (deps: Parameters<typeof decideReview>[0]): Handlers<typeof catalogRoutes>['approveVersion'] =>
  ({ caller, params, body }) =>
    decideReview(deps, caller, params, 'approved', body.reason);
