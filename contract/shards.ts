/** How many partitions the records that are due later are spread over; the sweep's invocations deal them out. */
export const dueShards = 8;
