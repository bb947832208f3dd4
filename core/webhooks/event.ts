import type { Instant } from '../shared/instant.ts';

/** Something that happened, as one account hears of it. */
export type AccountEvent = {
  /** The same however often it is announced. */
  readonly eventId: string;
  readonly accountId: string;
  readonly type: string;
  readonly occurredAt: Instant;
  /** Rises along the life of what the event is about, with gaps. */
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** When it was written into the log; the log is in this order. */
  readonly recordedAt: Instant;
};

/** An event as integrators see it. */
export const payloadOf = ({ eventId, type, occurredAt, sequence, data }: AccountEvent) => ({
  id: eventId,
  type,
  timestamp: occurredAt,
  sequence,
  data,
});
