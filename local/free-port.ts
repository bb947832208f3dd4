import { createServer } from 'node:net';
import { messageOf, Refusal } from './refusal.ts';

/**
 * Makes sure that a port of the loopback interface is free; 0 asks for any. Returns the port.
 * @param option what a person sets another port with
 */
export const freePort = (wanted = 0, option = '--port'): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(portRefusal(wanted, error, option)));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : wanted;
      probe.close(() => resolve(port));
    });
  });

export const portRefusal = (port: number, thrown: unknown, option = '--port'): unknown => {
  const reason = messageOf(thrown);
  if (/EADDRINUSE/.test(reason))
    return new Refusal(`Port ${port} is in use: stop what uses it, or start with ${option} and another number.`);
  if (/EACCES/.test(reason))
    return new Refusal(`Port ${port} is not open to this user: start with ${option} and a number above 1023.`);
  return thrown;
};
