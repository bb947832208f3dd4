import type { Surroundings } from '../../adapters/clock.ts';
import type { TableGateway } from '../../adapters/tables/gateway.ts';
import type { ChangeTables } from '../../adapters/tables/order-changes.ts';
import { isOrderItem, toOrder } from '../../adapters/tables/orders.ts';
import type { Finding } from '../../core/audit/finding.ts';
import { checkPromise } from '../../core/audit/order-promise.ts';

export type AuditReport = { readonly findings: readonly Finding[]; readonly looked: Readonly<Record<string, number>> };

const pageSize = 100;

/** Walks the tables and checks the promises on what stands there. */
export const auditTables =
  (gateway: TableGateway, tables: ChangeTables, surroundings: Surroundings) => async (): Promise<AuditReport> => {
    const findings: Finding[] = [];
    let orders = 0;
    let start: Record<string, unknown> | undefined;
    do {
      const page = await gateway.scan({
        TableName: tables.orders,
        ConsistentRead: true,
        Limit: pageSize,
        ...(start && { ExclusiveStartKey: start }),
      });
      for (const item of page.items.filter(isOrderItem)) {
        orders += 1;
        findings.push(...checkPromise(toOrder(item), surroundings.now()));
      }
      start = page.lastKey;
    } while (start !== undefined);
    return { findings, looked: { orders } };
  };
