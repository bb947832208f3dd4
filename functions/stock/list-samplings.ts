import { decodeCursor, encodeCursor } from '../../adapters/cursor.ts';
import type { BatchesTable } from '../../adapters/tables/batches.ts';
import type { stockRoutes } from '../../contract/api/stock.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewBatch } from './batch-view.ts';

/** The worklist of testers. */
export const listSamplings =
  ({ batches }: { batches: BatchesTable }): Handlers<typeof stockRoutes>['listSamplings'] =>
  async ({ query }) => {
    const scope = { operation: 'listSamplings' };
    const start = decodeCursor(scope, query.cursor, { samplingState: 'sampling' }, [
      'pk',
      'sk',
      'samplingState',
      'createdAt',
    ]);
    if (!start.ok) return start;
    const page = await batches.underSampling(query.limit, start.value.ExclusiveStartKey);
    return accept({ items: page.batches.map(viewBatch), ...encodeCursor(scope, page.lastKey) });
  };
