import { dueShards } from '../../contract/shards.ts';
import { shardOf } from '../ids.ts';

/** The partition of the index `due` that a sweep asks for by number. */
export const dueShardName = (shard: number): string => `due#${shard}`;

/** The partition in which a record is due; none while nothing is. */
export const dueShardOf = (id: string, dueAt: string | undefined): string | undefined =>
  dueAt === undefined ? undefined : dueShardName(shardOf(id, dueShards));
