import type { catalogRoutes } from '../../contract/api/catalog.ts';
import { accept } from '../../core/shared/result.ts';
import type { Handlers } from '../http/api.ts';
import { viewVersion } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

/** The worklist of those who review: who waits longest comes first. */
export const listReviews =
  ({ catalog }: Pick<CatalogDeps, 'catalog'>): Handlers<typeof catalogRoutes>['listReviews'] =>
  async ({ query }) => {
    const { state, ...pageOf } = query;
    const page = await catalog.listReviews(state, pageOf);
    return page.ok ? accept({ ...page.value, items: page.value.items.map(viewVersion) }) : page;
  };
