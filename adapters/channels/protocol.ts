/** What the two channels have in common on the wire. */

/** One call to a channel may take this long; several of them fit into one invocation. */
export const callTimeoutMs = 6_000;

/** Notifications are a few kilobytes; more than this is none. */
export const maxNotificationBytes = 65_536;

/** Gives up waiting after a time; whatever the call did is found by asking again. */
export const within = async <Value>(ms: number, work: Promise<Value>): Promise<Value> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There was no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
};

/** The longest beginning of a text that fits into so many bytes of UTF-8; no letter is cut in two. */
export const cutToBytes = (text: string, maxBytes: number): string => {
  let bytes = 0;
  let end = 0;
  for (const letter of text) {
    bytes += Buffer.byteLength(letter);
    if (bytes > maxBytes) break;
    end += letter.length;
  }
  return text.slice(0, end);
};
