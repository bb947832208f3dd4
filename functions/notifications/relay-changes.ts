import type { Announcement, ItemChange, Milestone } from './announcements.ts';
import { readChange } from './announcements.ts';

export type Announce = {
  readonly delivery: (messages: readonly Extract<Announcement, { to: 'delivery' }>['message'][]) => Promise<void>;
  readonly guarantee: (messages: readonly Extract<Announcement, { to: 'guarantee' }>['message'][]) => Promise<void>;
  readonly stockCount: (messages: readonly Extract<Announcement, { to: 'stockCount' }>['message'][]) => Promise<void>;
  readonly channel: (messages: readonly Extract<Announcement, { to: 'channel' }>['message'][]) => Promise<void>;
  readonly events: (messages: readonly Extract<Announcement, { to: 'events' }>['message'][]) => Promise<void>;
};

/**
 * Tells the queues what a run of changes means, each thing once however often the run says it. A failure announces
 * nothing wrong: the run comes again, and whoever hears a thing twice does it once.
 */
export const relayChanges =
  (announce: Announce, timers: 'per-order' | 'swept') =>
  async (changes: readonly ItemChange[]): Promise<readonly Milestone[]> => {
    const read = changes.map((change) => readChange(change, timers));
    const announcements = read.flatMap((each) => each.announcements);
    await announce.guarantee(unique(announcements.flatMap((each) => (each.to === 'guarantee' ? each.message : []))));
    await announce.delivery(unique(announcements.flatMap((each) => (each.to === 'delivery' ? each.message : []))));
    await announce.channel(unique(announcements.flatMap((each) => (each.to === 'channel' ? each.message : []))));
    await announce.events(unique(announcements.flatMap((each) => (each.to === 'events' ? each.message : []))));
    await announce.stockCount(
      latestCounts(announcements.flatMap((each) => (each.to === 'stockCount' ? each.message : []))),
    );
    return read.flatMap((each) => each.milestones);
  };

const unique = <Message>(messages: readonly Message[]): readonly Message[] => [
  ...new Map(messages.map((message) => [JSON.stringify(message), message])).values(),
];

/** One count a product serves all its changes, if it is taken after the last. */
const latestCounts = (messages: readonly { productId: string; changedAt: string }[]) => [
  ...messages
    .reduce((latest, message) => {
      const known = latest.get(message.productId);
      return known && known.changedAt >= message.changedAt ? latest : latest.set(message.productId, message);
    }, new Map<string, { productId: string; changedAt: string }>())
    .values(),
];
