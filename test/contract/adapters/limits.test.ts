import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realSurroundings } from '../../../adapters/clock.ts';
import { randomToken } from '../../../adapters/ids.ts';
import { TableGateway } from '../../../adapters/tables/gateway.ts';
import { limitsTable } from '../../../adapters/tables/limits.ts';
import { scanAll } from '../../support/books.ts';
import { type AdapterBackend, backends } from './backends.ts';

const window = 1_795_305_600;
const network = { kind: 'network', id: '203.0.113.7' } as const;
const key = { kind: 'key', id: 'key_a' } as const;

describe.each(backends)('counts of requests %s', (_, start) => {
  let backend: AdapterBackend;
  let gateway: TableGateway;
  let tableName: string;
  beforeAll(async () => {
    backend = await start();
    gateway = new TableGateway(backend.client, realSurroundings);
    tableName = (await backend.createTables('limits-')).limits;
  });
  afterAll(() => backend.stop());
  const instance = () => limitsTable(gateway, tableName, randomToken);

  it('add up over instances, by caller, class and window', async () => {
    expect(await instance().add(key, 'read', window, 10)).toBe(10);
    expect(await instance().add(key, 'read', window, 10)).toBe(20);
    expect(await instance().add(key, 'write', window, 10)).toBe(10);
    expect(await instance().add(key, 'read', window + 60, 10)).toBe(10);
    expect(await instance().add({ kind: 'key', id: 'key_b' }, 'read', window, 10)).toBe(10);
  });

  it('add up when they come at once', async () => {
    const counter = instance();
    await Promise.all(Array.from({ length: 12 }, () => counter.add({ kind: 'key', id: 'key_c' }, 'read', window, 10)));
    expect(await counter.add({ kind: 'key', id: 'key_c' }, 'read', window, 10)).toBe(130);
  });

  it('know a network again within a window, whichever instance asks, and never name it', async () => {
    expect(await instance().add(network, 'read', window, 10)).toBe(10);
    expect(await instance().add(network, 'read', window, 10)).toBe(20);
    await instance().add(network, 'read', window + 60, 10);
    const items = await scanAll(gateway, tableName);
    expect(JSON.stringify(items)).not.toContain(network.id);
    const hashes = items.flatMap(({ pk }) => (String(pk).startsWith('net_') ? [String(pk).split('#')[0]] : []));
    expect(new Set(hashes).size).toBe(2);
  });

  it('leave the table after their window', async () => {
    for (const item of await scanAll(gateway, tableName)) {
      const begins = Number(String(item['pk']).split('#').at(-1));
      expect(item['removeAtSeconds']).toBe(begins + 3_600);
    }
  });
});
