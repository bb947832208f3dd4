import { createHash, createHmac } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import type * as z from 'zod/mini';
import type { PaymentChannel, RawRequest } from '../../adapters/channels/payment-channel.ts';
import type { Surroundings } from '../../adapters/clock.ts';
import { Opener, Sealer } from '../../adapters/key-vault.ts';
import type { ChannelMessage, DeliveryMessage, GuaranteeMessage, StockCountMessage } from '../../adapters/queues.ts';
import { catalogTable } from '../../adapters/tables/catalog.ts';
import { type DocumentClient, TableGateway } from '../../adapters/tables/gateway.ts';
import { identityTable } from '../../adapters/tables/identity.ts';
import { KeysTable } from '../../adapters/tables/keys.ts';
import { LedgerTable } from '../../adapters/tables/ledger.ts';
import { orderRoutes } from '../../contract/api/orders.ts';
import { channelPaymentRoutes, paymentRoutes } from '../../contract/api/payments.ts';
import { revealRoutes } from '../../contract/api/reveal.ts';
import type { Route } from '../../contract/api/route.ts';
import { stockRoutes } from '../../contract/api/stock.ts';
import { dueShards } from '../../contract/shards.ts';
import { tableNames, tables } from '../../contract/tables.ts';
import type { Channel } from '../../core/payments/channel.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { RefusalCode } from '../../core/shared/refusal-codes.ts';
import type { Result } from '../../core/shared/result.ts';
import { type Settled, settleOrder } from '../../functions/escrow/settle-order.ts';
import { sweepShards, sweepUntil } from '../../functions/escrow/sweep-shards.ts';
import { deliverProduct } from '../../functions/fulfilment/deliver-product.ts';
import { openReserve } from '../../functions/fulfilment/open-reserve.ts';
import { revealKeys } from '../../functions/fulfilment/reveal-keys.ts';
import type { Caller } from '../../functions/http/request.ts';
import { foldJournal } from '../../functions/ledger/fold-journal.ts';
import { relayChanges } from '../../functions/notifications/relay-changes.ts';
import { cancelOrder } from '../../functions/orders/cancel-order.ts';
import { confirmOrder } from '../../functions/orders/confirm-order.ts';
import { placeOrder } from '../../functions/orders/place-order.ts';
import { readOrder } from '../../functions/orders/read-order.ts';
import { grantTestTopUp } from '../../functions/payments/grant-test-top-up.ts';
import { payOrder } from '../../functions/payments/pay-order.ts';
import { readPayment } from '../../functions/payments/read-payment.ts';
import { receivePayment } from '../../functions/payments/receive-payment.ts';
import { settlePayment } from '../../functions/payments/settle-payment.ts';
import { settleRefund, takeRefundAnswer } from '../../functions/payments/settle-refund.ts';
import { startPayment } from '../../functions/payments/start-payment.ts';
import { startTopUp } from '../../functions/payments/start-top-up.ts';
import { takeNotification } from '../../functions/payments/take-notification.ts';
import { RetryableError } from '../../functions/retryable-error.ts';
import { buildSpine } from '../../functions/spine.ts';
import { countProduct } from '../../functions/stock/count-product.ts';
import { finishBatch } from '../../functions/stock/finish-batch.ts';
import { importKeys } from '../../functions/stock/import-keys.ts';
import { liftQuarantine } from '../../functions/stock/lift-quarantine.ts';
import { quarantineBatch } from '../../functions/stock/quarantine-batch.ts';
import { storeKeys } from '../../functions/stock/store-keys.ts';
import { SimulatedChannels, trustingReader } from './channels.ts';
import type { SimulatedQueue } from './kernel/queue.ts';
import type { Process } from './kernel/scheduler.ts';
import type { World } from './kernel/simulate.ts';
import type { SimulatedStream } from './kernel/stream.ts';
import type { SimulatedWorkflows } from './kernel/workflows.ts';

/** Every table under its own name, with a stream for the auditor even where the relay listens to none. */
const createTables = (world: World): void => {
  for (const name of tableNames) world.createTable({ tableName: name, ...tables[name], stream: true });
};

/** One function of the deployment, as a planted bug names it. */
export type FunctionName =
  | 'orders'
  | 'payments'
  | 'channelApi'
  | 'channelNotifications'
  | 'settleChannel'
  | 'stock'
  | 'reveal'
  | 'relay'
  | 'deliver'
  | 'startGuarantee'
  | 'guarantee'
  | 'sweep'
  | 'countStock'
  | 'fold';

/** What one function holds of the outside world. */
type Ports = {
  readonly client: DocumentClient;
  readonly surroundings: Surroundings;
  readonly kms: KMSClient;
  /** The life that is under way. */
  readonly process: () => Process;
};

/** Ways to wrap what the functions hold, so that a test can plant a bug without editing a source. */
export type Alterations = {
  readonly client?: (client: DocumentClient, name: FunctionName) => DocumentClient;
  readonly surroundings?: (surroundings: Surroundings, name: FunctionName) => Surroundings;
  readonly relays?: boolean;
  readonly sweeps?: boolean;
  readonly announces?: boolean;
  readonly startsWorkflows?: boolean;
  readonly caller?: (caller: Caller, operation: string) => Caller;
  readonly channel?: (channel: PaymentChannel) => PaymentChannel;
  readonly asksChannels?: boolean;
};

export type MarketSettings = {
  readonly timers: 'per-order' | 'swept';
  readonly policies: readonly Policy[];
  readonly foldGraceSeconds: number;
  /** Chance that a call meets a function whose memory is empty. */
  readonly coldStart: number;
  /** Chance that a function stands still after a table call. */
  readonly pause: number;
  readonly alterations: Alterations;
  /** Told of each payment whose money a channel was told to be done with. */
  readonly onTaken: (paymentId: string) => void;
};

/** How a call ended for its client: answered, refused, failed on our side, or never answered. */
export type Outcome<T = unknown> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: RefusalCode }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'unanswered' };

/** What one function's handler takes. */
type CallOf<Build extends (deps: never) => (call: never) => unknown> = Parameters<ReturnType<Build>>[0];

/** The rooms that clients call, each with the operations of its function. */
type Rooms = {
  readonly orders: {
    readonly placeOrder: ReturnType<typeof placeOrder>;
    readonly readOrder: ReturnType<typeof readOrder>;
    readonly cancelOrder: ReturnType<typeof cancelOrder>;
    readonly confirmOrder: ReturnType<typeof confirmOrder>;
  };
  readonly payments: {
    readonly payOrder: ReturnType<typeof payOrder>;
    readonly grantTestTopUp: ReturnType<typeof grantTestTopUp>;
  };
  readonly channelApi: {
    readonly startPayment: ReturnType<typeof startPayment>;
    readonly startTopUp: ReturnType<typeof startTopUp>;
    readonly readPayment: ReturnType<typeof readPayment>;
  };
  readonly stock: {
    readonly importKeys: ReturnType<typeof importKeys>;
    readonly quarantineBatch: ReturnType<typeof quarantineBatch>;
    readonly liftQuarantine: ReturnType<typeof liftQuarantine>;
  };
  readonly reveal: { readonly revealKeys: ReturnType<typeof revealKeys> };
};
type RoomName = keyof Rooms;

/** Lambda's own limit on each function, in milliseconds; `lib/` sets the same. */
const timeoutsMs: Record<FunctionName, number> = {
  orders: 10_000,
  payments: 20_000,
  channelApi: 25_000,
  channelNotifications: 20_000,
  settleChannel: 60_000,
  stock: 29_000,
  reveal: 10_000,
  relay: 30_000,
  deliver: 60_000,
  startGuarantee: 15_000,
  guarantee: 60_000,
  sweep: 55_000,
  countStock: 30_000,
  fold: 55_000,
};

/** Receptions of a message before it rests with the dead letters. */
const maxReceives = 8;
const maxPauseMs = 20_000;
/** Sweeps that run side by side each minute. */
const sweepers = 2;

/** A warm function: built once, it serves one call after the other, until one of them fails it. */
class Instances<Handlers> {
  readonly #idle: { readonly handlers: Handlers; process: Process | undefined }[] = [];
  readonly #build: (process: () => Process) => Handlers;
  readonly #isCold: () => boolean;

  constructor(build: (process: () => Process) => Handlers, isCold: () => boolean) {
    this.#build = build;
    this.#isCold = isCold;
  }

  /** A call that crashes or throws takes the memory of its function with it. */
  async serve<T>(process: Process, use: (handlers: Handlers) => Promise<T>): Promise<T> {
    const instance = (this.#isCold() ? undefined : this.#idle.pop()) ?? this.#fresh();
    instance.process = process;
    const answer = await use(instance.handlers);
    this.#idle.push(instance);
    return answer;
  }

  #fresh() {
    const instance: { handlers: Handlers; process: Process | undefined } = {
      process: undefined,
      handlers: this.#build(() => {
        if (instance.process === undefined) throw new Error('A function acts outside any call');
        return instance.process;
      }),
    };
    return instance;
  }
}

/** The marketplace as it is deployed: the real functions on tables, queues, streams, workflows and clocks that fail. */
export class Marketplace {
  readonly world: World;
  readonly settings: MarketSettings;
  readonly delivery: SimulatedQueue<DeliveryMessage>;
  readonly guarantee: SimulatedQueue<GuaranteeMessage>;
  readonly stockCount: SimulatedQueue<StockCountMessage>;
  readonly channel: SimulatedQueue<ChannelMessage>;
  readonly channels: SimulatedChannels;
  readonly streams: readonly SimulatedStream[];
  /** How often each thing was asked for and how it ended, so that an empty simulation shows. */
  readonly exercised = new Map<string, number>();
  readonly #workflows: SimulatedWorkflows;
  readonly #kms: SimulatedKms;
  readonly #rooms: { readonly [Name in RoomName]: Instances<Rooms[Name]> };
  readonly #functions;
  #policy: Policy;
  #pauses = true;

  constructor(world: World, settings: MarketSettings) {
    const [policy] = settings.policies;
    if (policy === undefined) throw new Error('A marketplace needs a policy');
    this.world = world;
    this.settings = settings;
    this.#policy = policy;
    this.#kms = new SimulatedKms();
    createTables(world);
    this.delivery = world.queue<DeliveryMessage>({
      ...this.#queue('delivery', timeoutsMs.deliver),
      worker: (process) => (message) =>
        this.#functions.deliver.serve(process, (deliver) => deliver(message)).then(() => this.count('delivery run')),
    });
    this.guarantee = world.queue<GuaranteeMessage>({
      ...this.#queue('guarantee', timeoutsMs.startGuarantee),
      worker:
        (process) =>
        ({ orderId, dueAt }) =>
          this.#functions.startGuarantee.serve(process, (start) => start(orderId, dueAt)),
    });
    this.stockCount = world.queue<StockCountMessage>({
      ...this.#queue('stockCount', timeoutsMs.countStock),
      worker: (process) => (message) => this.#functions.countStock.serve(process, (count) => count(message)),
    });
    this.channel = world.queue<ChannelMessage>({
      ...this.#queue('channel', timeoutsMs.settleChannel),
      worker: (process) => (message) => this.#functions.settleChannel.serve(process, (settle) => settle(message)),
    });
    this.channels = new SimulatedChannels(world, (channel, request, onAnswer) =>
      this.#hear(channel, request, onAnswer),
    );
    this.#workflows = world.workflows({
      name: 'guarantee',
      timeoutMs: timeoutsMs.guarantee,
      maxAttempts: 9,
      isRetryable: (error) => error instanceof RetryableError || (error instanceof Error && '$metadata' in error),
      task: (process) => (orderId) =>
        this.#functions.guarantee.serve(process, async ({ settle }): Promise<Settled> => {
          const settled = await settle(orderId);
          this.count(settled.done ? 'workflow task done' : 'workflow task waits');
          return settled;
        }),
    });
    this.#rooms = this.#buildRooms();
    this.#functions = this.#buildFunctions();
    this.streams = [this.#stream('orders'), this.#stream('stock'), this.#stream('payments')];
    this.#schedule();
  }

  /** The policy that new captures live by; a deployment replaces it. */
  get policy(): Policy {
    return this.#policy;
  }

  publishPolicy(policy: Policy): void {
    this.#policy = policy;
  }

  get workflows() {
    return this.#workflows;
  }

  count(what: string): void {
    this.exercised.set(what, (this.exercised.get(what) ?? 0) + 1);
  }

  /** A gateway on the tables as they are, without faults: for what stands before the simulation begins. */
  plainGateway(): TableGateway {
    return new TableGateway(this.world.tables, this.plainSurroundings());
  }

  plainSurroundings(): Surroundings {
    return {
      now: () => new Date(this.world.nowMs).toISOString(),
      random: () => this.world.random.next(),
      sleep: () => Promise.resolve(),
    };
  }

  /** The operations that clients call; each call runs in a process of its own, as one invocation of its function. */
  readonly api = {
    placeOrder: (call: CallOf<typeof placeOrder>) =>
      this.#serve('orders', findRoute(orderRoutes, 'placeOrder'), call, (room, seen) => room.placeOrder(seen)),
    readOrder: (call: CallOf<typeof readOrder>) =>
      this.#serve('orders', findRoute(orderRoutes, 'readOrder'), call, (room, seen) => room.readOrder(seen)),
    cancelOrder: (call: CallOf<typeof cancelOrder>) =>
      this.#serve('orders', findRoute(orderRoutes, 'cancelOrder'), call, (room, seen) => room.cancelOrder(seen)),
    confirmOrder: (call: CallOf<typeof confirmOrder>) =>
      this.#serve('orders', findRoute(orderRoutes, 'confirmOrder'), call, (room, seen) => room.confirmOrder(seen)),
    payOrder: (call: CallOf<typeof payOrder>) =>
      this.#serve('payments', findRoute(paymentRoutes, 'payOrder'), call, (room, seen) => room.payOrder(seen)),
    grantTestTopUp: (call: CallOf<typeof grantTestTopUp>) =>
      this.#serve('payments', findRoute(paymentRoutes, 'grantTestTopUp'), call, (room, seen) =>
        room.grantTestTopUp(seen),
      ),
    startPayment: (call: CallOf<typeof startPayment>) =>
      this.#serve('channelApi', findRoute(channelPaymentRoutes, 'startPayment'), call, (room, seen) =>
        room.startPayment(seen),
      ),
    startTopUp: (call: CallOf<typeof startTopUp>) =>
      this.#serve('channelApi', findRoute(channelPaymentRoutes, 'startTopUp'), call, (room, seen) =>
        room.startTopUp(seen),
      ),
    readPayment: (call: CallOf<typeof readPayment>) =>
      this.#serve('channelApi', findRoute(channelPaymentRoutes, 'readPayment'), call, (room, seen) =>
        room.readPayment(seen),
      ),
    importKeys: (call: CallOf<typeof importKeys>) =>
      this.#serve('stock', findRoute(stockRoutes, 'importKeys'), call, (room, seen) => room.importKeys(seen)),
    quarantineBatch: (call: CallOf<typeof quarantineBatch>) =>
      this.#serve('stock', findRoute(stockRoutes, 'quarantineBatch'), call, (room, seen) => room.quarantineBatch(seen)),
    liftQuarantine: (call: CallOf<typeof liftQuarantine>) =>
      this.#serve('stock', findRoute(stockRoutes, 'liftQuarantine'), call, (room, seen) => room.liftQuarantine(seen)),
    revealKeys: (call: CallOf<typeof revealKeys>) =>
      this.#serve('reveal', findRoute(revealRoutes, 'revealKeys'), call, (room, seen) => room.revealKeys(seen)),
  };

  #serve<Name extends RoomName, R extends Route, C extends { readonly caller: Caller }>(
    name: Name,
    route: R,
    call: C,
    use: (room: Rooms[Name], call: C) => Promise<Result<z.input<R['response']>>>,
  ): Promise<Outcome<z.output<R['response']>>> {
    const altered = this.settings.alterations.caller?.(call.caller, route.operation);
    const seen = altered === undefined ? call : { ...call, caller: altered };
    const instances: Instances<Rooms[Name]> = this.#rooms[name];
    return new Promise((resolve) => {
      let outcome: Outcome<z.output<R['response']>> = { kind: 'unanswered' };
      this.world.spawn(
        route.operation,
        async (process) => {
          const result = await instances.serve(process, (room) => use(room, seen));
          outcome = result.ok
            ? { kind: 'answered', value: route.response.parse(result.value) as z.output<R['response']> }
            : { kind: 'refused', code: result.refusal.code };
        },
        (ending) => {
          if (ending.kind === 'threw') outcome = { kind: 'failed', error: String(ending.error) };
          this.count(`${route.operation} ${outcome.kind}${outcome.kind === 'refused' ? ` ${outcome.code}` : ''}`);
          resolve(outcome);
        },
        timeoutsMs[name],
      );
    });
  }

  #make<Handlers>(name: FunctionName, build: (ports: Ports) => Handlers): Instances<Handlers> {
    const isCold = () => this.world.random.chance(this.settings.coldStart);
    return new Instances((process) => build(this.#ports(name, process)), isCold);
  }

  #buildRooms(): { readonly [Name in RoomName]: Instances<Rooms[Name]> } {
    return {
      orders: this.#make('orders', (ports) => this.#orders(ports)),
      payments: this.#make('payments', (ports) => this.#payments(ports)),
      channelApi: this.#make('channelApi', (ports) => this.#channelApi(ports)),
      stock: this.#make('stock', (ports) => this.#stock(ports)),
      reveal: this.#make('reveal', (ports) => this.#reveal(ports)),
    };
  }

  #buildFunctions() {
    return {
      deliver: this.#make('deliver', (ports) => {
        const { gateway, spine, announceDelivery } = this.#spine(ports);
        return deliverProduct(spine, openReserve(gateway, 'stock', spine), announceDelivery);
      }),
      startGuarantee: this.#make(
        'startGuarantee',
        ({ process }) =>
          (orderId: string, dueAt: string) =>
            this.settings.alterations.startsWorkflows === false
              ? Promise.resolve()
              : this.#workflows.starter(process())(orderId, dueAt),
      ),
      guarantee: this.#make('guarantee', (ports) => {
        const { spine, announceDelivery } = this.#spine(ports);
        return { settle: settleOrder(spine, announceDelivery) };
      }),
      sweep: this.#make('sweep', (ports) => {
        const { gateway, spine, announceDelivery } = this.#spine(ports);
        const sweep = sweepShards({
          spine,
          announceDelivery,
          announceChannel: (messages) => this.channel.batchSender(ports.process())(messages),
          settle: settleOrder(spine, announceDelivery),
          finishBatch: finishBatch({ gateway, tables: realTables, spine, keys: new KeysTable(gateway, 'keys') }),
          startImport: () => Promise.reject(new Error('Nobody here imports a file')),
        });
        return (shards: readonly number[]) => sweep(shards, sweepUntil(this.settings.timers, spine.now()));
      }),
      settleChannel: this.#make('settleChannel', (ports) => this.#settleChannel(ports)),
      channelNotifications: this.#make('channelNotifications', (ports) => {
        const { spine } = this.#spine(ports);
        const noteRefund = takeRefundAnswer({ ...spine, onAttempt: ({ status }) => this.count(`refund ${status}`) });
        return (channel: Channel, request: RawRequest) =>
          takeNotification({ receive: receivePayment({ ...spine, policy: this.#policy }), noteRefund })(
            trustingReader(channel),
            request,
          );
      }),
      countStock: this.#make('countStock', (ports) => {
        const { spine } = this.#spine(ports);
        return countProduct(spine, (message, delaySeconds) =>
          this.stockCount.sender(ports.process())(message, delaySeconds),
        );
      }),
      relay: this.#make('relay', ({ process }) =>
        relayChanges(
          {
            delivery: (messages) => this.delivery.batchSender(process())(messages),
            guarantee: (messages) => this.guarantee.batchSender(process())(messages),
            stockCount: (messages) => this.stockCount.batchSender(process())(messages),
            channel: (messages) => this.channel.batchSender(process())(messages),
            // Nobody listens to events in these markets.
            events: async () => {},
          },
          this.settings.timers,
        ),
      ),
      fold: this.#make('fold', (ports) => {
        const ledger = new LedgerTable(new TableGateway(ports.client, ports.surroundings), 'ledger');
        return foldJournal(ledger, ports.surroundings.now, this.settings.foldGraceSeconds);
      }),
    };
  }

  #ports(name: FunctionName, process: () => Process): Ports {
    // An instance outlives its calls, so each use asks which call is under way.
    const send = async (command: never): Promise<unknown> => {
      const answer = await this.world.client(process()).send(command);
      await this.#standStill(process());
      return answer;
    };
    const client = { send } as unknown as DocumentClient;
    const surroundings: Surroundings = {
      now: () => process().surroundings.now(),
      random: () => process().surroundings.random(),
      sleep: (ms) => process().surroundings.sleep(ms),
    };
    const { alterations } = this.settings;
    return {
      process,
      client: alterations.client?.(client, name) ?? client,
      surroundings: alterations.surroundings?.(surroundings, name) ?? surroundings,
      kms: this.#kms.clientOf(this.world, process),
    };
  }

  async #standStill(process: Process): Promise<void> {
    const { random } = this.world;
    if (!this.#pauses || !random.chance(this.settings.pause)) return;
    this.count('function stood still');
    await process.surroundings.sleep(random.integer(0, maxPauseMs));
  }

  /** From now on every function goes on as fast as it can. */
  endPauses(): void {
    this.#pauses = false;
  }

  #spine(ports: Ports) {
    const gateway = new TableGateway(ports.client, ports.surroundings);
    return {
      gateway,
      spine: buildSpine(gateway, realTables, this.#policyOf, ports.surroundings),
      announceDelivery: async (message: DeliveryMessage, delaySeconds?: number) => {
        if (this.settings.alterations.announces === false) return;
        await this.delivery.sender(ports.process())(message, delaySeconds);
      },
    };
  }

  readonly #policyOf = (version: string): Policy => {
    const policy = this.settings.policies.find((each) => each.version === version);
    if (policy === undefined) throw new Error(`No policy has the version ${version}`);
    return policy;
  };

  #orders(ports: Ports): Rooms['orders'] {
    const { gateway, spine } = this.#spine(ports);
    const catalog = catalogTable(gateway, 'catalog');
    return {
      placeOrder: (call: CallOf<typeof placeOrder>) => placeOrder({ ...spine, catalog, policy: this.#policy })(call),
      readOrder: readOrder(spine),
      cancelOrder: cancelOrder(spine),
      confirmOrder: confirmOrder(spine),
    };
  }

  #payments(ports: Ports): Rooms['payments'] {
    const { gateway, spine } = this.#spine(ports);
    return {
      payOrder: (call: CallOf<typeof payOrder>) => payOrder({ ...spine, policy: this.#policy })(call),
      grantTestTopUp: grantTestTopUp({
        identity: identityTable(gateway, 'identity'),
        ledger: new LedgerTable(gateway, 'ledger'),
        now: spine.now,
      }),
    };
  }

  #channelApi(ports: Ports): Rooms['channelApi'] {
    const { spine } = this.#spine(ports);
    const deps = () => ({ ...spine, channelOf: this.#channelOf(ports), policy: this.#policy });
    return {
      startPayment: (call: CallOf<typeof startPayment>) => startPayment(deps())(call),
      startTopUp: (call: CallOf<typeof startTopUp>) => startTopUp(deps())(call),
      readPayment: readPayment(spine),
    };
  }

  #settleChannel(ports: Ports) {
    const { spine } = this.#spine(ports);
    const channelOf = this.#channelOf(ports);
    const onAttempt = ({ status, trouble }: { status: string; trouble?: string | undefined }) =>
      this.count(`refund ${trouble ?? status}`);
    const onFault = () => this.count('channel gave no answer about a payment');
    return async (message: ChannelMessage): Promise<void> => {
      if (this.settings.alterations.asksChannels === false && 'paymentId' in message) return;
      if ('refundId' in message) return settleRefund({ ...spine, channelOf, onAttempt })(message.refundId);
      const receive = receivePayment({ ...spine, policy: this.#policy });
      return settlePayment({ ...spine, channelOf, receive, onFault })(message.paymentId);
    };
  }

  #channelOf({ process }: Ports): (channel: Channel) => PaymentChannel {
    const alter = this.settings.alterations.channel ?? ((channel: PaymentChannel) => channel);
    return (channel) => alter(this.channels.portOf(channel, process));
  }

  /** A channel writes to us: one invocation of the function that hears them. */
  #hear(channel: Channel, request: RawRequest, onAnswer: (isDone: boolean) => void): void {
    let isDone = false;
    this.world.spawn(
      'channelNotifications',
      async (process) => {
        const { taken, answer } = await this.#functions.channelNotifications.serve(process, (take) =>
          take(channel, request),
        );
        isDone = answer.body === trustingReader(channel).done.body;
        this.count(`notification ${taken.result}`);
        if (isDone && 'paymentId' in taken) this.settings.onTaken(taken.paymentId);
      },
      () => onAnswer(isDone),
      timeoutsMs.channelNotifications,
    );
  }

  #stock(ports: Ports): Rooms['stock'] {
    const { gateway, spine } = this.#spine(ports);
    const keys = new KeysTable(gateway, 'keys');
    const sealer = new Sealer(ports.kms, 'secrets', 'fingerprints');
    const finish = finishBatch({ gateway, tables: realTables, spine, keys });
    return {
      importKeys: importKeys({
        catalog: catalogTable(gateway, 'catalog'),
        policy: this.policy,
        batches: spine.batches,
        stockTable: realTables.stock,
        sealer,
        orders: spine.orders,
        now: spine.now,
        store: storeKeys({ gateway, tables: realTables, keys, sealer, now: spine.now }),
      }),
      quarantineBatch: quarantineBatch({ spine, finish }),
      liftQuarantine: liftQuarantine({ spine, finish }),
    };
  }

  #reveal(ports: Ports): Rooms['reveal'] {
    const { gateway, spine } = this.#spine(ports);
    return {
      revealKeys: revealKeys({
        orders: spine.orders,
        keys: new KeysTable(gateway, 'keys'),
        opener: new Opener(ports.kms, () => this.world.nowMs),
        now: spine.now,
      }),
    };
  }

  #queue(name: string, timeoutMs: number) {
    return { name, visibilityMs: 6 * timeoutMs, timeoutMs, maxReceives };
  }

  #stream(tableName: 'orders' | 'stock' | 'payments'): SimulatedStream {
    return this.world.stream({
      tableName,
      maxBatch: 20,
      maxAttempts: 10,
      timeoutMs: timeoutsMs.relay,
      worker: (process) => async (changes) => {
        if (this.settings.alterations.relays === false) return;
        const milestones = await this.#functions.relay.serve(process, (relay) => relay(changes));
        for (const { kind } of milestones) this.count(`milestone ${kind}`);
      },
    });
  }

  #schedule(): void {
    const { world } = this;
    if (this.settings.alterations.sweeps !== false)
      for (let sweeper = 0; sweeper < sweepers; sweeper += 1) {
        const shards = Array.from({ length: dueShards }, (_, shard) => shard).filter(
          (shard) => shard % sweepers === sweeper,
        );
        const sweep = (process: Process) => this.#functions.sweep.serve(process, (run) => run(shards));
        world.everyMinute('sweep', sweep, undefined, timeoutsMs.sweep);
      }
    const fold = (process: Process) => this.#functions.fold.serve(process, (run) => run());
    world.everyMinute('fold', fold, undefined, timeoutsMs.fold);
  }
}

/** In the simulation tables are deployed under their own names. */
const realTables = { orders: 'orders', stock: 'stock', keys: 'keys', ledger: 'ledger', payments: 'payments' } as const;

const findRoute = <Routes extends readonly Route[], Operation extends Routes[number]['operation']>(
  routes: Routes,
  operation: Operation,
): Extract<Routes[number], { operation: Operation }> => {
  const route = routes.find((each) => each.operation === operation);
  if (route === undefined) throw new Error(`There is no operation ${operation}`);
  return route as Extract<Routes[number], { operation: Operation }>;
};

/** KMS in memory: data keys that open only in the context they were made for, and one MAC. */
class SimulatedKms {
  readonly #plainKeys = new Map<string, { readonly context: string; readonly plain: Uint8Array }>();
  #made = 0;

  clientOf(world: World, process: () => Process): KMSClient {
    const send = (command: unknown) => world.scheduler.park(process(), 'kms', () => this.#answer(command));
    return { send } as unknown as KMSClient;
  }

  #answer(command: unknown): object {
    if (command instanceof GenerateMacCommand)
      return {
        Mac: createHmac('sha256', 'the key that never leaves')
          .update(command.input.Message ?? '')
          .digest(),
      };
    if (command instanceof GenerateDataKeyCommand) {
      this.#made += 1;
      const wrapped = createHash('sha256').update(`wrapped ${this.#made}`).digest();
      const plain = createHash('sha256').update(`plain ${this.#made}`).digest();
      const context = JSON.stringify(command.input.EncryptionContext);
      this.#plainKeys.set(wrapped.toString('hex'), { context, plain });
      return { Plaintext: plain, CiphertextBlob: wrapped };
    }
    if (command instanceof DecryptCommand) {
      const known = this.#plainKeys.get(Buffer.from(command.input.CiphertextBlob ?? []).toString('hex'));
      if (known === undefined || known.context !== JSON.stringify(command.input.EncryptionContext))
        throw new Error('InvalidCiphertextException');
      return { Plaintext: known.plain };
    }
    throw new Error(`The simulated KMS does not know ${String(command)}`);
  }
}
