import { deriveId } from '../../adapters/ids.ts';
import { catalogTable } from '../../adapters/tables/catalog.ts';
import { identityTable } from '../../adapters/tables/identity.ts';
import { type Channel, channels } from '../../core/payments/channel.ts';
import { currency } from '../../core/shared/money.ts';
import { approveVersion } from '../../functions/catalog/approve-version.ts';
import { createProduct } from '../../functions/catalog/create-product.ts';
import { putOnSale } from '../../functions/catalog/put-on-sale.ts';
import { submitVersion } from '../../functions/catalog/submit-version.ts';
import type { Caller } from '../../functions/http/request.ts';
import { openAccount } from '../../functions/identity/open-account.ts';
import type { Auditor } from './auditor.ts';
import type { Random } from './kernel/random.ts';
import { type Scenario, simulatedPolicies } from './scenario.ts';
import type { Marketplace, Outcome } from './world.ts';

type Product = { readonly productId: string; readonly merchant: Caller; readonly priceMinor: number };

type Line = { readonly secret: string; readonly expiresAt?: string };

/** What became of one line, where the workload can be sure of it. */
type Expected = 'stored' | 'reported' | 'either';

/** How a client was answered in the end; `unknown` means that he gave up and anything may have happened. */
type Answer<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown' };

/** A payment that a buyer may now make at a channel. */
type Begun = { readonly paymentId: string; readonly channel: Channel; readonly expiresAt: string };

/** Times that a client sends one request before he gives up. */
const maxSends = 6;
const dayMs = 86_400_000;

/**
 * Merchants, buyers and operators as they are: several at a time, impatient, forgetful, sometimes nosy. Each tells the
 * auditor what he was shown, and complains where he can be sure that he was answered wrongly.
 */
export class Workload {
  readonly #market: Marketplace;
  readonly #auditor: Auditor;
  readonly #scenario: Scenario;
  readonly #random: Random;
  readonly #operator: Caller = { accountId: 'acc_operator', role: 'operator', apiKeyId: 'key_operator' };
  readonly #products: Product[] = [];
  readonly #buyers: Caller[] = [];
  readonly #batches: { readonly batchId: string; readonly productId: string; readonly merchant: Caller }[] = [];
  /** Every secret ever sent, with the imports that hold it. */
  readonly #secrets: string[] = [];
  /** For each secret how many settled imports kept it, and whether an import that holds it has an unknown end. */
  readonly #kept = new Map<string, { kept: number; unknown: boolean; valid: boolean }>();
  #underWay = 0;
  #made = 0;

  constructor(market: Marketplace, auditor: Auditor, scenario: Scenario) {
    this.#market = market;
    this.#auditor = auditor;
    this.#scenario = scenario;
    this.#random = market.world.random;
  }

  /** Clients that have not finished. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Opens the accounts and lists the products, before anything can fail. */
  async prepare(): Promise<void> {
    const { merchants, products, buyers } = this.#scenario;
    const gateway = this.#market.plainGateway();
    const surroundings = this.#market.plainSurroundings();
    const identity = identityTable(gateway, 'identity');
    const open = openAccount({ identity, surroundings, newSecret: () => 'unused' });
    const enrol = async (role: 'merchant' | 'buyer', name: string): Promise<Caller> => {
      const label = this.#random.pick(['gold', 'standard'] as const);
      const body = { role, name, ...(role === 'merchant' && { label }) };
      const opened = await open({ caller: this.#operator, idempotencyKey: name, params: {}, query: {}, body });
      if (!opened.ok) throw new Error(`The account ${name} was refused: ${opened.refusal.code}`);
      return { accountId: opened.value.accountId, role, apiKeyId: `key_${name}` };
    };
    const sellers: Caller[] = [];
    for (let index = 0; index < merchants; index += 1) sellers.push(await enrol('merchant', `merchant-${index}`));
    for (let index = 0; index < buyers; index += 1) this.#buyers.push(await enrol('buyer', `buyer-${index}`));
    const catalog = catalogTable(gateway, 'catalog');
    const deps = { catalog, identity, policy: this.#market.policy, surroundings };
    for (let index = 0; index < products; index += 1) {
      const merchant = this.#random.pick(sellers);
      const priceMinor = this.#random.integer(1, 300);
      const created = await createProduct(deps)({
        caller: merchant,
        idempotencyKey: `product-${index}`,
        params: {},
        query: {},
        body: {
          title: `Product ${index}`,
          category: this.#random.pick(['game-point-card', 'phone-top-up', 'gift-card']),
          kind: 'card_key',
          priceMinor,
          currency,
          limits: { maxPerOrder: 200, ...(this.#random.chance(0.3) && { maxPerBuyer: this.#random.integer(1, 5) }) },
          afterSalesTerms: 'Unusable keys are replaced.',
        },
      });
      if (!created.ok) throw new Error(`Product ${index} was refused: ${created.refusal.code}`);
      const { productId } = created.value;
      const of = { idempotencyKey: `sale-${index}`, query: {}, params: { productId, version: 1 } };
      const submitted = await submitVersion(deps)({ ...of, caller: merchant, body: undefined });
      if (submitted.ok) await approveVersion(deps)({ ...of, caller: this.#operator, body: { reason: 'Fine.' } });
      const onSale = await putOnSale(deps)({ ...of, caller: merchant, body: { version: 1 } });
      if (!onSale.ok) throw new Error(`Product ${index} cannot be sold: ${onSale.refusal.code}`);
      this.#products.push({ productId, merchant, priceMinor });
    }
  }

  /** Sends everybody on his way. */
  begin(): void {
    const { ordersPerBuyer, importsPerProduct, beginsWithStock, quarantines, rushes, activityMs } = this.#scenario;
    for (const product of this.#products)
      for (let index = 0; index < importsPerProduct; index += 1)
        this.#script(index === 0 && beginsWithStock ? 2_000 : activityMs, () => this.#import(product));
    for (const buyer of this.#buyers) {
      this.#script(1_000, () => this.#topUp(buyer));
      this.#script(activityMs, () => this.#topUp(buyer));
      for (let index = 0; index < ordersPerBuyer; index += 1) this.#script(activityMs, () => this.#order(buyer));
      if (this.#mayUseChannels) this.#script(activityMs, () => this.#topUpThroughChannel(buyer));
    }
    for (let index = 0; index < quarantines; index += 1) this.#script(activityMs, () => this.#quarantine());
    for (let index = 0; index < rushes; index += 1) this.#script(activityMs, () => this.#rush());
    this.#script(activityMs, async () => this.#publish());
  }

  /** What must have become of the lines of every import; asked at the end. */
  settle(): void {
    for (const [secret, { kept, unknown, valid }] of this.#kept) {
      if (kept > 1) this.#auditor.report(9, `The secret ${secret} was reported as stored ${kept} times`);
      if (valid && !unknown && kept === 0) this.#auditor.report(9, `The secret ${secret} was neither stored nor known`);
    }
  }

  #script(withinMs: number, act: () => Promise<void>): void {
    this.#underWay += 1;
    const startMs = this.#market.world.nowMs + this.#random.integer(0, withinMs);
    this.#market.world.scheduler.at(startMs, 'client', () => {
      void act().then(
        () => {
          this.#underWay -= 1;
        },
        (error: unknown) => {
          this.#underWay -= 1;
          this.#auditor.report(5, `A client of ours failed: ${error instanceof Error ? error.stack : String(error)}`);
        },
      );
    });
  }

  #pause(ms: number): Promise<void> {
    const { world } = this.#market;
    return new Promise((resolve) => world.scheduler.at(world.nowMs + ms, 'client waits', resolve));
  }

  #pauseUpTo(ms: number): Promise<void> {
    return this.#pause(this.#random.integer(0, ms));
  }

  /** Sends a request until it is answered: impatiently, so that the same request may be under way twice. */
  async #ask<T>(send: () => Promise<Outcome<T>>): Promise<Answer<T>> {
    const { patienceMs, lostToClient } = this.#scenario;
    const late = { kind: 'unanswered' } as const;
    for (let sends = 1; sends <= maxSends; sends += 1) {
      const isLost = this.#random.chance(lostToClient);
      const outcome = await Promise.race([
        send().then((answer) => (isLost ? late : answer)),
        this.#pause(patienceMs).then(() => late),
      ]);
      if (outcome.kind === 'answered' || outcome.kind === 'refused') return outcome;
      this.#market.count('client tries again');
      await this.#pauseUpTo(4_000);
    }
    return { kind: 'unknown' };
  }

  /** Now and then somebody sends a request he was answered already; the answer must be the same. */
  async #again<T>(answer: Answer<T>, send: () => Promise<Outcome<T>>, same: (before: T, after: T) => boolean) {
    if (answer.kind !== 'answered' || !this.#random.chance(0.3)) return;
    const second = await this.#ask(send);
    this.#market.count('replayed by its client');
    if (second.kind === 'refused') this.#auditor.report(4, `A request that was answered is refused: ${second.code}`);
    if (second.kind === 'answered' && !same(answer.value, second.value))
      this.#auditor.report(4, `A replay was answered otherwise: ${JSON.stringify([answer.value, second.value])}`);
  }

  #publish(): void {
    const policy = simulatedPolicies.find(({ version }) => version !== this.#market.policy.version);
    if (policy === undefined) return;
    this.#market.publishPolicy(policy);
    this.#auditor.policyPublished(policy.version);
  }

  async #topUp(buyer: Caller): Promise<void> {
    const amountMinor = this.#random.integer(1, 60_000);
    const idempotencyKey = this.#name('top-up');
    const send = (amount: number) => () =>
      this.#market.api.grantTestTopUp({
        caller: this.#operator,
        idempotencyKey,
        params: { accountId: buyer.accountId },
        query: {},
        body: { amountMinor: amount, currency },
      });
    const answer = await this.#ask(send(amountMinor));
    if (answer.kind === 'refused') this.#auditor.report(4, `A top-up was refused: ${answer.code}`);
    if (answer.kind !== 'answered') return;
    this.#auditor.sawTopUp(answer.value.topUpId, buyer.accountId, amountMinor);
    await this.#again(answer, send(amountMinor), (before, after) => before.postedAt === after.postedAt);
    if (!this.#random.chance(0.2)) return;
    const other = await this.#ask(send(amountMinor + 1));
    if (other.kind === 'answered' || (other.kind === 'refused' && other.code !== 'idempotency-key-reused'))
      this.#auditor.report(4, `The same Idempotency-Key with another amount was ${JSON.stringify(other)}`);
  }

  /** A large order is captured, and before it has its keys everybody else comes for them. */
  async #rush(): Promise<void> {
    const product = this.#random.pick(this.#products);
    const quantities = [this.#random.integer(50, 100), ...this.#buyers.slice(1).map(() => this.#random.integer(1, 60))];
    const orders = await Promise.all(
      quantities.map(async (quantity, index) => {
        const buyer = this.#buyers[index] ?? this.#random.pick(this.#buyers);
        await this.#topUp(buyer);
        const placed = await this.#ask(() =>
          this.#market.api.placeOrder({
            caller: buyer,
            idempotencyKey: `rush of ${product.productId} ${quantity} ${buyer.accountId}`,
            params: {},
            query: {},
            body: {
              productId: product.productId,
              quantity,
              whenOutOfStock: index === 0 ? 'wait' : 'refuse',
              whenPaidLate: 'refund',
              allowPartial: index > 0 || this.#random.chance(0.1),
            },
          }),
        );
        return placed.kind === 'answered' ? { buyer, orderId: placed.value.orderId } : undefined;
      }),
    );
    const [first, ...others] = orders;
    if (first === undefined || !(await this.#pay(first.buyer, first.orderId))) return;
    // Sometimes the merchant learns in this very moment that his keys are bad.
    if (this.#random.chance(0.4))
      for (const { batchId, productId, merchant } of this.#batches)
        if (productId === product.productId) this.#script(1_500, () => this.#takeOffSale(batchId, merchant, []));
    await Promise.all(
      others.map(async (other) => {
        await this.#pauseUpTo(2_500);
        if (other) await this.#pay(other.buyer, other.orderId);
      }),
    );
    await this.#receive(first.buyer, first.orderId);
  }

  // Merchants.

  async #import(product: Product): Promise<void> {
    const idempotencyKey = this.#name('import');
    const { lines, expected } = this.#drawLines(product);
    const send = () =>
      this.#market.api.importKeys({
        caller: product.merchant,
        idempotencyKey,
        params: { productId: product.productId },
        query: {},
        body: { source: { kind: 'own_stock', name: 'Warehouse' }, keys: [...lines] },
      });
    if (this.#random.chance(0.1)) void send();
    if (this.#random.chance(0.1)) {
      const batchId = deriveId('bat', product.merchant.accountId, idempotencyKey);
      this.#script(1_000, () => this.#takeOffSale(batchId, product.merchant, ['not-found']));
    }
    const answer = await this.#ask(send);
    if (answer.kind === 'answered') this.#sawImport(answer.value, lines, expected);
    else {
      if (answer.kind === 'refused') this.#auditor.report(9, `An import was refused: ${answer.code}`);
      for (const { secret } of lines) this.#fate(secret).unknown = true;
    }
    await this.#again(
      answer,
      send,
      (before, after) => JSON.stringify(before.rejections) === JSON.stringify(after.rejections),
    );
    await this.#tryForeignImport(product);
  }

  #sawImport(
    report: {
      readonly batchId: string;
      readonly productId: string;
      readonly merchantId: string;
      readonly lines: number;
      readonly stored?: number | undefined;
      readonly rejected?: number | undefined;
      readonly rejections: readonly { readonly line: number; readonly code: string }[];
    },
    lines: readonly Line[],
    expected: readonly Expected[],
  ): void {
    const { batchId, stored = -1, rejected = -1, rejections } = report;
    this.#auditor.sawImport({ batchId, lines: lines.length, stored, rejected, rejections });
    const merchant = this.#products.find((each) => each.merchant.accountId === report.merchantId)?.merchant;
    if (merchant) this.#batches.push({ batchId, productId: report.productId, merchant });
    const codes = new Map(rejections.map(({ line, code }) => [line, code]));
    const kept = new Set<string>();
    lines.forEach(({ secret }, index) => {
      const code = codes.get(index + 1);
      if (code === undefined && expected[index] === 'reported')
        this.#auditor.report(9, `Line ${index + 1} of ${batchId} is bad and was stored`);
      if (code !== undefined && !code.startsWith('duplicate') && expected[index] === 'stored')
        this.#auditor.report(9, `Line ${index + 1} of ${batchId} is good and was reported as ${code}`);
      if (code === undefined) kept.add(secret);
      if (code === undefined && expected[index] === 'either') this.#fate(secret).unknown = true;
    });
    for (const secret of kept) this.#fate(secret).kept += 1;
  }

  #fate(secret: string) {
    const fate = this.#kept.get(secret) ?? { kept: 0, unknown: false, valid: false };
    this.#kept.set(secret, fate);
    return fate;
  }

  #drawLines(product: Product): { lines: readonly Line[]; expected: readonly Expected[] } {
    const lines: Line[] = [];
    const expected: Expected[] = [];
    const total = Math.max(1, Math.round(this.#scenario.linesPerImport * (0.3 + this.#random.next())));
    for (let index = 0; index < total; index += 1) {
      const drawn = this.#random.next();
      const fresh = this.#name(`secret of ${product.productId}`);
      const secret = drawn < 0.06 && this.#secrets.length > 0 ? this.#random.pick(this.#secrets) : fresh;
      if (drawn > 0.96) {
        lines.push({ secret: this.#random.pick(['', ' ', 'a\u0000b', ` ${fresh}`, 'x'.repeat(513)]) });
        expected.push('reported');
        continue;
      }
      const { expiresAt, outcome } = this.#drawExpiry();
      lines.push({ secret, ...(expiresAt !== undefined && { expiresAt }) });
      expected.push(outcome);
      this.#auditor.uploaded(product.productId, secret);
      this.#secrets.push(secret);
      const fate = this.#fate(secret);
      if (outcome === 'stored') fate.valid = true;
      else fate.unknown = true;
    }
    return { lines, expected };
  }

  /** Most keys never expire; of the others some expire tonight, and whether a line was in time is then open. */
  #drawExpiry(): { expiresAt?: string; outcome: Expected } {
    const drawn = this.#random.next();
    const inDays = (days: number) => new Date(this.#market.world.nowMs + days * dayMs).toISOString();
    if (drawn < 0.6) return { outcome: 'stored' };
    if (drawn < 0.8) return { expiresAt: inDays(30), outcome: 'stored' };
    if (drawn < 0.96) return { expiresAt: inDays(1), outcome: 'either' };
    return { expiresAt: inDays(-2), outcome: 'reported' };
  }

  async #tryForeignImport(product: Product): Promise<void> {
    const stranger = this.#products.find(({ merchant }) => merchant.accountId !== product.merchant.accountId)?.merchant;
    if (stranger === undefined || !this.#random.chance(0.2)) return;
    const answer = await this.#ask(() =>
      this.#market.api.importKeys({
        caller: stranger,
        idempotencyKey: this.#name('foreign import'),
        params: { productId: product.productId },
        query: {},
        body: { source: { kind: 'other', name: 'Elsewhere' }, keys: [{ secret: this.#name('planted') }] },
      }),
    );
    this.#mustBeRefused(answer, `${stranger.accountId} imported keys to a product of ${product.merchant.accountId}`);
  }

  #mustBeRefused(answer: Answer<unknown>, what: string): void {
    if (answer.kind === 'answered' || (answer.kind === 'refused' && answer.code !== 'not-found'))
      this.#auditor.report(10, `${what}: ${JSON.stringify(answer)}`);
  }

  /** Takes a batch off sale for a while; some stay off. */
  async #quarantine(): Promise<void> {
    if (this.#batches.length === 0) await this.#pause(20_000);
    if (this.#batches.length === 0) return;
    const { batchId, merchant } = this.#random.pick(this.#batches);
    await this.#takeOffSale(batchId, merchant, []);
  }

  /** @param refusals what a quarantine may be refused with, where the batch may not have begun yet */
  async #takeOffSale(batchId: string, merchant: Caller, refusals: readonly string[]): Promise<void> {
    const stranger = this.#products.find((each) => each.merchant.accountId !== merchant.accountId)?.merchant;
    const call = (caller: Caller) => () =>
      this.#market.api.quarantineBatch({
        caller,
        idempotencyKey: '',
        params: { batchId },
        query: {},
        body: { reason: 'Buyers complain.' },
      });
    if (stranger && this.#random.chance(0.3))
      this.#mustBeRefused(await this.#ask(call(stranger)), `${stranger.accountId} quarantined ${batchId}`);
    for (let round = 0; round < this.#random.integer(1, 3); round += 1) {
      const answer = await this.#ask(call(merchant));
      if (answer.kind === 'refused' && !refusals.includes(answer.code))
        this.#auditor.report(5, `A quarantine was refused: ${answer.code}`);
      await this.#pauseUpTo(this.#random.pick([2_000, 90_000]));
      if (this.#random.chance(0.25)) return;
      const lifted = await this.#ask(() =>
        this.#market.api.liftQuarantine({
          caller: this.#operator,
          idempotencyKey: '',
          params: { batchId },
          query: {},
          body: undefined,
        }),
      );
      if (lifted.kind === 'answered') this.#market.count('quarantine lifted');
    }
  }

  // Buyers.

  async #order(buyer: Caller): Promise<void> {
    const product = this.#random.pick(this.#products);
    const body = {
      productId: product.productId,
      quantity: this.#random.pick([1, 1, 1, 1, 2, 3, 5, 32, 33, this.#random.integer(34, 100)]),
      whenOutOfStock: this.#random.pick(['refuse', 'wait'] as const),
      whenPaidLate: this.#mayUseChannels ? this.#random.pick(['refund', 'deliver'] as const) : ('refund' as const),
      allowPartial: this.#random.chance(0.4),
      expectedUnitPriceMinor: product.priceMinor,
    };
    const idempotencyKey = this.#name('order');
    const place = (quantity: number) => () =>
      this.#market.api.placeOrder({
        caller: buyer,
        idempotencyKey,
        params: {},
        query: {},
        body: { ...body, quantity },
      });
    const placed = await this.#ask(place(body.quantity));
    if (placed.kind === 'refused' && !['quantity-over-limit', 'buyer-limit-reached'].includes(placed.code))
      this.#auditor.report(4, `An order was refused: ${placed.code}`);
    if (placed.kind !== 'answered') return;
    const { orderId, expiresAt } = placed.value;
    await this.#again(placed, place(body.quantity), (before, after) => before.orderId === after.orderId);
    if (this.#random.chance(0.1)) {
      const other = await this.#ask(place(body.quantity + 1));
      if (other.kind === 'answered') this.#auditor.report(4, `Another order under the key of ${orderId} was accepted`);
    }
    if (this.#mayUseChannels && this.#random.chance(this.#scenario.throughChannels))
      return this.#payThroughChannels(buyer, orderId, expiresAt);
    const plan = this.#random.next();
    if (plan < 0.06) return;
    if (plan < 0.14) return this.#payLate(buyer, orderId, expiresAt);
    if (plan < 0.24) return this.#cancel(buyer, orderId);
    await this.#pauseUpTo(this.#random.pick([100, 5_000, 60_000]));
    if (!(await this.#pay(buyer, orderId))) return;
    await this.#tryForeignReading(buyer, orderId);
    await this.#receive(buyer, orderId);
  }

  get #mayUseChannels(): boolean {
    return this.#scenario.throughChannels > 0;
  }

  /** What buyers do who pay through a channel; most do what they should. */
  async #payThroughChannels(buyer: Caller, orderId: string, expiresAt: string): Promise<void> {
    const channel = this.#random.pick(channels);
    const begun = await this.#begin(buyer, orderId, channel);
    if (begun === undefined) return;
    const plan = this.#random.next();
    if (plan < 0.06) return;
    if (plan < 0.14) return this.#payAtChannelLate(buyer, orderId, begun);
    if (plan < 0.22) return this.#cancelAndPayAtChannel(buyer, orderId, begun);
    if (plan < 0.32) return this.#payTwice(buyer, orderId, begun);
    if (plan < 0.42) return this.#changeToWallet(buyer, orderId, begun);
    const leftMs = Math.max(0, Date.parse(expiresAt) - this.#market.world.nowMs);
    await this.#pauseUpTo(this.#random.pick([100, 5_000, leftMs]));
    const deltaMinor = plan < 0.52 ? this.#random.pick([-1, -50, 1, 77]) : 0;
    this.#payAtChannel(begun, { deltaMinor });
    await this.#tryForeignPayment(buyer, begun);
    if (deltaMinor < 0 && this.#random.chance(0.5)) {
      const second = await this.#begin(buyer, orderId, channel);
      if (second !== undefined) this.#payAtChannel(second, {});
    }
    await this.#receive(buyer, orderId);
  }

  /** Begins a payment, insisting where the channel does not answer, and perhaps beginning it twice at once. */
  async #begin(buyer: Caller, orderId: string, channel: Channel): Promise<Begun | undefined> {
    const idempotencyKey = this.#name('payment');
    const send = (scene: 'qr' | 'page') => () =>
      this.#market.api.startPayment({
        caller: buyer,
        idempotencyKey,
        params: { orderId },
        query: {},
        body: { channel, scene },
      });
    if (this.#random.chance(0.1)) void send('qr')();
    const answer = await this.#insist(send('qr'));
    const expected = [
      'order-state-unfit',
      'order-expired',
      'out-of-stock',
      'payment-limit-reached',
      'trade-not-openable',
      'channel-unavailable',
    ];
    if (answer.kind === 'refused' && !expected.includes(answer.code))
      this.#auditor.report(4, `A payment for ${orderId} was not begun: ${answer.code}`);
    if (answer.kind !== 'answered' || answer.value.pay === undefined) return undefined;
    const { paymentId, expiresAt } = answer.value;
    if (channel === 'alipay' && this.#random.chance(0.1)) {
      const other = await this.#ask(send('page'));
      if (other.kind === 'answered' || (other.kind === 'refused' && other.code !== 'idempotency-key-reused'))
        this.#auditor.report(4, `Another payment under the key of ${paymentId} was ${JSON.stringify(other)}`);
    }
    return { paymentId, channel, expiresAt };
  }

  /** Sends a request again while the channel behind it does not answer. */
  async #insist<T>(send: () => Promise<Outcome<T>>): Promise<Answer<T>> {
    let answer = await this.#ask(send);
    for (let again = 0; again < 3; again += 1) {
      if (answer.kind !== 'refused' || answer.code !== 'channel-unavailable') return answer;
      await this.#pauseUpTo(3_000);
      answer = await this.#ask(send);
    }
    return answer;
  }

  #payAtChannel({ channel, paymentId }: Begun, how: { deltaMinor?: number; evenIfClosed?: boolean }): void {
    const receipt = this.#market.channels.pay(channel, paymentId, how);
    this.#market.count(receipt === undefined ? 'channel took no money' : 'channel took money');
  }

  /** He began to pay in time at the channel, and ended when his order had run out. */
  async #payAtChannelLate(buyer: Caller, orderId: string, begun: Begun): Promise<void> {
    const leftMs = Date.parse(begun.expiresAt) - this.#market.world.nowMs;
    await this.#pause(Math.max(0, leftMs - 1_000 + this.#random.integer(0, this.#random.pick([3_000, 300_000]))));
    this.#payAtChannel(begun, { evenIfClosed: true });
    await this.#receive(buyer, orderId);
  }

  /** Cancels and pays in the same moment, or one after the other. */
  async #cancelAndPayAtChannel(buyer: Caller, orderId: string, begun: Begun): Promise<void> {
    const isPaidFirst = this.#random.chance(0.5);
    if (isPaidFirst) this.#payAtChannel(begun, {});
    await this.#pauseUpTo(this.#random.pick([10, 3_000]));
    const cancelled = await this.#ask(() =>
      this.#market.api.cancelOrder({
        caller: buyer,
        idempotencyKey: '',
        params: { orderId },
        query: {},
        body: undefined,
      }),
    );
    if (cancelled.kind === 'answered') this.#auditor.sawCancelled(orderId);
    if (!isPaidFirst) this.#payAtChannel(begun, { evenIfClosed: true });
    if (cancelled.kind === 'refused') await this.#receive(buyer, orderId);
  }

  /** Pays the same order through both channels. */
  async #payTwice(buyer: Caller, orderId: string, first: Begun): Promise<void> {
    const second = await this.#begin(buyer, orderId, first.channel === 'alipay' ? 'wechat_pay' : 'alipay');
    this.#payAtChannel(first, {});
    await this.#pauseUpTo(this.#random.pick([1, 5_000, 60_000]));
    if (second !== undefined) this.#payAtChannel(second, { evenIfClosed: true });
    await this.#receive(buyer, orderId);
  }

  /** Changes his mind and pays from his wallet; perhaps the code that he scanned before is paid all the same. */
  async #changeToWallet(buyer: Caller, orderId: string, begun: Begun): Promise<void> {
    const isRace = this.#random.chance(0.5);
    if (isRace) this.#payAtChannel(begun, {});
    await this.#pauseUpTo(this.#random.pick([10, 3_000]));
    await this.#pay(buyer, orderId);
    if (!isRace && this.#random.chance(0.5)) this.#payAtChannel(begun, {});
    await this.#receive(buyer, orderId);
  }

  /** Fills his wallet through a channel, with a fen more or less than he said, or not at all. */
  async #topUpThroughChannel(buyer: Caller): Promise<void> {
    const channel = this.#random.pick(channels);
    const body = { channel, scene: 'qr' as const, amountMinor: this.#random.integer(2, 60_000), currency };
    const idempotencyKey = this.#name('channel top-up');
    const answer = await this.#insist(() =>
      this.#market.api.startTopUp({ caller: buyer, idempotencyKey, params: {}, query: {}, body }),
    );
    if (answer.kind === 'refused' && !['channel-unavailable', 'trade-not-openable'].includes(answer.code))
      this.#auditor.report(4, `A top-up through ${channel} was refused: ${answer.code}`);
    if (answer.kind !== 'answered' || answer.value.pay === undefined || this.#random.chance(0.1)) return;
    const { paymentId, expiresAt } = answer.value;
    await this.#pauseUpTo(20_000);
    this.#payAtChannel({ paymentId, channel, expiresAt }, { deltaMinor: this.#random.pick([0, 0, 0, -1, 5]) });
  }

  /** Somebody else, with the payment's id in his hand. */
  async #tryForeignPayment(buyer: Caller, { paymentId }: Begun): Promise<void> {
    const stranger = this.#buyers.find(({ accountId }) => accountId !== buyer.accountId);
    if (stranger === undefined || !this.#random.chance(0.2)) return;
    const call = { caller: stranger, idempotencyKey: '', params: { paymentId }, query: {}, body: undefined };
    const payment = await this.#ask(() => this.#market.api.readPayment(call));
    this.#mustBeRefused(payment, `${stranger.accountId} read ${paymentId}`);
  }

  #payment(buyer: Caller, orderId: string) {
    return () =>
      this.#market.api.payOrder({
        caller: buyer,
        idempotencyKey: '',
        params: { orderId },
        query: {},
        body: { method: 'wallet' },
      });
  }

  /** Pays, perhaps twice at once, perhaps again later. True if the buyer knows that his money was taken. */
  async #pay(buyer: Caller, orderId: string): Promise<boolean> {
    const send = this.#payment(buyer, orderId);
    const together = this.#random.chance(0.2) ? this.#random.integer(2, 4) : 1;
    const answers = await Promise.all(Array.from({ length: together }, () => this.#ask(send)));
    for (const answer of answers) this.#sawPayment(orderId, answer);
    const [first] = answers;
    if (first) await this.#again(first, send, (_, after) => after.capturedAt !== undefined);
    if (answers.some(({ kind }) => kind === 'answered')) return true;
    if (
      answers.every((answer) => answer.kind === 'refused' && answer.code === 'out-of-stock') &&
      this.#random.chance(0.5)
    ) {
      await this.#pauseUpTo(60_000);
      const later = await this.#ask(send);
      this.#sawPayment(orderId, later);
      return later.kind === 'answered';
    }
    return false;
  }

  #sawPayment(orderId: string, answer: Answer<{ readonly capturedAt?: string | undefined }>): void {
    if (answer.kind === 'answered') {
      if (answer.value.capturedAt === undefined) this.#auditor.report(2, `${orderId} was paid and not captured`);
      this.#auditor.sawCaptured(orderId);
    }
    const expected = [
      'wallet-balance-short',
      'buyer-limit-reached',
      'order-expired',
      'out-of-stock',
      'order-state-unfit',
    ];
    if (answer.kind === 'refused' && !expected.includes(answer.code))
      this.#auditor.report(4, `A payment of ${orderId} was refused: ${answer.code}`);
  }

  /** Tries to pay what has expired. */
  async #payLate(buyer: Caller, orderId: string, expiresAt: string): Promise<void> {
    const leftMs = Date.parse(expiresAt) - this.#market.world.nowMs;
    await this.#pause(Math.max(0, leftMs) + 2_000);
    const answer = await this.#ask(this.#payment(buyer, orderId));
    if (answer.kind === 'answered' || (answer.kind === 'refused' && answer.code !== 'order-expired'))
      this.#auditor.report(2, `The expired ${orderId} was paid: ${JSON.stringify(answer)}`);
  }

  /** Cancels, perhaps while paying, and pays what was cancelled. */
  async #cancel(buyer: Caller, orderId: string): Promise<void> {
    const cancel = () =>
      this.#market.api.cancelOrder({
        caller: buyer,
        idempotencyKey: '',
        params: { orderId },
        query: {},
        body: undefined,
      });
    const payment = this.#random.chance(0.5) ? this.#ask(this.#payment(buyer, orderId)) : undefined;
    const cancelled = await this.#ask(cancel);
    if (cancelled.kind === 'answered') {
      this.#auditor.sawCancelled(orderId);
      await this.#again(cancelled, cancel, (_, after) => after.status === 'cancelled');
      const late = await this.#ask(this.#payment(buyer, orderId));
      if (late.kind === 'answered') this.#auditor.report(2, `The cancelled ${orderId} was paid`);
    }
    const paid = await payment;
    if (paid === undefined) return;
    this.#sawPayment(orderId, paid);
    if (paid.kind === 'answered') await this.#receive(buyer, orderId);
  }

  /** Looks after his order until he has his keys or his money. */
  async #receive(buyer: Caller, orderId: string): Promise<void> {
    for (let look = 0; look < 12; look += 1) {
      const order = await this.#ask(() =>
        this.#market.api.readOrder({
          caller: buyer,
          idempotencyKey: '',
          params: { orderId },
          query: {},
          body: undefined,
        }),
      );
      if (order.kind === 'refused') this.#auditor.report(10, `${buyer.accountId} cannot read his own ${orderId}`);
      if (order.kind === 'answered' && ['refunded', 'cancelled', 'expired'].includes(order.value.status)) return;
      if (order.kind === 'answered' && order.value.deliveredAt !== undefined) {
        if (this.#random.chance(0.85)) await this.#reveal(buyer, orderId);
        if (this.#random.chance(0.35)) await this.#confirm(buyer, orderId);
        if (this.#random.chance(0.3)) await this.#reveal(buyer, orderId);
        return;
      }
      await this.#pauseUpTo(60_000);
    }
  }

  async #reveal(buyer: Caller, orderId: string): Promise<void> {
    let offset: number | undefined = 0;
    const secrets: string[] = [];
    while (offset !== undefined) {
      const from: number = offset;
      const page = await this.#ask(() =>
        this.#market.api.revealKeys({
          caller: buyer,
          idempotencyKey: '',
          params: { orderId },
          query: { offset: from },
          body: undefined,
        }),
      );
      if (page.kind === 'refused') this.#auditor.report(2, `${orderId} is delivered and cannot be read: ${page.code}`);
      if (page.kind !== 'answered') return;
      const shown = page.value.keys.map(({ secret }) => secret);
      this.#auditor.sawSecrets({ orderId, readerId: buyer.accountId, offset: from, secrets: shown });
      secrets.push(...shown);
      offset = page.value.nextOffset;
      if (offset === undefined && secrets.length !== page.value.total)
        this.#auditor.report(2, `${orderId} has ${page.value.total} keys and showed ${secrets.length}`);
    }
  }

  async #confirm(buyer: Caller, orderId: string): Promise<void> {
    this.#auditor.sentConfirmation(orderId);
    const confirm = () =>
      this.#market.api.confirmOrder({
        caller: buyer,
        idempotencyKey: '',
        params: { orderId },
        query: {},
        body: undefined,
      });
    const answer = await this.#ask(confirm);
    if (answer.kind === 'refused') this.#auditor.report(4, `${orderId} is delivered and not confirmed: ${answer.code}`);
    await this.#again(answer, confirm, (_, after) => after.status === 'released');
  }

  /** Somebody else, with the order's id in his hand. */
  async #tryForeignReading(buyer: Caller, orderId: string): Promise<void> {
    const stranger = this.#buyers.find(({ accountId }) => accountId !== buyer.accountId);
    if (stranger === undefined || !this.#random.chance(0.3)) return;
    const call = { caller: stranger, idempotencyKey: '', params: { orderId }, query: {}, body: undefined };
    const secrets = await this.#ask(() => this.#market.api.revealKeys({ ...call, query: { offset: 0 } }));
    this.#mustBeRefused(secrets, `${stranger.accountId} revealed ${orderId}`);
    const order = await this.#ask(() => this.#market.api.readOrder(call));
    this.#mustBeRefused(order, `${stranger.accountId} read ${orderId}`);
    const confirmed = await this.#ask(() => this.#market.api.confirmOrder(call));
    this.#mustBeRefused(confirmed, `${stranger.accountId} confirmed ${orderId}`);
  }

  #name(what: string): string {
    this.#made += 1;
    return `${what} ${this.#made}`;
  }
}
