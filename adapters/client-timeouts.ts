/**
 * For every client of the AWS SDK: by default a hung connection lasts as long as the function. A call that outlives
 * these is tried again by the SDK, and whatever it did is found by the conditions of the second.
 */
export const clientTimeouts = { requestHandler: { connectionTimeout: 1_000, requestTimeout: 6_000 } };
