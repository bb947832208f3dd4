import { randomUUID } from 'node:crypto';
import { minuteOf, startOfNextMinute } from '../../core/ledger/minutes.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { rejectionReasons } from '../../core/stock/import-keys.ts';
import { type Api, done, refused } from './client.ts';
import { check, mask, say, seconds, step, until, yuan } from './page.ts';

/** What a person of the story calls the API with. */
type Person = { readonly accountId: string; readonly token: string };
export type Cast = { readonly operator: Person; readonly merchant: Person; readonly buyer: Person };

const currency = 'CNY' as const;
const priceMinor = 4_990;
const topUpMinor = 50_000;
/** What is wrong with the lines of demo/keys.txt. */
const badLines = {
  'duplicate-in-import': 12,
  'secret-empty': 6,
  'secret-surrounded-by-space': 5,
  'secret-not-printable': 4,
  'secret-too-long': 3,
};

/** The operator lets a merchant and a buyer in, each with an API key of their own. */
export const openAccounts = async (api: Api, operatorToken: string): Promise<Cast> => {
  step('An operator lets a merchant and a buyer in');
  const open = async (account: { role: 'merchant' | 'buyer'; name: string; label?: 'gold' }): Promise<Person> => {
    const { accountId } = await done(api.openAccount({ token: operatorToken, body: account }));
    const params = { accountId };
    const { token } = await done(api.issueApiKey({ token: operatorToken, params, body: { name: 'demo' } }));
    say(`${account.role.padEnd(8)} ${accountId}  ${account.name}`);
    check(token !== undefined, 'its API key was shown, this once');
    return { accountId, token: token ?? '' };
  };
  return {
    operator: { accountId: '', token: operatorToken },
    merchant: await open({ role: 'merchant', name: '飞鱼点卡 Flying Fish Cards', label: 'gold' }),
    buyer: await open({ role: 'buyer', name: '小林 Xiao Lin' }),
  };
};

const sell = async (api: Api, merchant: Person, title: string): Promise<string> => {
  const body = {
    title,
    category: 'game-point-card',
    kind: 'card_key' as const,
    priceMinor,
    currency,
    afterSalesTerms: '未使用卡密因非买家原因失效的,24 小时内补发。',
  };
  const { productId } = await done(api.createProduct({ token: merchant.token, body }));
  const params = { productId };
  const product = await done(api.putOnSale({ token: merchant.token, params, body: { version: 1 } }));
  check(product.status === 'on_sale', `“${title}” is on sale at ${yuan(priceMinor)}`);
  return productId;
};

/** A file with bad lines is imported: each line is stored, or reported with its number and reason. */
export const importFile = async (api: Api, { merchant }: Cast, lines: readonly string[]): Promise<string> => {
  step(`The merchant lists a product and imports demo/keys.txt, ${lines.length} lines`);
  const productId = await sell(api, merchant, '点卡 50 元 · 50 yuan card');
  const request = {
    token: merchant.token,
    params: { productId },
    idempotencyKey: randomUUID(),
    body: { source: { kind: 'supplier' as const, name: 'Cards & Co.' }, keys: lines.map((secret) => ({ secret })) },
  };
  const began = performance.now();
  const report = await done(api.importKeys(request));
  const { stored = 0, rejected = 0, rejections } = report;
  say(`stored ${stored}, rejected ${rejected}, in ${seconds(performance.now() - began)}; rejected for these reasons:`);
  for (const [code, expected] of Object.entries(badLines)) {
    const numbers = rejections.filter((rejection) => rejection.code === code).map(({ line }) => line);
    const first = `lines ${numbers.slice(0, 3).join(', ')}${numbers.length > 3 ? ', …' : ''}`;
    check(numbers.length === expected, `${String(numbers.length).padStart(2)}  ${code}  (${first})`);
  }
  check(
    report.lines === lines.length && stored + rejected === lines.length,
    'every line is stored or reported, none is lost',
  );
  check(
    rejections.length === rejected,
    `the report explains each rejection, such as: “${rejectionReasons['duplicate-in-import']}”`,
  );
  const again = await done(api.importKeys(request));
  check(
    JSON.stringify(again) === JSON.stringify(report),
    'the same request again answers the same report and stores nothing',
  );
  const { available } = await until(
    'The stock count',
    20,
    () => done(api.readStock({ token: merchant.token, params: { productId } })),
    (stock) => stock.available === stored,
  );
  check(available === stored, `${available} keys can be sold`);
  return productId;
};

/** An order of a product without stock is paid; what becomes of it is told by `watchPromise`. */
export const buyWithoutStock = async (api: Api, { operator, merchant, buyer }: Cast) => {
  step('The buyer pays for a product that is out of stock and chooses to wait');
  const topUp = {
    token: operator.token,
    params: { accountId: buyer.accountId },
    idempotencyKey: randomUUID(),
    body: { amountMinor: topUpMinor, currency },
  };
  await done(api.grantTestTopUp(topUp));
  say(`the wallet holds ${yuan(topUpMinor)} of test money`);
  const productId = await sell(api, merchant, '点卡 50 元(缺货) · out of stock');
  const body = { productId, quantity: 1, whenOutOfStock: 'wait' as const };
  const { orderId } = await done(api.placeOrder({ token: buyer.token, body }));
  const order = await done(
    api.payOrder({
      token: buyer.token,
      params: { orderId },
      body: { method: 'wallet' as const },
    }),
  );
  check(
    order.status === 'captured' && order.promiseAt !== undefined,
    `${orderId} is captured; delivered or refunded by ${order.promiseAt}`,
  );
  return { orderId, promiseAt: order.promiseAt ?? '', amountMinor: order.amountMinor, topUp };
};

export type Waiting = Awaited<ReturnType<typeof buyWithoutStock>>;

/** An order is paid from the wallet, delivered at once and read by its buyer. */
export const buyAndReveal = async (
  api: Api,
  { buyer }: Cast,
  productId: string,
  lines: readonly string[],
  waiting: Waiting,
) => {
  step('The buyer pays an order from the wallet; the keys are there at once');
  const placing = { token: buyer.token, idempotencyKey: randomUUID(), body: { productId, quantity: 2 } };
  const began = performance.now();
  const { orderId } = await done(api.placeOrder(placing));
  const paying = { token: buyer.token, params: { orderId }, body: { method: 'wallet' as const } };
  const order = await done(api.payOrder(paying));
  check(
    order.status === 'delivered',
    `${orderId} for ${yuan(order.amountMinor)} is ${order.status}, ${Math.round(performance.now() - began)} ms after placing`,
  );
  const { keys } = await done(api.revealKeys({ token: buyer.token, params: { orderId } }));
  check(
    keys.length === 2 && keys.every(({ secret }) => lines.includes(secret)),
    `the buyer reads ${keys.map(({ secret }) => mask(secret)).join(' and ')}`,
  );
  const wallet = await done(api.readOwnWallet({ token: buyer.token }));
  const heldMinor = order.amountMinor + waiting.amountMinor;
  check(
    wallet.balanceMinor === topUpMinor - heldMinor,
    `the wallet holds ${yuan(wallet.balanceMinor)}; ${yuan(heldMinor)} of both orders are in escrow`,
  );
  return { orderId, amountMinor: order.amountMinor, releaseAt: order.releaseAt ?? '', placing, paying, keys };
};

export type Bought = Awaited<ReturnType<typeof buyAndReveal>>;

/** Every request of the purchase comes a second time. */
export const repeatEverything = async (
  api: Api,
  { operator, merchant, buyer }: Cast,
  productId: string,
  bought: Bought,
  waiting: Waiting,
): Promise<void> => {
  step('Every request arrives a second time, as on a bad line');
  const before = await done(api.readOwnWallet({ token: buyer.token }));
  await done(api.grantTestTopUp(waiting.topUp));
  const { orderId } = await done(api.placeOrder(bought.placing));
  check(orderId === bought.orderId, 'placing again answers the same order');
  await done(api.payOrder(bought.paying));
  const { keys } = await done(api.revealKeys({ token: buyer.token, params: { orderId } }));
  check(JSON.stringify(keys) === JSON.stringify(bought.keys), 'reading again shows the same keys, and is recorded');
  const after = await done(api.readOwnWallet({ token: buyer.token }));
  check(
    after.balanceMinor === before.balanceMinor,
    `the wallet still holds ${yuan(after.balanceMinor)}: no second charge, no second top-up`,
  );
  const other = { ...bought.placing, body: { productId, quantity: 3 } };
  const clash = await refused(api.placeOrder(other));
  check(
    clash.code === 'idempotency-key-reused',
    `another order under the same Idempotency-Key is refused: ${clash.status} ${clash.code}`,
  );
  const foreign = await refused(api.revealKeys({ token: merchant.token, params: { orderId } }));
  const operators = await refused(api.revealKeys({ token: operator.token, params: { orderId } }));
  check(
    foreign.code === 'role-not-allowed' && operators.code === 'role-not-allowed',
    'neither the merchant nor the operator may read the keys',
  );
};

const lateBy = (actual: string | undefined, due: string): number => Date.parse(actual ?? '') - Date.parse(due);
/** A workflow's timer and a cold function take about a second; the sweep would take up to two minutes. */
const punctualMs = 5_000;

/** Nobody does anything, and the merchant is paid. */
export const watchRelease = async (api: Api, { buyer }: Cast, bought: Bought): Promise<void> => {
  step('Nobody does anything: the hold of the delivered order runs out');
  say(`the escrow is released at ${bought.releaseAt}, unless the buyer confirms before …`);
  const order = await until(
    'The release',
    60,
    () => done(api.readOrder({ token: buyer.token, params: { orderId: bought.orderId } })),
    ({ status }) => status === 'released',
  );
  const late = lateBy(order.releasedAt, bought.releaseAt);
  check(
    late >= 0 && late < punctualMs,
    `released by itself at ${order.releasedAt}, ${seconds(late)} after its time, not before`,
  );
};

/** Nobody does anything, and the buyer has the money back. */
export const watchPromise = async (api: Api, { buyer }: Cast, waiting: Waiting, bought: Bought): Promise<void> => {
  step('Nobody does anything: the promise of the waiting order runs out');
  const order = await until(
    'The refund',
    60,
    () => done(api.readOrder({ token: buyer.token, params: { orderId: waiting.orderId } })),
    ({ status }) => status === 'refunded',
  );
  const late = lateBy(order.refundedAt, waiting.promiseAt);
  check(
    late >= 0 && late < punctualMs,
    `refunded by itself at ${order.refundedAt}, ${seconds(late)} after its promise, not before`,
  );
  check(
    order.refundedMinor === waiting.amountMinor && order.deliveredQuantity === 0,
    `all of it, ${yuan(order.refundedMinor)}, and no key was delivered`,
  );
  const wallet = await done(api.readOwnWallet({ token: buyer.token }));
  check(wallet.balanceMinor === topUpMinor - bought.amountMinor, `the wallet holds ${yuan(wallet.balanceMinor)} again`);
};

/**
 * The statement adds up to the wallet, and all accounts to zero.
 * @param foldAt folds the journal once the minute that ends then is over, as the schedule does
 */
export const readBooks = async (
  api: Api,
  { operator, merchant, buyer }: Cast,
  bought: Bought,
  foldAt: (minuteEnd: Instant) => Promise<void>,
): Promise<void> => {
  step('The books');
  const wallet = await done(api.readOwnWallet({ token: buyer.token }));
  const { items } = await done(api.readOwnStatement({ token: buyer.token }));
  for (const { kind, amountMinor, entryId } of items.toReversed())
    say(`${kind.padEnd(8)} ${yuan(amountMinor).padStart(9)}  ${entryId}`);
  const sum = items.reduce((total, { amountMinor }) => total + amountMinor, 0);
  check(sum === wallet.balanceMinor, `the buyer's statement adds up to the wallet, ${yuan(wallet.balanceMinor)}`);
  const minuteEnd = startOfNextMinute(minuteOf(new Date().toISOString()));
  say(`the trial balance is exact at a whole minute; the next one is ${minuteEnd} …`);
  await foldAt(minuteEnd);
  const books = await done(api.readTrialBalance({ token: operator.token }));
  check((books.position ?? '') >= minuteEnd, `the journal is folded up to ${books.position}`);
  for (const { account, balanceMinor } of books.accounts) say(`${yuan(balanceMinor).padStart(10)}  ${account}`);
  const balanceOf = (account: string): number =>
    books.accounts.find((each) => each.account === account)?.balanceMinor ?? 0;
  check(books.sumMinor === 0, `all accounts sum to ${yuan(books.sumMinor)}`);
  check(balanceOf('escrow') === 0, 'escrow is empty: everything found its way');
  const commission = balanceOf('platform:commission');
  check(
    commission + balanceOf(`payable:${merchant.accountId}`) === bought.amountMinor,
    `the merchant is owed ${yuan(bought.amountMinor)} less ${yuan(commission)} commission`,
  );
};
