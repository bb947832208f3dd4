/** Name, message and stack only: an AWS error also carries request headers, and an item in it may hold a secret. */
export const describeError = (error: unknown) =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: 'NotAnError', message: String(error) };
