import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import { marshall } from '@aws-sdk/util-dynamodb';
import { keyOf } from './schema.ts';
import type { StoredItem } from './sorted-items.ts';
import { unchanged } from './updates.ts';
import type { Item } from './values.ts';

export type { StreamRecord };

type Noted = {
  readonly atMs: number;
  readonly before: StoredItem | undefined;
  readonly after: StoredItem | undefined;
};

/** A table's changes in the order in which they happened, with new and old images or new ones alone. Nothing in it expires. */
export class ChangeStream {
  readonly #keyNames: readonly string[];
  readonly #showsOld: boolean;
  readonly #noted: Noted[] = [];

  constructor(keyNames: readonly string[], view: true | 'new-image') {
    this.#keyNames = keyNames;
    this.#showsOld = view === true;
  }

  get length(): number {
    return this.#noted.length;
  }

  /** A write that changes nothing leaves no record. */
  note(before: StoredItem | undefined, after: StoredItem | undefined, atMs: number): void {
    if (!unchanged(before?.item, after?.item)) this.#noted.push({ before, after, atMs });
  }

  /** What changed from the cursor on, for auditors: the items themselves, not copies. */
  *changes(cursor: number): Generator<{ readonly before: Item | undefined; readonly after: Item | undefined }> {
    for (let position = cursor; position < this.#noted.length; position += 1) {
      const noted = this.#noted[position];
      yield { before: noted?.before?.item, after: noted?.after?.item };
    }
  }

  /** Up to `limit` records from the cursor on; the next cursor is the first one not returned. */
  read(cursor: number, limit: number): StreamRecord[] {
    return this.#noted.slice(cursor, cursor + limit).map((noted, index) => this.#render(noted, cursor + index));
  }

  #render({ before, after, atMs }: Noted, position: number): StreamRecord {
    const subject = after ?? before;
    const sequenceNumber = String(position + 1).padStart(21, '0');
    return {
      eventID: `event-${sequenceNumber}`,
      eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'memory',
      dynamodb: {
        ApproximateCreationDateTime: new Date(Math.floor(atMs / 1000) * 1000),
        Keys: subject === undefined ? {} : marshall(keyOf(this.#keyNames, subject.item)),
        ...(after === undefined ? {} : { NewImage: marshall(after.item) }),
        ...(before === undefined || !this.#showsOld ? {} : { OldImage: marshall(before.item) }),
        SequenceNumber: sequenceNumber,
        SizeBytes: (this.#showsOld ? (before?.bytes ?? 0) : 0) + (after?.bytes ?? 0),
        StreamViewType: this.#showsOld ? 'NEW_AND_OLD_IMAGES' : 'NEW_IMAGE',
      },
    };
  }
}
