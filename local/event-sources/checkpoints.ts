import type { DatabaseSync } from 'node:sqlite';

/** How far a mapping has read a shard: `undefined` at its beginning. */
export type Checkpoints = {
  readonly read: (mapping: string, shardId: string) => string | undefined;
  readonly write: (mapping: string, shardId: string, sequenceNumber: string) => void;
};

export const createCheckpoints = (state: DatabaseSync): Checkpoints => {
  state.exec(
    'CREATE TABLE IF NOT EXISTS checkpoints (mapping TEXT, shard TEXT, sequenceNumber TEXT NOT NULL, PRIMARY KEY (mapping, shard)) WITHOUT ROWID',
  );
  const reading = state.prepare('SELECT sequenceNumber FROM checkpoints WHERE mapping = ? AND shard = ?');
  const writing = state.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)');
  return {
    read: (mapping, shardId) => {
      const value = reading.get(mapping, shardId)?.['sequenceNumber'];
      return typeof value === 'string' ? value : undefined;
    },
    write: (mapping, shardId, sequenceNumber) => {
      writing.run(mapping, shardId, sequenceNumber);
    },
  };
};
