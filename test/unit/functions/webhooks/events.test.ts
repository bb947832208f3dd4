import { describe, expect, test } from 'vitest';
import { eventRetentionDays, eventSettleSeconds } from '../../../../contract/webhooks.ts';
import { buyer, refunded, rival, webhooksHouse } from './webhooks-house.ts';

const day = 86_400;
type Page = { readonly items: readonly { id: string; data: object }[]; readonly hasMore: boolean };

describe('an event', () => {
  test('that is announced twice is one event, and is heard once', async () => {
    const { drain, itemsOf, listen, passSeconds, record } = webhooksHouse();
    const shop = await listen();
    const message = refunded();
    await record(message);
    await drain();
    const before = itemsOf('webhooks');
    passSeconds(1);
    await record(message);
    await drain();
    expect(itemsOf('webhooks')).toEqual(before);
    expect(shop.received).toHaveLength(1);
  });

  test('of an account that does not listen is not kept', async () => {
    const { itemsOf, record } = webhooksHouse();
    await record(refunded());
    expect(itemsOf('webhooks').size).toBe(0);
  });

  test('goes to each account that it concerns under an id of its own, and to nobody else', async () => {
    const { drain, listen, record } = webhooksHouse();
    const [mine, his] = [await listen(), await listen({ as: rival })];
    await record(refunded({ accountIds: [buyer.accountId, rival.accountId, buyer.accountId] }));
    await record(refunded());
    await drain();
    expect([mine.received.length, his.received.length]).toEqual([2, 1]);
    const ids = [...mine.received, ...his.received].map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(3);
  });

  test('goes to the endpoints that asked for its type', async () => {
    const { drain, listen, record } = webhooksHouse();
    const [asked, other, all] = [
      await listen({ events: ['order.refunded'] }),
      await listen({ events: ['order.captured', 'batch.open'] }),
      await listen(),
    ];
    await record(refunded());
    await drain();
    expect([asked, other, all].map(({ received }) => received.length)).toEqual([1, 0, 1]);
  });
});

describe('the log', () => {
  const house = () => {
    const rooms = webhooksHouse();
    return {
      ...rooms,
      list: async (query: Record<string, string> = {}, as = buyer) =>
        (await rooms.call('listEvents', { as, query })) as unknown as { status: number; body: Page },
    };
  };

  test('begins with the first reading, without any endpoint', async () => {
    const { list, passSeconds, record } = house();
    expect((await list()).body).toEqual({ items: [], hasMore: false });
    await record(refunded());
    passSeconds(eventSettleSeconds + 1);
    expect((await list()).body.items).toMatchObject([{ type: 'order.refunded' }]);
    expect((await list({}, rival)).body.items).toEqual([]);
  });

  test('ends a month after the last reading, and begins again with the next', async () => {
    const { itemsOf, list, passSeconds, record } = house();
    const eventsKept = () => [...itemsOf('webhooks').keys()].filter((key) => key.endsWith('EVENT')).length;
    await list();
    passSeconds(eventRetentionDays * day + 1);
    await record(refunded());
    expect(eventsKept()).toBe(0);
    await list();
    await record(refunded());
    expect(eventsKept()).toBe(1);
  });

  test('shows an event once it has settled, so that none appears before one that was read', async () => {
    const { list, passSeconds, record } = house();
    await list();
    await record(refunded());
    passSeconds(eventSettleSeconds - 1);
    expect((await list()).body.items).toEqual([]);
    passSeconds(2);
    expect((await list()).body.items).toHaveLength(1);
  });

  test('is read page by page, each event once, in order, and goes on where it ended', async () => {
    const { list, passSeconds, record } = house();
    await list();
    for (let count = 0; count < 7; count += 1) {
      await record(refunded({ data: { orderId: `ord_${count}` } }));
      if (count % 2 === 0) passSeconds(1);
    }
    passSeconds(eventSettleSeconds + 1);
    const read: { id: string; data: object }[] = [];
    const readOn = async (): Promise<number> => {
      for (let pages = 1; ; pages += 1) {
        const after = read.at(-1)?.id;
        const { body } = await list({ limit: '3', ...(after !== undefined && { after }) });
        read.push(...body.items);
        if (!body.hasMore) return pages;
      }
    };
    expect(await readOn()).toBe(3);
    expect(new Set(read.map(({ id }) => id)).size).toBe(7);
    await record(refunded({ data: { orderId: 'ord_last' } }));
    passSeconds(eventSettleSeconds + 1);
    await readOn();
    expect(read).toHaveLength(8);
    expect(read.at(-1)?.data).toEqual({ orderId: 'ord_last' });
  });

  test('does not go on behind an event of somebody else, nor behind none', async () => {
    const { list, passSeconds, record } = house();
    await list();
    await record(refunded());
    passSeconds(eventSettleSeconds + 1);
    const [event] = (await list()).body.items;
    for (const [after, as] of [
      [String(event?.id), rival],
      [`evt_${'0'.repeat(26)}`, buyer],
    ] as const)
      expect(await list({ after }, as)).toMatchObject({ status: 400, body: { code: 'cursor-invalid' } });
  });

  test('costs a write a day to read', async () => {
    const { itemsOf, list, passSeconds } = house();
    await list();
    const before = itemsOf('webhooks');
    passSeconds(day - 1);
    await list();
    expect(itemsOf('webhooks')).toEqual(before);
    passSeconds(2);
    await list();
    expect(itemsOf('webhooks')).not.toEqual(before);
  });
});
