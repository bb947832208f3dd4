import { refuse } from '../../core/shared/result.ts';

/** What whoever places or pays is told while selling is closed; what was bought before goes its way. */
export const sellingClosed = () =>
  refuse(
    'selling-closed',
    'Selling is closed for a while. Nothing was charged; send the same request again later. Delivered keys can be read.',
  );
