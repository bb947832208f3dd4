/**
 * A newcomer's walk: whoever has the address, the token of an operator and `/openapi.json` opens accounts, lists, imports,
 * buys, pays and reveals. What is sent are the document's own examples, with the ids that answers brought; where to go
 * next, its links and summaries tell.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, send, startMarket } from './local-market.ts';

type Fields = Record<string, unknown>;
type Operation = {
  readonly method: string;
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly roles: readonly string[];
  readonly example: unknown;
  readonly takesKey: boolean;
  readonly links: readonly string[];
  readonly success: string;
};

let market: Awaited<ReturnType<typeof startMarket>>;
let operations: readonly Operation[];
beforeAll(async () => {
  market = await startMarket();
  const document = JSON.parse((await send(market.stack.apiUrl, 'GET', '/openapi.json')).text);
  operations = Object.entries<Fields>(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, told]) => read(method, path, told as Fields)),
  );
});
afterAll(() => market?.stop());

const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((found, key) => (found as Fields | undefined)?.[key], value);

const read = (method: string, path: string, told: Fields): Operation => {
  const responses = told['responses'] as Fields;
  const success = Object.keys(responses).find((status) => status.startsWith('2')) ?? '';
  return {
    method: method.toUpperCase(),
    path,
    id: String(told['operationId']),
    summary: String(told['summary']),
    tags: told['tags'] as string[],
    roles: told['x-roles'] as string[],
    example: at(told, 'requestBody', 'content', 'application/json', 'example'),
    takesKey: JSON.stringify(told['parameters']).includes('IdempotencyKey'),
    links: Object.keys((at(responses, success, 'links') as Fields | undefined) ?? {}),
    success,
  };
};

/** The one operation under a heading whose summary has these words. */
const find = (tag: string, words: RegExp): Operation => {
  const found = operations.filter(({ tags, summary }) => tags.includes(tag) && words.test(summary));
  if (found.length !== 1) throw new Error(`${tag} ${words} finds ${found.map(({ id }) => id).join(', ') || 'nothing'}`);
  return found[0] as Operation;
};

/** A person with a token, and every id that answers have told him so far. */
const person = (account: Account | undefined, known: Fields = {}) => {
  const ids: Fields = { ...known };
  let ways: readonly string[] | undefined;
  const call = async (operation: Operation, changes: Fields = {}): Promise<Fields> => {
    const { method, path, example } = operation;
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]));
    const body =
      typeof example === 'object' && example !== null
        ? {
            ...Object.fromEntries(Object.entries(example).map(([name, value]) => [name, ids[name] ?? value])),
            ...changes,
          }
        : undefined;
    const answer = await send(market.stack.apiUrl, method, filled, {
      as: account,
      body,
      ...(!operation.takesKey && { idempotencyKey: null }),
    });
    expect(String(answer.status), `${operation.id}: ${answer.text}`).toBe(operation.success);
    for (const [name, value] of Object.entries(answer.body)) if (name.endsWith('Id')) ids[name] = value;
    ways = operation.links;
    return answer.body;
  };
  return {
    ids,
    call,
    /** Goes on from the last answer: the operation has to be one that its links name. */
    follow: (tag: string, words: RegExp, changes: Fields = {}): Promise<Fields> => {
      const next = find(tag, words);
      expect(ways, `after the last answer ${next.id} is no way to go`).toContain(next.id);
      return call(next, changes);
    },
  };
};

test('the document alone leads from an account to a revealed key', async () => {
  const operator = person(market.operator);
  const admit = async (role: string, label?: string): Promise<Account> => {
    // A merchant carries a label and nobody else does; «gold» is one whose listings need no review.
    await operator.call(find('accounts', /^Opens an account/), { role, label });
    const issued = await operator.follow('accounts', /^Issues an API key/);
    return { accountId: String(issued['accountId']), token: String(issued['token']) };
  };
  const merchantAccount = await admit('merchant', 'gold');
  const merchant = person(merchantAccount);
  await merchant.call(find('catalog', /^Creates a product/));
  await merchant.follow('catalog', /^Puts a version on sale/);
  const batch = await merchant.follow('stock', /^Import up to/);
  expect(batch).toMatchObject({ lines: 3, stored: 2, rejected: 1 });

  const buyerAccount = await admit('buyer');
  await operator.call(find('payments', /test money/));
  const buyer = person(buyerAccount);
  const [listing] = (await buyer.call(find('catalog', /^What is on sale/)))['items'] as Fields[];
  Object.assign(buyer.ids, { productId: listing?.['productId'] });
  const placed = await buyer.call(find('orders', /^Place an order/));
  expect(placed['status']).toBe('placed');
  const paid = await buyer.follow('payments', /^Pay an order from your wallet/);
  expect(paid['status']).toBe('delivered');
  const revealed = await buyer.follow('orders', /^Read the keys/);
  const secrets = (find('stock', /^Import up to/).example as { keys: { secret: string }[] }).keys.map(
    ({ secret }) => secret,
  );
  const keys = revealed['keys'] as { secret: string }[];
  expect(keys).toHaveLength(1);
  expect(secrets).toContain(keys[0]?.secret);
});

test('the document says who may call what, and the way in for whoever has no token', () => {
  expect(operations.length).toBeGreaterThan(30);
  for (const { roles, id } of operations) expect(roles.length, id).toBeGreaterThan(0);
  expect(operations.filter(({ roles }) => roles.includes('public')).map(({ id }) => id)).toContain('applyAsMerchant');
});
