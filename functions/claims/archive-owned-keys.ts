import * as z from 'zod/mini';
import type { ClaimsArchive } from '../../adapters/claims-archive.ts';
import type { TableGateway } from '../../adapters/tables/gateway.ts';
import type { Claim } from '../../core/claims/claim.ts';
import type { Instant } from '../../core/shared/instant.ts';

const ownedKey = z.object({
  pk: z.string(),
  owner: z.string(),
  ownedAt: z.string(),
  batchId: z.string(),
  productId: z.string(),
  sellUntilDay: z.string(),
});

/**
 * Adds to the archive what a keys table says about the keys that got their owner since a moment, and returns how many.
 * It needs no stream, and it does no harm to a claim that is there already: the archive then says the same twice.
 */
export const archiveOwnedKeys =
  (gateway: TableGateway, keysTable: string, archive: Pick<ClaimsArchive, 'append'>) =>
  async (since: Instant): Promise<number> => {
    let archived = 0;
    let start: Record<string, unknown> | undefined;
    do {
      const page = await gateway.scan({
        TableName: keysTable,
        ConsistentRead: true,
        ProjectionExpression: 'pk, #owner, ownedAt, batchId, productId, sellUntilDay',
        FilterExpression: 'ownedAt >= :since AND attribute_exists(#owner)',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':since': since },
        ...(start && { ExclusiveStartKey: start }),
      });
      const claims = page.items.map((item): Claim => {
        const { pk, ownedAt, ...key } = ownedKey.parse(item);
        return { keyId: pk, ...key, at: ownedAt, position: '0' };
      });
      if (claims.length > 0) await archive.append(claims);
      archived += claims.length;
      start = page.lastKey;
    } while (start !== undefined);
    return archived;
  };
