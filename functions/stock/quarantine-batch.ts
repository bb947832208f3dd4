import type { stockRoutes } from '../../contract/api/stock.ts';
import { quarantineBatch as decide } from '../../core/stock/quarantine.ts';
import type { Handlers } from '../http/api.ts';
import { changeBatch } from './change-batch.ts';

export const quarantineBatch =
  (deps: Parameters<typeof changeBatch>[0]): Handlers<typeof stockRoutes>['quarantineBatch'] =>
  ({ caller, params, body }) =>
    changeBatch(deps, caller, params.batchId, (batch, now) => decide(batch, body.reason, now));
