import { describe, expect, test } from 'vitest';
import { checkEndpointUrl, listensTo, type WebhookEndpoint } from '../../../../core/webhooks/endpoint.ts';

const endpoint: WebhookEndpoint = {
  endpointId: 'whe_a',
  accountId: 'acc_a',
  url: 'https://shop.example.com/',
  events: ['order.captured'],
  createdAt: '2026-11-22T00:00:00.000Z',
  revision: 1,
  requestHash: '',
  secret: { sealed: new Uint8Array() },
};

describe('the address of an endpoint', () => {
  test.each([
    ['https://shop.example.com', 'https://shop.example.com/'],
    ['https://shop.example.com:443/hooks?shop=1', 'https://shop.example.com/hooks?shop=1'],
    ['HTTPS://Shop.Example.COM/A', 'https://shop.example.com/A'],
    ['https://飞鱼.example.com/', 'https://xn--n8vxm.example.com/'],
  ])('%s is taken as %s', (text, normal) => {
    const checked = checkEndpointUrl(text, 'public');
    expect(checked.ok && new URL(checked.value).href).toBe(new URL(normal.replace('xn--n8vxm', '飞鱼')).href);
  });

  test.each([
    'not a url',
    '/hooks',
    'http://shop.example.com/',
    'ftp://shop.example.com/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://shop.example.com:8443/',
    'https://user:password@shop.example.com/',
    'https://shop.example.com@evil.example.org:80/',
    'https://shop.example.com/#fragment',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://１２７.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://8.8.8.8/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00:ec2::254]/',
    'https://[2606:4700::1111]/',
    'https://localhost/',
    'https://LOCALHOST/',
    'https://shop.localhost/',
    'https://shop/',
    'https://shop.example.com./',
    'https://metadata.google.internal/',
    'https://printer.local/',
    'https://router.home.arpa/',
    'https://1.0.0.127.in-addr.arpa/',
    'https://wiki.corp/',
    'https://abc.onion/',
    `https://${'a'.repeat(64)}.example.com/`,
  ])('%s is refused with what would be accepted', (text) => {
    expect(checkEndpointUrl(text, 'public')).toMatchObject({
      ok: false,
      refusal: { code: 'webhook-url-unfit', field: 'body.url', detail: expect.stringContaining('public host') },
    });
  });

  test.each(['http://127.0.0.1:8080/hooks', 'http://localhost:8080/', 'http://[::1]:8080/'])(
    '%s is taken only where nobody but the developer is',
    (text) => {
      expect(checkEndpointUrl(text, 'loopback-too')).toEqual({ ok: true, value: text });
      expect(checkEndpointUrl(text, 'public').ok).toBe(false);
    },
  );

  test.each(['http://10.0.0.1/', 'http://169.254.169.254/', 'http://shop.example.com/', 'https://user@localhost/'])(
    '%s is refused on one machine too',
    (text) => expect(checkEndpointUrl(text, 'loopback-too').ok).toBe(false),
  );
});

test('an endpoint hears the events it named, or all of them, and none while it is disabled', () => {
  const all = { ...endpoint, events: ['*'] };
  expect(listensTo(endpoint, 'order.captured')).toBe(true);
  expect(listensTo(endpoint, 'order.released')).toBe(false);
  expect(listensTo(all, 'order.released')).toBe(true);
  expect(listensTo({ ...all, disabled: { at: endpoint.createdAt, reason: 'owner' } }, 'order.released')).toBe(false);
});
