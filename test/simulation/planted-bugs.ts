import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { DocumentClient, TransactionItem } from '../../adapters/tables/gateway.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import type { Promised } from './auditor.ts';
import { noFaults } from './kernel/faults.ts';
import type { Scenario } from './scenario.ts';
import type { Alterations } from './world.ts';

/** A mistake that somebody could make, planted between the functions and what they hold of the outside. */
export type PlantedBug = {
  readonly name: string;
  /** The promise by which it is found out. */
  readonly breaks: Promised;
  readonly alterations: Alterations;
  /** The world in which it shows; a world as the seed draws it where absent. */
  readonly scenario?: Partial<Scenario>;
};

const calm: Partial<Scenario> = { mood: 'calm', faults: noFaults, pause: 0 };
/** Large orders take long to deliver, and what they wait for is sold to others meanwhile. */
const slowAndShort: Partial<Scenario> = {
  mood: 'windy',
  faults: noFaults,
  pause: 0.1,
  rushes: 5,
  products: 1,
  importsPerProduct: 2,
  linesPerImport: 130,
  beginsWithStock: true,
  quarantines: 0,
  activityMs: 60_000,
};
const everythingTwice: Partial<Scenario> = {
  mood: 'windy',
  faults: { ...noFaults, repeatTask: 0.5 },
  activityMs: 600_000,
};

type Rewrite = (items: readonly TransactionItem[]) => readonly TransactionItem[];

const rewriteTransactions = (rewrite: Rewrite): Alterations => ({
  client: (client) => {
    const send = (command: never) => client.send(rewritten(command, rewrite) as never);
    return { send } as DocumentClient;
  },
});

const rewritten = (command: unknown, rewrite: Rewrite): unknown =>
  command instanceof TransactWriteCommand
    ? new TransactWriteCommand({ ...command.input, TransactItems: [...rewrite(command.input.TransactItems ?? [])] })
    : command;

const eachItem = (rewrite: (item: TransactionItem) => TransactionItem | undefined): Alterations =>
  rewriteTransactions((items) => items.flatMap((item) => rewrite(item) ?? []));

const withoutCondition = <Part extends { ConditionExpression?: string | undefined }>({
  ConditionExpression: _,
  ...part
}: Part): Omit<Part, 'ConditionExpression'> => part;

const bindsKey = ({ Update }: TransactionItem): boolean =>
  Update?.TableName === 'keys' && Update.UpdateExpression?.startsWith('SET #owner') === true;
const endsOffer = ({ Delete }: TransactionItem): boolean => Delete?.TableName === 'stock';
const putsTo = ({ Put }: TransactionItem, table: string): boolean => Put?.TableName === table;
const partitionOf = ({ Put }: TransactionItem): string => String(Put?.Item?.['pk']);
const sortKeyOf = ({ Put }: TransactionItem): string => String(Put?.Item?.['sk']);

const dropOwnerCondition = eachItem((item) => {
  if (bindsKey(item) && item.Update) return { Update: withoutCondition(item.Update) };
  if (endsOffer(item) && item.Delete) return { Delete: withoutCondition(item.Delete) };
  return item;
});

const swallowConflicts: Alterations = {
  client: (client) => {
    const send = async (command: never) => {
      try {
        return await client.send(command);
      } catch (error) {
        const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
        if (!reasons.some(({ Code }) => Code === 'TransactionConflict')) throw error;
        return { $metadata: {} };
      }
    };
    return { send } as DocumentClient;
  },
};

const actEarly: Alterations = {
  surroundings: (surroundings, name) =>
    name === 'guarantee' || name === 'sweep'
      ? { ...surroundings, now: () => addSeconds(surroundings.now(), 240) }
      : surroundings,
};

const refundTwice = rewriteTransactions((items) => {
  const isRefund = items.some((item) => partitionOf(item).endsWith('/refund'));
  return items.map((item) => {
    const { Update } = item;
    const delta = Number(Update?.ExpressionAttributeValues?.[':delta']);
    if (!isRefund || Update?.TableName !== 'ledger' || !(delta > 0)) return item;
    return {
      Update: { ...Update, ExpressionAttributeValues: { ...Update.ExpressionAttributeValues, ':delta': 2 * delta } },
    };
  });
});

const keepOfferOfSoldKey = rewriteTransactions((items) =>
  items.some(bindsKey) ? items.filter((item) => !endsOffer(item)) : items,
);

const forgetWhoWaits = eachItem((item) => (partitionOf(item).endsWith('#WAITING') ? undefined : item));

const bookTopUpsAgain = eachItem((item) =>
  item.Put && partitionOf(item).startsWith('top-up/') ? { Put: withoutCondition(item.Put) } : item,
);

const loseLines = rewriteTransactions((items) => {
  const isImport = items.some((item) => putsTo(item, 'keys'));
  const isLost = (item: TransactionItem) =>
    (putsTo(item, 'keys') && partitionOf(item).startsWith('7')) ||
    (putsTo(item, 'stock') && sortKeyOf(item).split('#')[1]?.startsWith('7') === true);
  return isImport ? items.filter((item) => !isLost(item)) : items;
});

const keepOffersInQuarantine = eachItem((item) =>
  endsOffer(item) && item.Delete?.ConditionExpression === undefined ? undefined : item,
);

const foldAgain = eachItem((item) =>
  item.Put && (partitionOf(item).startsWith('FOLD#') || partitionOf(item) === 'FOLD')
    ? { Put: { TableName: item.Put.TableName, Item: item.Put.Item } }
    : item,
);

const keepKeysOfRefunded = rewriteTransactions((items) => {
  const returnsKeys = items.some(({ Update }) => Update?.UpdateExpression?.startsWith('REMOVE #owner') === true);
  return returnsKeys ? items.filter((item) => putsTo(item, 'orders')) : items;
});

/** The later of two who changed an order wins, whatever the earlier did. */
const overwriteOrders = eachItem((item) => {
  if (!putsTo(item, 'orders') || item.Put?.ConditionExpression !== 'seq = :seq') return item;
  const { ExpressionAttributeValues: _, ...put } = withoutCondition(item.Put);
  return { Put: put };
});

const releaseTooLittle = eachItem((item) => {
  if (!item.Put || !partitionOf(item).endsWith('/release')) return item;
  const legs = (item.Put.Item?.['legs'] ?? []) as readonly { readonly account: string; readonly amountMinor: number }[];
  const less = legs.map((leg, index) => ({ ...leg, amountMinor: leg.amountMinor + (index === 0 ? 1 : 0) }));
  return { Put: { ...item.Put, Item: { ...item.Put.Item, legs: less } } };
});

/** Most buyers pay through channels. */
const throughChannels: Partial<Scenario> = { throughChannels: 0.8 };

const sayDoneBeforeTheCommit: Alterations = {
  client: (client, name) => {
    if (name !== 'channelNotifications') return client;
    const send = async (command: never) => {
      if (!((command as unknown) instanceof TransactWriteCommand)) return client.send(command);
      void client.send(command).catch(() => undefined);
      return { $metadata: {} };
    };
    return { send } as DocumentClient;
  },
};

const refundsAsPut = (items: readonly TransactionItem[]): readonly unknown[] =>
  items.filter((item) => putsTo(item, 'payments') && sortKeyOf(item).startsWith('REFUND#')).map(({ Put }) => Put?.Item);

/** Money that could not be assigned, as the transaction names the cause, is kept without a word in the books. */
const keepUnassigned = (reason: string): Alterations =>
  rewriteTransactions((items) => {
    const isMeant = refundsAsPut(items).some((item) => (item as { reason?: unknown }).reason === reason);
    const givesBack = (item: TransactionItem) =>
      /\/(?:receipt|return)$/.test(partitionOf(item)) || sortKeyOf(item).startsWith('REFUND#');
    return isMeant ? items.filter((item) => !givesBack(item)) : items;
  });

/** Who comes too late is told that all is well, and nothing is done. */
const refuseLateMoney: Alterations = {
  client: (client) => {
    const send = async (command: never) => {
      const sent: unknown = command;
      const items = sent instanceof TransactWriteCommand ? (sent.input.TransactItems ?? []) : [];
      const isLate = refundsAsPut(items).some((item) => (item as { reason?: unknown }).reason === 'late');
      return isLate ? { $metadata: {} } : client.send(command);
    };
    return { send } as DocumentClient;
  },
};

const refundUnderFreshNumbers = (): Alterations => {
  let sent = 0;
  return {
    channel: (channel) => ({
      ...channel,
      refund: (refund) => {
        sent += 1;
        return channel.refund({ ...refund, refundId: `${refund.refundId}-${sent}` });
      },
    }),
  };
};

const confirmWithoutEntry = eachItem((item) =>
  partitionOf(item).startsWith('refund/') && partitionOf(item).endsWith('/confirmed') ? undefined : item,
);

/** The promise begins when we hear of the money, however long after the buyer paid. */
const promiseFromTheNotification = eachItem((item) => {
  const { payment, paidAt, capturedAt, promiseAt, status } = item.Put?.Item ?? {};
  if (!putsTo(item, 'orders') || payment === undefined || status !== 'captured') return item;
  const seconds = (Date.parse(String(capturedAt)) - Date.parse(String(paidAt))) / 1_000;
  const later = { paidAt: capturedAt, promiseAt: addSeconds(String(promiseAt), Math.max(0, seconds)) };
  return { Put: { ...item.Put, TableName: item.Put?.TableName, Item: { ...item.Put?.Item, ...later } } };
});

/** What an order gives back stands in the journal, and nothing that would tell its channel. */
const forgetChannelRefunds = rewriteTransactions((items) =>
  items.filter((item) => !(putsTo(item, 'payments') && item.Put?.Item?.['reason'] === 'order')),
);

const showOrdersToAnybody: Alterations = {
  caller: (caller, operation) => (operation === 'readOrder' ? { ...caller, role: 'operator' } : caller),
};

export const plantedBugs: readonly PlantedBug[] = [
  { name: 'a key is bound without looking at its owner', breaks: 1, alterations: dropOwnerCondition },
  { name: 'a key that was sold stays on offer', breaks: 1, alterations: keepOfferOfSoldKey },
  { name: 'a conflict of transactions counts as success', breaks: 5, alterations: swallowConflicts },
  { name: 'the guarantee acts before its time', breaks: 2, alterations: actEarly },
  {
    name: 'nobody tells of changes, and nobody asks again',
    breaks: 2,
    alterations: { relays: false, announces: false },
    scenario: calm,
  },
  {
    name: 'neither sweep nor workflow keeps the promises',
    breaks: 2,
    alterations: { sweeps: false, startsWorkflows: false },
  },
  { name: 'a refund pays twice', breaks: 3, alterations: refundTwice },
  { name: 'an order that waits is not written down', breaks: 2, alterations: forgetWhoWaits, scenario: calm },
  { name: 'a top-up that comes again is booked again', breaks: 3, alterations: bookTopUpsAgain },
  { name: 'an import loses lines', breaks: 9, alterations: loseLines },
  { name: 'a quarantine leaves the offers of its batch', breaks: 5, alterations: keepOffersInQuarantine },
  { name: 'a minute of the journal is folded again', breaks: 3, alterations: foldAgain, scenario: everythingTwice },
  {
    name: 'the keys of a refunded order do not come back',
    breaks: 5,
    alterations: keepKeysOfRefunded,
    scenario: slowAndShort,
  },
  { name: 'whoever writes an order last wins', breaks: 2, alterations: overwriteOrders },
  { name: 'a release keeps a fen', breaks: 3, alterations: releaseTooLittle },
  { name: 'an order is shown to anybody', breaks: 10, alterations: showOrdersToAnybody },
  {
    name: 'a channel hears «done» before the commit',
    breaks: 5,
    alterations: sayDoneBeforeTheCommit,
    scenario: throughChannels,
  },
  {
    name: 'money for an order that ran out is turned away',
    breaks: 3,
    alterations: refuseLateMoney,
    scenario: throughChannels,
  },
  {
    name: 'what was paid too much is kept',
    breaks: 3,
    alterations: keepUnassigned('over'),
    scenario: throughChannels,
  },
  {
    name: 'a second payment for an order is kept',
    breaks: 3,
    alterations: keepUnassigned('duplicate'),
    scenario: throughChannels,
  },
  {
    name: 'a refund is sent under a fresh number each time',
    breaks: 3,
    alterations: refundUnderFreshNumbers(),
    scenario: throughChannels,
  },
  {
    name: 'a refund is confirmed without its entry',
    breaks: 3,
    alterations: confirmWithoutEntry,
    scenario: throughChannels,
  },
  {
    name: 'the refund of an order never reaches its channel',
    breaks: 3,
    alterations: forgetChannelRefunds,
    scenario: throughChannels,
  },
  {
    name: 'a promise counts from the notification',
    breaks: 7,
    alterations: promiseFromTheNotification,
    scenario: throughChannels,
  },
  {
    name: 'no channel is asked about a payment that nobody told us of',
    breaks: 3,
    alterations: { asksChannels: false },
    scenario: throughChannels,
  },
];
