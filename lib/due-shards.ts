/** How many shards records that are due later are spread over; the sweep's invocations deal them out. */
const dueShardCount = 8;

export const dueShards: readonly number[] = Array.from({ length: dueShardCount }, (_, shard) => shard);
