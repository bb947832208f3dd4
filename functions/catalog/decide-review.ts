import { afterReview } from '../../core/catalog/product.ts';
import { decideReview as decide, type Verdict } from '../../core/catalog/review.ts';
import { accept, type Result } from '../../core/shared/result.ts';
import type { Caller } from '../http/request.ts';
import { untilSettled } from '../http/until-settled.ts';
import { authorOf, noSuchProduct, noSuchVersion, viewVersion } from './catalog-view.ts';
import type { CatalogDeps } from './deps.ts';

type Deps = Pick<CatalogDeps, 'catalog' | 'surroundings'>;
type Version = { readonly productId: string; readonly version: number };

/** An operator's decision on a submitted version; one that is rejected while it is on sale goes off sale with it. The same decision again changes nothing, the other one is refused. */
export const decideReview = (
  { catalog, surroundings }: Deps,
  caller: Caller,
  { productId, version: number }: Version,
  verdict: Verdict,
  reason: string,
): Promise<Result<ReturnType<typeof viewVersion>>> =>
  untilSettled(surroundings, async () => {
    const product = await catalog.getProduct(productId);
    if (product === undefined) return noSuchProduct;
    const version = await catalog.getVersion(productId, number);
    if (version === undefined) return noSuchVersion(product, 'path.version');

    const now = surroundings.now();
    const decided = decide(version, verdict, reason, now);
    if (!decided.ok) return decided;
    if (decided.value === undefined) return accept(viewVersion(version));
    const event = { kind: verdict, at: now, by: authorOf(caller), version: number, reason };
    const changed = await catalog.changeReview(product, afterReview(product, decided.value), decided.value, event);
    return changed ? accept(viewVersion(decided.value)) : 'contended';
  });
