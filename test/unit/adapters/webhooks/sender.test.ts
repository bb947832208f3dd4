import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { webhookSender } from '../../../../adapters/webhooks/sender.ts';
import {
  accept,
  answer,
  closeAtOnce,
  sayNothing,
  saySomethingEndless,
  startReceiver,
} from '../../../support/webhook-receiver.ts';

let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => {
  receiver.received.length = 0;
});

const lookedUpAs =
  (...addresses: readonly string[]): NonNullable<Parameters<typeof webhookSender>[2]> =>
  (_, __, callback) =>
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
const request = (url: string) => ({ url, headers: { 'webhook-id': 'evt_a' }, body: '{}' });
/** The receiver under a name that anybody could publish. */
const named = () => receiver.url.replace('127.0.0.1', 'shop.example.com');

describe('a webhook', () => {
  const send = webhookSender('loopback-too', 10, lookedUpAs('127.0.0.1'));

  test.each([
    ['is accepted with 204', accept, { result: 'accepted', status: 204 }],
    ['is accepted with 200', answer(200), { result: 'accepted', status: 200 }],
    ['is refused with 500', answer(500), { result: 'refused', status: 500 }],
    ['is refused with 410', answer(410), { result: 'refused', status: 410 }],
    ['does not reach who hangs up', closeAtOnce, { result: 'unreachable' }],
    ['is accepted by who talks without end', saySomethingEndless, { result: 'accepted', status: 200 }],
  ])('%s', async (_, behaviour, result) => {
    receiver.will(behaviour);
    expect(await send(request(named()))).toEqual(result);
    expect(receiver.received).toHaveLength(1);
  });

  test('follows no redirect', async () => {
    receiver.will(answer(302, { location: receiver.url }));
    expect(await send(request(named()))).toEqual({ result: 'redirected', status: 302 });
    expect(receiver.received).toHaveLength(1);
  });

  test('does not wait for who says nothing', async () => {
    receiver.will(sayNothing);
    const hasty = webhookSender('loopback-too', 0.2, lookedUpAs('127.0.0.1'));
    expect(await hasty(request(named()))).toEqual({ result: 'timed-out' });
    expect(receiver.received).toHaveLength(1);
  });

  test('does not reach where nobody listens', async () => {
    expect(await send(request('http://shop.example.com:9/'))).toEqual({ result: 'unreachable' });
  });
});

describe('a host', () => {
  test.each([
    ['of this machine', ['127.0.0.1']],
    ['of the metadata service', ['169.254.169.254']],
    ['of a private network', ['10.0.0.7']],
    ['of this machine in IPv6', ['::1']],
    ['with one good address and one inner one', ['8.8.8.8', '127.0.0.1']],
    ['without an address', []],
  ])('%s is not called', async (_, addresses) => {
    const send = webhookSender('public', 10, lookedUpAs(...addresses));
    expect(await send(request(named()))).toEqual({ result: 'address-not-public' });
    expect(receiver.received).toEqual([]);
  });

  test.each(['http://127.0.0.1', 'http://[::1]', 'http://[::ffff:127.0.0.1]', 'http://0x7f.1'])(
    'that is an address itself is not called: %s',
    async (host) => {
      const send = webhookSender('public', 10);
      expect(await send(request(`${host}:${new URL(receiver.url).port}/`))).toEqual({ result: 'address-not-public' });
      expect(receiver.received).toEqual([]);
    },
  );

  test('is looked up once for a connection, which goes to what was checked', async () => {
    const answers = [['127.0.0.1'], ['8.8.8.8']];
    let lookups = 0;
    const send = webhookSender('loopback-too', 10, (host, options, callback) => {
      lookups += 1;
      lookedUpAs(...(answers.shift() ?? []))(host, options, callback);
    });
    expect(await send(request(named()))).toEqual({ result: 'accepted', status: 204 });
    expect(lookups).toBe(1);
  });

  test('that cannot be looked up is unreachable', async () => {
    const send = webhookSender('public', 10, (_, __, callback) =>
      callback(Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' }), []),
    );
    expect(await send(request(named()))).toEqual({ result: 'unreachable' });
  });

  test('without a certificate for its name is unreachable', async () => {
    const send = webhookSender('loopback-too', 10, lookedUpAs('127.0.0.1'));
    expect(await send(request(named().replace('http:', 'https:')))).toEqual({ result: 'unreachable' });
  });
});
