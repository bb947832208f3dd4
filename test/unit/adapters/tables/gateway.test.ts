import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { type DocumentClient, maxTransactionAttempts, TableGateway } from '../../../../adapters/tables/gateway.ts';

const item = { pk: 'a' };
const input = { TransactItems: [{ Get: { TableName: 'orders', Key: item } }] };

/** A client whose transactions are cancelled for these reasons, one after the other, and then succeed. */
const cancelledFor = (...reasons: readonly string[]) => {
  const waits: number[] = [];
  const left = [...reasons];
  let sent = 0;
  const client = {
    send: async () => {
      sent += 1;
      const Code = left.shift();
      if (Code === undefined) return { Responses: [{ Item: item }] };
      throw new TransactionCanceledException({ message: '', $metadata: {}, CancellationReasons: [{ Code }] });
    },
  } as unknown as DocumentClient;
  const sleep = async (ms: number): Promise<void> => void waits.push(ms);
  const gateway = new TableGateway(client, { now: () => '', random: () => 1, sleep });
  return { gateway, waits, sent: () => sent };
};

describe('a read of several items at one moment', () => {
  it('that meets a write of one of them is tried again, later each time', async () => {
    const { gateway, waits } = cancelledFor('TransactionConflict', 'TransactionConflict');
    expect(await gateway.transactGet(input)).toEqual([item]);
    expect(waits).toEqual([20, 40]);
  });

  it('that never gets through is left to its caller', async () => {
    const { gateway, sent } = cancelledFor(...Array.from({ length: 20 }, () => 'TransactionConflict'));
    await expect(gateway.transactGet(input)).rejects.toThrow(TransactionCanceledException);
    expect(sent()).toBe(maxTransactionAttempts);
  });

  it('that is refused for good is not tried again', async () => {
    const { gateway, sent } = cancelledFor('ValidationError');
    await expect(gateway.transactGet(input)).rejects.toThrow(TransactionCanceledException);
    expect(sent()).toBe(1);
  });
});

/** A client whose writes meet a transaction on their item so many times, and then succeed. */
const inTheWay = (times: number) => {
  let sent = 0;
  const client = {
    send: async () => {
      sent += 1;
      if (sent <= times) throw new TransactionConflictException({ message: '', $metadata: {} });
      return { Attributes: item };
    },
  } as unknown as DocumentClient;
  const gateway = new TableGateway(client, { now: () => '', random: () => 1, sleep: async () => undefined });
  return { gateway, sent: () => sent };
};

describe('a write of one item', () => {
  const write = { TableName: 'orders', Key: item };
  const writes: [string, (gateway: TableGateway) => Promise<unknown>][] = [
    ['put', (gateway) => gateway.put({ TableName: 'orders', Item: item })],
    ['update', (gateway) => gateway.update(write)],
    ['delete', (gateway) => gateway.delete(write)],
  ];

  it.each(writes)('that meets a transaction is tried again: %s', async (_, send) => {
    const { gateway, sent } = inTheWay(2);
    expect(await send(gateway)).toMatchObject({ written: true });
    expect(sent()).toBe(3);
  });

  it.each(writes)('that never gets through is left to its caller: %s', async (_, send) => {
    const { gateway, sent } = inTheWay(20);
    await expect(send(gateway)).rejects.toThrow(TransactionConflictException);
    expect(sent()).toBe(maxTransactionAttempts);
  });
});
