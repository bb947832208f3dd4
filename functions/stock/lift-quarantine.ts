import type { stockRoutes } from '../../contract/api/stock.ts';
import { liftQuarantine as decide } from '../../core/stock/quarantine.ts';
import type { Handlers } from '../http/api.ts';
import { changeBatch } from './change-batch.ts';

export const liftQuarantine =
  (deps: Parameters<typeof changeBatch>[0]): Handlers<typeof stockRoutes>['liftQuarantine'] =>
  ({ caller, params }) =>
    changeBatch(deps, caller, params.batchId, decide);
