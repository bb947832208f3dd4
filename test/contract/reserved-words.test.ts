import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reservedWords } from '../fakes/memory-dynamodb/reserved-words.ts';
import { type Backend, backends, freshTable, outcomeOf } from './contract.ts';

describe.each(backends)('reserved words on %s', (_name, start) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await start();
  });
  afterAll(async () => backend.stop());

  test('all 573 are refused, and their neighbours are not', async () => {
    const table = await freshTable(backend);
    const readOnly = (name: string) =>
      new GetCommand({ TableName: table, Key: { pk: 'a', sk: '1' }, ProjectionExpression: name });
    const accepted: string[] = [];
    for (const word of reservedWords) {
      const outcome = await outcomeOf(backend.client, readOnly(word.toLowerCase()), table);
      if (!('error' in outcome)) accepted.push(word);
    }
    expect(reservedWords.size).toBe(573);
    // DynamoDB Local takes two words that the service refuses: `size` is a function there and nothing else.
    expect(accepted).toEqual(backend.engine === 'dynamodb-local' ? ['CONVERT', 'SIZE'] : []);
    expect(await outcomeOf(backend.client, readOnly('ownerId, dueAt, sellUntilDay, legs'), table)).toEqual({
      output: {},
    });
  });
});
