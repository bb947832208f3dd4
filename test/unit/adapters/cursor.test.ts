import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../adapters/cursor.ts';

const query = { operation: 'listOrders', buyerId: 'acc_a' };
const lastKey = { pk: 'ord_1', sk: 'ORDER', buyerId: 'acc_a', createdAt: '2026-11-22T00:00:00.000Z' };
const attributes = Object.keys(lastKey);
const decode = (cursor: string | undefined) => decodeCursor(query, cursor, { buyerId: 'acc_a' }, attributes);
const cursorOf = (of: unknown, key: Record<string, unknown>) => encodeCursor(of, key).nextCursor;

describe('a cursor', () => {
  it('continues its own query after the last key', () => {
    expect(decode(cursorOf(query, lastKey))).toEqual({ ok: true, value: { ExclusiveStartKey: lastKey } });
  });

  it('is absent where the list ends, and then the first page comes', () => {
    expect(encodeCursor(query, undefined)).toEqual({});
    expect(decode(undefined)).toEqual({ ok: true, value: {} });
  });

  it.each<[string, string | undefined]>([
    ['garbage', '%%%'],
    ['JSON that is no cursor', Buffer.from('[1]').toString('base64url')],
    ['the cursor of another query', cursorOf({ ...query, buyerId: 'acc_b' }, lastKey)],
    ['a key of another partition', cursorOf(query, { ...lastKey, buyerId: 'acc_b' })],
    ['a key that lacks an attribute', cursorOf(query, { pk: 'ord_1', buyerId: 'acc_a' })],
    ['a key with one attribute more', cursorOf(query, { ...lastKey, extra: 'x' })],
    ['an empty attribute', cursorOf(query, { ...lastKey, pk: '' })],
    ['a number where a string belongs', cursorOf(query, { ...lastKey, pk: 1 })],
  ])('is refused when it is %s', (_, cursor) => {
    expect(decode(cursor)).toMatchObject({ ok: false, refusal: { code: 'cursor-invalid', field: 'query.cursor' } });
  });

  it('is refused when its key lies outside the bounds of the query', () => {
    const before = ({ createdAt = '' }: Readonly<Record<string, string>>) => createdAt < '2026-11-22';
    const decoded = decodeCursor(query, cursorOf(query, lastKey), { buyerId: 'acc_a' }, attributes, before);
    expect(decoded).toMatchObject({ ok: false, refusal: { code: 'cursor-invalid' } });
  });
});
