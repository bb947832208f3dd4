import { ChannelAuditor, type StatementSeen } from './channel-auditor.ts';
import type { BatchFact, EntryFact, Fact, FactChange, KeyFact, OfferFact, OrderFact } from './facts.ts';

/** The promise of the design that was broken, by its number. */
export type Promised = 1 | 2 | 3 | 4 | 5 | 7 | 9 | 10;

export type Finding = { readonly promise: Promised; readonly atMs: number; readonly what: string };

/** What one policy version promises for an order, in seconds. */
export type Terms = {
  readonly promiseSeconds: number;
  readonly holdSeconds: (order: { readonly category: string; readonly merchantLabel: string }) => number;
};

/** What a client saw of an import that was answered for good. */
export type ImportSeen = {
  readonly batchId: string;
  readonly lines: number;
  readonly stored: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly line: number; readonly code: string }[];
};

/** Clocks of two machines differ by at most this; nothing is «too early» or «too late» by less. */
const skewMs = 600;
/** In a world without faults nothing is overdue for longer: a sweep comes each minute and takes a moment. */
const overdueToleranceMs = 180_000;
/** Stock that lay there for so long while an order waited should have been its own. */
const neglectedMs = 240_000;
/** A policy that was replaced may still be applied by what was under way. */
const policyToleranceMs = 60_000;
/** Accounts of which the published totals show the sum of each kind only. */
const summedKinds = new Set(['wallet', 'escrow', 'refunds', 'suspense']);
/** The first findings say it all; a broken world would report for ever. */
const maxFindings = 20;

/**
 * Watches the tables and the clients, and knows nothing but the promises. It imports nothing of what it audits: what
 * it expects, it works out from the facts, the published terms and what clients were told.
 */
export class Auditor {
  readonly findings: Finding[] = [];
  readonly #terms: ReadonlyMap<string, Terms>;
  readonly #nowMs: () => number;
  /** What comes and goes through payment channels. */
  readonly channels: ChannelAuditor;
  #healthySinceMs: number;

  readonly #orders = new Map<string, OrderFact>();
  readonly #chunks = new Map<string, Map<string, readonly string[]>>();
  readonly #keys = new Map<string, KeyFact>();
  /** The order that a key was delivered to: it can never be another. */
  readonly #deliveredTo = new Map<string, string>();
  readonly #offers = new Map<string, OfferFact>();
  readonly #offersOfKey = new Map<string, number>();
  /** How many offers of a product there are for each sell-until day. */
  readonly #offersOfProduct = new Map<string, Map<string, number>>();
  readonly #batches = new Map<string, BatchFact>();
  readonly #stockCounts = new Map<string, Readonly<Record<string, number>>>();
  readonly #entries = new Map<string, EntryFact>();
  readonly #sums = new Map<string, number>();
  readonly #balances = new Map<string, number>();
  readonly #totals = new Map<string, number>();
  #foldedUntil = '';

  /** When an order was seen captured, and whether it stood so, without its keys, for all to see. */
  readonly #capturedAtMs = new Map<string, number>();
  readonly #waiting = new Map<string, { suppliedSinceMs: number | undefined }>();
  readonly #policiesInForce: { readonly version: string; readonly fromMs: number }[] = [];

  readonly #secretOwner = new Map<string, string>();
  readonly #readings = new Map<string, readonly string[]>();
  readonly #uploads = new Map<string, Set<string>>();
  readonly #acknowledged = new Map<string, 'captured' | 'cancelled' | 'confirmed'>();
  readonly #confirmsSent = new Set<string>();
  readonly #topUps = new Map<string, { readonly account: string; readonly amountMinor: number }>();
  readonly #imports: ImportSeen[] = [];

  constructor(options: {
    readonly terms: ReadonlyMap<string, Terms>;
    readonly nowMs: () => number;
    readonly isFaulty: boolean;
    /** What the payment channels took and gave back, as they say themselves. */
    readonly statements: () => readonly StatementSeen[];
  }) {
    this.#terms = options.terms;
    this.#nowMs = options.nowMs;
    this.channels = new ChannelAuditor({
      ...options,
      report: (promise, what) => this.report(promise, what),
      order: (orderId) => this.#orders.get(orderId),
      sum: (account) => this.#sums.get(account) ?? 0,
      moved: (entryId, account) =>
        this.#entries.get(entryId)?.legs.find((leg) => leg.account === account)?.amountMinor ?? 0,
      skewMs,
      shortestPromiseSeconds: Math.min(...[...options.terms.values()].map(({ promiseSeconds }) => promiseSeconds)),
    });
    this.#healthySinceMs = options.isFaulty ? Number.POSITIVE_INFINITY : options.nowMs();
  }

  /** From now on nothing fails any more. */
  faultsEnded(): void {
    this.#healthySinceMs = Math.min(this.#healthySinceMs, this.#nowMs());
  }

  report(promise: Promised, what: string): void {
    if (this.findings.length < maxFindings) this.findings.push({ promise, atMs: this.#nowMs(), what });
  }

  // What clients did and saw.

  policyPublished(version: string): void {
    this.#policiesInForce.push({ version, fromMs: this.#nowMs() });
  }

  uploaded(productId: string, secret: string): void {
    const products = this.#uploads.get(secret) ?? new Set();
    this.#uploads.set(secret, products.add(productId));
  }

  sawCaptured(orderId: string): void {
    const before = this.#acknowledged.get(orderId);
    if (before === 'cancelled') this.report(2, `${orderId} was acknowledged as cancelled and captured afterwards`);
    this.#acknowledged.set(orderId, 'captured');
  }

  sawCancelled(orderId: string): void {
    if (this.#acknowledged.get(orderId) === 'captured')
      this.report(2, `${orderId} was acknowledged as captured and cancelled afterwards`);
    this.#acknowledged.set(orderId, 'cancelled');
  }

  sentConfirmation(orderId: string): void {
    this.#confirmsSent.add(orderId);
  }

  sawTopUp(topUpId: string, accountId: string, amountMinor: number): void {
    const known = this.#topUps.get(topUpId);
    if (known && (known.account !== accountId || known.amountMinor !== amountMinor))
      this.report(4, `The top-up ${topUpId} was answered with two amounts`);
    this.#topUps.set(topUpId, { account: accountId, amountMinor });
  }

  sawImport(report: ImportSeen): void {
    this.#imports.push(report);
  }

  /** A buyer was shown secrets of an order, from a position on. */
  sawSecrets(reading: {
    readonly orderId: string;
    readonly readerId: string;
    readonly offset: number;
    readonly secrets: readonly string[];
  }): void {
    const { orderId, readerId, offset, secrets } = reading;
    const order = this.#orders.get(orderId);
    if (order?.buyerId !== readerId) this.report(10, `${readerId} was shown secrets of ${orderId}, which is not his`);
    const place = `${orderId} from ${offset}`;
    const before = this.#readings.get(place);
    if (before && before.join('\n') !== secrets.join('\n')) this.report(4, `Two readings of ${place} differ`);
    this.#readings.set(place, secrets);
    for (const secret of secrets) {
      const owner = this.#secretOwner.get(secret);
      if (owner !== undefined && owner !== orderId)
        this.report(1, `A secret was shown for ${owner} and for ${orderId}`);
      this.#secretOwner.set(secret, orderId);
      if (order && this.#uploads.get(secret)?.has(order.productId) !== true)
        this.report(1, `${orderId} was given a secret that nobody uploaded to ${order.productId}`);
    }
    if (new Set(secrets).size !== secrets.length) this.report(1, `${orderId} was shown a secret twice in one answer`);
  }

  // What happened in the tables.

  /** Looks at what one moment changed, all of it together. */
  observe(changes: readonly FactChange[]): void {
    const orders = new Map<string, OrderFact | undefined>();
    const keys = new Map<string, KeyFact | undefined>();
    const offeredKeys = new Set<string>();
    for (const change of changes) {
      this.#apply(change);
      const fact = change.after ?? change.before;
      if (fact?.kind === 'order' && !orders.has(fact.order.orderId))
        orders.set(fact.order.orderId, change.before?.kind === 'order' ? change.before.order : undefined);
      if (fact?.kind === 'key' && !keys.has(fact.key.keyId))
        keys.set(fact.key.keyId, change.before?.kind === 'key' ? change.before.key : undefined);
      if (fact?.kind === 'offer') offeredKeys.add(fact.offer.keyId);
      if (fact?.kind === 'entry') this.#checkEntry(change);
      if (fact?.kind === 'balance') this.#checkBalance(fact.account);
    }
    for (const [keyId, before] of keys) this.#checkKey(keyId, before);
    for (const keyId of [...keys.keys(), ...offeredKeys]) this.#checkOffers(keyId);
    for (const [orderId, before] of orders) this.#checkOrder(orderId, before);
    this.channels.observe(changes);
    this.#watchWaiting();
  }

  /** What is overdue in a world that has been healthy for a while. */
  everyMinute(): void {
    const nowMs = this.#nowMs();
    for (const order of this.#orders.values()) {
      const dueAt =
        order.status === 'captured' ? order.promiseAt : order.status === 'delivered' ? order.releaseAt : undefined;
      if (dueAt === undefined) continue;
      const dueMs = Math.max(Date.parse(dueAt), this.#healthySinceMs + 2 * overdueToleranceMs);
      if (nowMs > dueMs + overdueToleranceMs)
        this.report(order.status === 'captured' ? 2 : 5, `${order.orderId} is ${order.status} and was due at ${dueAt}`);
    }
  }

  #apply({ before, after }: FactChange): void {
    const fact = after ?? before;
    if (fact === undefined) return;
    switch (fact.kind) {
      case 'order':
        if (after === undefined) this.report(5, `${fact.order.orderId} was deleted`);
        this.#orders.set(fact.order.orderId, fact.order);
        break;
      case 'chunk': {
        const chunks = this.#chunks.get(fact.orderId) ?? new Map<string, readonly string[]>();
        this.#chunks.set(fact.orderId, chunks.set(fact.chunk, fact.keyIds));
        break;
      }
      case 'key':
        if (after === undefined) this.report(1, `The key ${fact.key.keyId} was deleted`);
        this.#keys.set(fact.key.keyId, fact.key);
        break;
      case 'offer': {
        const { place, keyId, productId, day } = fact.offer;
        const delta = (after ? 1 : 0) - (before ? 1 : 0);
        if (after) this.#offers.set(place, fact.offer);
        else this.#offers.delete(place);
        this.#offersOfKey.set(keyId, (this.#offersOfKey.get(keyId) ?? 0) + delta);
        const days = this.#offersOfProduct.get(productId) ?? new Map<string, number>();
        this.#offersOfProduct.set(productId, days.set(day, (days.get(day) ?? 0) + delta));
        break;
      }
      case 'batch':
        this.#batches.set(fact.batch.batchId, fact.batch);
        break;
      case 'stock-count':
        this.#stockCounts.set(fact.productId, fact.byDay);
        break;
      case 'entry':
      case 'payment':
      case 'channel-refund':
        break;
      case 'balance':
        this.#balances.set(fact.account, fact.balanceMinor);
        break;
      case 'total':
        this.#totals.set(fact.account, fact.balanceMinor);
        break;
      case 'folded-until':
        this.#foldedUntil = fact.minute;
        break;
    }
  }

  #checkEntry({ before, after }: FactChange): void {
    if (before !== undefined || after?.kind !== 'entry') {
      this.report(3, `A journal entry was changed: ${JSON.stringify(before)}`);
      return;
    }
    const { entry } = after;
    this.#entries.set(entry.entryId, entry);
    const sum = entry.legs.reduce((total, { amountMinor }) => total + amountMinor, 0);
    if (sum !== 0 || entry.legs.length < 2 || entry.legs.some(({ amountMinor }) => !Number.isSafeInteger(amountMinor)))
      this.report(3, `The entry ${entry.entryId} does not balance`);
    for (const { account, amountMinor } of entry.legs)
      this.#sums.set(account, (this.#sums.get(account) ?? 0) + amountMinor);
    if (Math.abs(Date.parse(entry.postedAt) - this.#nowMs()) > 150_000)
      this.report(3, `The entry ${entry.entryId} is dated ${entry.postedAt}`);
  }

  #checkBalance(account: string): void {
    const balance = this.#balances.get(account) ?? 0;
    if (balance < 0) this.report(3, `${account} holds ${balance}`);
  }

  #checkKey(keyId: string, before: KeyFact | undefined): void {
    const key = this.#keys.get(keyId);
    if (key === undefined || key.owner === before?.owner) return;
    const deliveredTo = this.#deliveredTo.get(keyId);
    if (deliveredTo !== undefined && key.owner !== deliveredTo)
      this.report(1, `The key ${keyId} was delivered to ${deliveredTo} and belongs to ${key.owner} now`);
    if (before?.owner !== undefined && key.owner !== undefined)
      this.report(1, `The key ${keyId} went from ${before.owner} to ${key.owner}`);
    const owner = key.owner === undefined ? undefined : this.#orders.get(key.owner);
    if (owner && owner.productId !== key.productId)
      this.report(1, `${owner.orderId} got the key ${keyId} of another product`);
    if (owner && key.sellUntilDay <= new Date(this.#nowMs() - 150_000).toISOString().slice(0, 10))
      this.report(1, `${owner.orderId} got the key ${keyId}, which expired on ${key.sellUntilDay}`);
  }

  #checkOffers(keyId: string): void {
    const offers = this.#offersOfKey.get(keyId) ?? 0;
    const owner = this.#keys.get(keyId)?.owner;
    if (offers > 0 && owner !== undefined) this.report(1, `The key ${keyId} is on offer and belongs to ${owner}`);
    if (offers > 1) this.report(1, `The key ${keyId} is on offer ${offers} times`);
  }

  #keysOf(order: OrderFact): readonly string[] {
    return [...order.keyIds, ...[...(this.#chunks.get(order.orderId)?.values() ?? [])].flat()];
  }

  #checkOrder(orderId: string, before: OrderFact | undefined): void {
    const order = this.#orders.get(orderId);
    if (order === undefined) return;
    if (before) this.#checkUnchanged(before, order);
    if (order.capturedAt !== undefined && before?.capturedAt === undefined) this.#checkCapture(order);
    if (order.status !== before?.status) this.#checkMove(before, order);
    if (order.refundedMinor > order.amountMinor) this.report(2, `${orderId} was refunded more than it cost`);
    const held = this.#sums.get(`escrow:${orderId}`) ?? 0;
    const expected =
      order.status === 'captured' || order.status === 'delivered' ? order.amountMinor - order.refundedMinor : 0;
    if (held !== expected) this.report(3, `${orderId} is ${order.status} and holds ${held} in escrow, not ${expected}`);
    if (order.status === 'captured' && !this.#waiting.has(orderId))
      this.#waiting.set(orderId, { suppliedSinceMs: undefined });
    if (order.status !== 'captured') this.#waiting.delete(orderId);
  }

  #checkUnchanged(before: OrderFact, order: OrderFact): void {
    const fixed = [
      'buyerId',
      'merchantId',
      'productId',
      'quantity',
      'unitPriceMinor',
      'amountMinor',
      'expiresAt',
    ] as const;
    const fixedOnceSet = [
      'policyVersion',
      'capturedAt',
      'paidAt',
      'paymentId',
      'promiseAt',
      'deliveredAt',
      'releaseAt',
    ] as const;
    for (const name of fixed) if (order[name] !== before[name]) this.report(4, `${order.orderId} changed its ${name}`);
    for (const name of fixedOnceSet)
      if (before[name] !== undefined && order[name] !== before[name])
        this.report(name === 'policyVersion' ? 7 : 4, `${order.orderId} changed its ${name}`);
  }

  #checkCapture(order: OrderFact): void {
    const { orderId, capturedAt = '', promiseAt = '', policyVersion = '' } = order;
    const capturedMs = Date.parse(capturedAt);
    this.#capturedAtMs.set(orderId, this.#nowMs());
    const isFromWallet = order.paymentId === undefined;
    if (isFromWallet && capturedMs > Date.parse(order.expiresAt))
      this.report(2, `${orderId} was captured after it expired`);
    const terms = this.#terms.get(policyVersion);
    if (!isFromWallet && terms) this.channels.checkCapture(order, terms.promiseSeconds);
    const paidAt = isFromWallet ? capturedAt : (order.paidAt ?? '');
    if (!terms || !this.#wasInForce(policyVersion, capturedMs))
      this.report(7, `${orderId} was captured under the policy ${policyVersion}, which was not in force`);
    if (terms && Date.parse(promiseAt) !== Date.parse(paidAt) + terms.promiseSeconds * 1000)
      this.report(7, `${orderId} was paid at ${paidAt} and promised for ${promiseAt}`);
    if (order.maxPerBuyer !== undefined) this.#checkLimit(order, order.maxPerBuyer);
  }

  #wasInForce(version: string, atMs: number): boolean {
    return this.#policiesInForce.some(
      (policy, index) =>
        policy.version === version &&
        policy.fromMs <= atMs + skewMs &&
        atMs <= (this.#policiesInForce[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY) + policyToleranceMs,
    );
  }

  #checkLimit(order: OrderFact, maxPerBuyer: number): void {
    let bought = 0;
    for (const other of this.#orders.values())
      if (other.buyerId === order.buyerId && other.productId === order.productId && other.capturedAt !== undefined)
        bought += other.quantity - other.refundedMinor / other.unitPriceMinor;
    if (bought > maxPerBuyer)
      this.report(4, `${order.buyerId} bought ${bought} of ${order.productId}, which allows ${maxPerBuyer}`);
  }

  #checkMove(before: OrderFact | undefined, order: OrderFact): void {
    const { orderId, status } = order;
    const ended = ['cancelled', 'released', 'refunded'];
    if (before && ended.includes(before.status)) this.report(2, `${orderId} went from ${before.status} to ${status}`);
    if (before?.status === 'delivered' && status !== 'released')
      this.report(2, `${orderId} went from delivered to ${status}`);
    if (status === 'delivered') this.#checkDelivery(before, order);
    if (status === 'refunded') this.#checkRefund(order);
    if (status === 'released') this.#checkRelease(order);
  }

  #checkDelivery(before: OrderFact | undefined, order: OrderFact): void {
    const { orderId } = order;
    const keys = this.#keysOf(order);
    for (const keyId of keys) {
      const owner = this.#keys.get(keyId)?.owner;
      const other = this.#deliveredTo.get(keyId);
      if (owner !== orderId)
        this.report(1, `${orderId} was delivered with the key ${keyId}, which belongs to ${owner}`);
      if (other !== undefined && other !== orderId) this.report(1, `The key ${keyId} was delivered to ${other} before`);
      this.#deliveredTo.set(keyId, orderId);
    }
    if (keys.length !== order.boundQuantity || new Set(keys).size !== keys.length || keys.length === 0)
      this.report(2, `${orderId} was delivered with ${keys.length} keys and says ${order.boundQuantity}`);
    const missing = order.quantity - keys.length;
    if (missing < 0 || (missing > 0 && !order.allowPartial)) this.report(2, `${orderId} was delivered in part`);
    if (order.refundedMinor !== missing * order.unitPriceMinor)
      this.report(2, `${orderId} lacks ${missing} keys and was refunded ${order.refundedMinor}`);
    if (missing > 0) this.#checkNotBeforePromise(order);
    if (missing > 0) this.#checkNotNeglected(order);
    const terms = this.#terms.get(order.policyVersion ?? '');
    const { deliveredAt = '', releaseAt = '' } = order;
    if (terms && Date.parse(releaseAt) !== Date.parse(deliveredAt) + terms.holdSeconds(order) * 1000)
      this.report(7, `${orderId} was delivered at ${deliveredAt} and its hold ends at ${releaseAt}`);
    if (before?.status === 'captured') this.#checkTurn(order);
  }

  /** Of orders for one key each, who waited first is served first. */
  #checkTurn(order: OrderFact): void {
    if (order.quantity !== 1 || order.allowPartial || order.capturedAt === undefined) return;
    for (const otherId of this.#waiting.keys()) {
      const other = this.#orders.get(otherId);
      if (other?.status !== 'captured' || other.productId !== order.productId || other.quantity !== 1) continue;
      const seenMs = this.#capturedAtMs.get(otherId) ?? Number.POSITIVE_INFINITY;
      const wasFirst = seenMs + skewMs < Date.parse(order.capturedAt) && (other.capturedAt ?? '') < order.capturedAt;
      const isOverdue = Date.parse(other.promiseAt ?? '') < this.#nowMs() + skewMs;
      if (wasFirst && !isOverdue) this.report(2, `${order.orderId} was served before ${otherId}, which waited longer`);
    }
  }

  #checkRefund(order: OrderFact): void {
    if (order.refundedMinor !== order.amountMinor || order.deliveredAt !== undefined)
      this.report(2, `${order.orderId} ended refunded, with ${order.refundedMinor} of ${order.amountMinor}`);
    this.#checkNotBeforePromise(order);
    this.#checkNotNeglected(order);
  }

  /** A refund is for want of stock; stock that lay there all the time should have been delivered. */
  #checkNotNeglected(order: OrderFact): void {
    const supplied = this.#waiting.get(order.orderId)?.suppliedSinceMs;
    const sinceMs = supplied === undefined ? undefined : Math.max(supplied, this.#healthySinceMs);
    if (sinceMs !== undefined && this.#nowMs() - sinceMs > neglectedMs)
      this.report(2, `${order.orderId} was refunded although there was stock since ${new Date(sinceMs).toISOString()}`);
  }

  /** Who agreed to wait keeps his place until the promise; who did not may have his money at once. */
  #checkNotBeforePromise(order: OrderFact): void {
    const promiseMs = Date.parse(order.promiseAt ?? '');
    if (order.whenOutOfStock === 'wait' && this.#nowMs() < promiseMs - skewMs)
      this.report(2, `${order.orderId} was refunded before its promise`);
  }

  #checkRelease(order: OrderFact): void {
    const { orderId, releaseAt = '', confirmedAt } = order;
    if (confirmedAt === undefined && this.#nowMs() < Date.parse(releaseAt) - skewMs)
      this.report(2, `${orderId} was released before ${releaseAt}`);
    if (confirmedAt !== undefined && !this.#confirmsSent.has(orderId))
      this.report(10, `${orderId} was released as confirmed, and nobody confirmed it`);
  }

  #watchWaiting(): void {
    for (const [orderId, watch] of this.#waiting) {
      const order = this.#orders.get(orderId);
      if (order === undefined) continue;
      const isSupplied = this.#sellable(order.productId) >= order.quantity - order.boundQuantity;
      if (!isSupplied) watch.suppliedSinceMs = undefined;
      else watch.suppliedSinceMs ??= this.#nowMs();
    }
  }

  /** Keys that may be sold today and, with the clocks a little apart, in a moment. */
  #sellable(productId: string): number {
    const today = new Date(this.#nowMs() + skewMs).toISOString().slice(0, 10);
    let sellable = 0;
    for (const [day, count] of this.#offersOfProduct.get(productId) ?? []) if (day > today) sellable += count;
    return sellable;
  }

  // What must hold at rest: the faults have stopped and time ran on.

  atRest(rows: Iterable<Fact>, options: { readonly isCountExact: boolean }): void {
    const nowMs = this.#nowMs();
    const now = new Date(nowMs).toISOString();
    const seen = new Set<string>();
    for (const fact of rows) {
      if (fact.kind === 'order') this.#checkAtRest(fact.order, now);
      if (fact.kind === 'key') seen.add(fact.key.keyId);
      if (fact.kind === 'batch') this.#checkBatch(fact.batch, now);
      if (fact.kind === 'balance') this.#checkWallet(fact.account, fact.balanceMinor);
    }
    for (const keyId of seen) this.#checkKeyAtRest(keyId, now);
    this.#checkSums();
    this.channels.atRest();
    this.#checkTotals(nowMs);
    if (options.isCountExact) this.#checkCounts();
    for (const report of this.#imports) this.#checkImport(report);
    for (const [topUpId, { account, amountMinor }] of this.#topUps) {
      const legs = this.#entries.get(`top-up/${topUpId}`)?.legs ?? [];
      const booked = legs.find((leg) => leg.account === `wallet:${account}`)?.amountMinor;
      if (booked !== amountMinor) this.report(5, `The top-up ${topUpId} was acknowledged and booked as ${booked}`);
    }
    for (const [orderId, state] of this.#acknowledged) {
      const order = this.#orders.get(orderId);
      if (state === 'captured' && order?.capturedAt === undefined)
        this.report(5, `${orderId} was acknowledged as captured and is ${order?.status}`);
      if (state === 'cancelled' && order?.status !== 'cancelled')
        this.report(5, `${orderId} was acknowledged as cancelled and is ${order?.status}`);
    }
  }

  #checkAtRest(order: OrderFact, now: string): void {
    const { orderId, status } = order;
    if (status === 'captured') this.report(2, `${orderId} is still captured; it was promised for ${order.promiseAt}`);
    if (status === 'delivered') this.report(5, `${orderId} is still held; its hold ended at ${order.releaseAt}`);
    if (order.dueAt !== undefined && order.dueAt < now)
      this.report(5, `Something of ${orderId} (${status}) is due since ${order.dueAt}`);
    if (status === 'released' && order.boundQuantity === 0) this.report(2, `${orderId} was released without a key`);
  }

  #checkKeyAtRest(keyId: string, now: string): void {
    const key = this.#keys.get(keyId);
    const batch = key && this.#batches.get(key.batchId);
    if (!key || !batch) return;
    const offers = this.#offersOfKey.get(keyId) ?? 0;
    if (key.owner !== undefined) {
      const owner = this.#orders.get(key.owner);
      if (owner?.status !== 'released' || !this.#keysOf(owner).includes(keyId))
        this.report(5, `The key ${keyId} belongs to ${key.owner}, which is ${owner?.status} and does not have it`);
      return;
    }
    if (batch.status === 'quarantined' && offers > 0)
      this.report(5, `The key ${keyId} is on offer although its batch ${batch.batchId} is in quarantine`);
    const mayBeSold =
      batch.completedAt !== undefined && batch.status !== 'quarantined' && key.sellUntilDay > now.slice(0, 10);
    const offer = [...this.#offers.values()].find((each) => mayBeSold && each.keyId === keyId);
    if (mayBeSold && offer === undefined)
      this.report(5, `The key ${keyId} of ${batch.batchId} (${batch.status}) is unsold and not on offer`);
    if (offer?.place.includes('#reserve '))
      this.report(5, `The key ${keyId} of ${batch.batchId} (${batch.status}) is kept in reserve for nobody`);
  }

  #checkBatch(batch: BatchFact, now: string): void {
    if (batch.dueAt !== undefined && batch.dueAt < now)
      this.report(5, `Something of ${batch.batchId} (${batch.status}) is due since ${batch.dueAt}`);
    if (batch.completedAt === undefined) return;
    const { batchId, lines, stored = 0, rejected = 0 } = batch;
    if (stored + rejected !== lines)
      this.report(9, `${batchId} had ${lines} lines; ${stored} were stored and ${rejected} reported`);
    let keys = 0;
    for (const key of this.#keys.values()) if (key.batchId === batchId) keys += 1;
    if (keys !== stored) this.report(9, `${batchId} says that it stored ${stored} keys, and has ${keys}`);
  }

  #checkImport(report: ImportSeen): void {
    const { batchId } = report;
    const batch = this.#batches.get(batchId);
    const lines = new Set(report.rejections.map(({ line }) => line));
    if (batch?.stored !== report.stored || batch?.rejected !== report.rejected)
      this.report(9, `${batchId} was reported with ${report.stored} stored and says ${batch?.stored} now`);
    if (lines.size !== report.rejected || report.stored + report.rejected !== report.lines)
      this.report(9, `${batchId} had ${report.lines} lines; its report accounts for ${report.stored + lines.size}`);
  }

  #checkWallet(account: string, balanceMinor: number): void {
    const sum = this.#sums.get(account) ?? 0;
    if (sum !== balanceMinor) this.report(3, `${account} holds ${balanceMinor}, and its entries sum to ${sum}`);
  }

  #checkSums(): void {
    let total = 0;
    for (const [account, sum] of this.#sums) {
      total += sum;
      if (sum !== 0 && account.startsWith('escrow:')) this.report(3, `${account} still holds ${sum}`);
      if (sum < 0 && account.startsWith('wallet:')) this.report(3, `${account} sums to ${sum}`);
    }
    if (total !== 0) this.report(3, `All accounts sum to ${total}`);
  }

  #checkTotals(nowMs: number): void {
    const expected = new Map<string, number>();
    for (const { postedAt, legs } of this.#entries.values()) {
      if (postedAt.slice(0, 16) > this.#foldedUntil) continue;
      for (const { account, amountMinor } of legs) {
        const [kind = ''] = account.split(':');
        const total = summedKinds.has(kind) ? kind : account;
        expected.set(total, (expected.get(total) ?? 0) + amountMinor);
      }
    }
    for (const account of new Set([...expected.keys(), ...this.#totals.keys()]))
      if ((expected.get(account) ?? 0) !== (this.#totals.get(account) ?? 0))
        this.report(
          3,
          `The total of ${account} is ${this.#totals.get(account)}; the journal says ${expected.get(account)}`,
        );
    const behindMs = nowMs - Date.parse(`${this.#foldedUntil}:00.000Z`);
    if (!(behindMs < 15 * 60_000)) this.report(5, `The journal is folded until ${this.#foldedUntil} only`);
  }

  #checkCounts(): void {
    const counted = new Map<string, number>();
    for (const { productId, day } of this.#offers.values())
      counted.set(`${productId} ${day}`, (counted.get(`${productId} ${day}`) ?? 0) + 1);
    const kept = new Map<string, number>();
    for (const [productId, byDay] of this.#stockCounts)
      for (const [day, count] of Object.entries(byDay)) kept.set(`${productId} ${day}`, count);
    for (const place of new Set([...counted.keys(), ...kept.keys()]))
      if ((counted.get(place) ?? 0) !== (kept.get(place) ?? 0))
        this.report(5, `The stock count of ${place} is ${kept.get(place)}; on offer are ${counted.get(place)}`);
  }
}
