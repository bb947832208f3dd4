import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChannelGateway, startChannelGateway } from '../../../../local/channel-gateway/gateway.ts';
import { createMerchant, keepMerchant } from '../../../../local/channel-gateway/merchant.ts';
import type { NewTrade } from '../../../../local/channel-gateway/trade-book.ts';
import { listenForNotifications, until } from '../../../support/channel-gateway.ts';

const merchant = createMerchant();
const channel = 'wechat_pay';
let folder: string;
let gateway: ChannelGateway;
let stops: (() => Promise<void>)[];

const start = async (): Promise<ChannelGateway> => {
  const started = await startChannelGateway({ merchant, file: join(folder, 'channels.db'), retryScale: 1 / 600 });
  stops.push(started.stop);
  return started;
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'channels-'));
  stops = [];
  gateway = await start();
});
afterEach(async () => {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true });
});

const trade = (changed: Partial<NewTrade> = {}): NewTrade => ({
  channel,
  paymentId: 'pay_page_1',
  amountMinor: 1_990,
  subject: '<script>alert("点卡")</script>',
  scene: 'qr',
  expiresAt: new Date(Date.now() + 600_000).toISOString(),
  notifyUrl: '',
  returnUrl: null,
  ...changed,
});
const post = (path: string, body: string, type: string) =>
  fetch(new URL(path, gateway.url), { method: 'POST', redirect: 'manual', headers: { 'content-type': type }, body });
const control = (path: string, body: unknown) => post(`/control${path}`, JSON.stringify(body), 'application/json');
const stateOf = (paymentId = 'pay_page_1') => gateway.book.find(channel, paymentId)?.state;

describe('the pay page', () => {
  it('shows what is to be paid, how long, and a code to scan, without a foreign asset or a foreign script', async () => {
    const opened = gateway.book.open(trade());
    const page = await fetch(gateway.payPage(opened.trade));
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('微信支付');
    expect(html).toContain('19.90');
    expect(html).toContain('<svg');
    expect(html).toContain('id="left"');
    expect(html).not.toContain('<script>alert');
    expect(html.match(/(?:src|href)="(?!\/)[^"]*"/g)).toBeNull();
    expect(gateway.book.find(channel, 'pay_page_1')?.seen).toBe(1);
  });

  it('pays with its button, once, and goes back to the shop', async () => {
    const opened = gateway.book.open(trade({ returnUrl: 'https://shop.example/back' }));
    const form = 'application/x-www-form-urlencoded';
    const paid = await post(`/pay/${opened.trade.code}/pay`, '', form);
    expect([paid.status, paid.headers.get('location')]).toEqual([303, 'https://shop.example/back']);
    const paidAt = gateway.book.find(channel, 'pay_page_1')?.paidAt;
    await post(`/pay/${opened.trade.code}/pay`, '', form);
    expect(gateway.book.find(channel, 'pay_page_1')).toMatchObject({ state: 'paid', paidMinor: 1_990, paidAt });
    expect(await (await fetch(gateway.payPage(opened.trade))).text()).toContain('支付成功');
  });

  it('never leads to anything but a web address', async () => {
    const opened = gateway.book.open(trade({ returnUrl: 'javascript:alert(1)' }));
    const paid = await post(`/pay/${opened.trade.code}/pay`, '', 'application/x-www-form-urlencoded');
    expect(paid.headers.get('location')).toBe(`/pay/${opened.trade.code}`);
  });

  it('ends the trade when the buyer gives up, and takes nothing afterwards', async () => {
    const opened = gateway.book.open(trade());
    await post(`/pay/${opened.trade.code}/cancel`, '', 'application/x-www-form-urlencoded');
    expect(stateOf()).toBe('closed');
    await post(`/pay/${opened.trade.code}/pay`, '', 'application/x-www-form-urlencoded');
    expect(stateOf()).toBe('closed');
    expect(await (await fetch(gateway.payPage(opened.trade))).text()).toContain('交易已关闭');
  });

  it('is found from the list of all trades', async () => {
    const empty = await (await fetch(gateway.url)).text();
    expect(empty).toContain('还没有交易');
    const opened = gateway.book.open(trade());
    expect(await (await fetch(gateway.url)).text()).toContain(`href="/pay/${opened.trade.code}"`);
  });

  it('exists for those only who know its name', async () => {
    expect((await fetch(`${gateway.url}/pay/unknown`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/elsewhere`)).status).toBe(404);
  });
});

describe('control', () => {
  it('pays, short or over, and even after the end', async () => {
    gateway.book.open(trade({ expiresAt: '2020-01-01T00:00:00.000Z' }));
    const late = await control('/trades/wechat_pay/pay_page_1/pay', {});
    expect([late.status, stateOf()]).toEqual([409, 'closed']);
    await control('/trades/wechat_pay/pay_page_1/pay', { deltaMinor: -1, evenIfClosed: true });
    expect(gateway.book.find(channel, 'pay_page_1')).toMatchObject({ state: 'paid', paidMinor: 1_989 });
    const view = await (await fetch(`${gateway.url}/control/trades/wechat_pay/pay_page_1`)).json();
    expect(view).toMatchObject({ trade: { state: 'paid' }, refunds: [], errands: [{ kind: 'notify' }] });
  });

  it('orders faults, tells them, and ends them', async () => {
    const ordered = { calls: [{ operation: 'refund', fault: 'balance-short', times: 1 }] };
    expect((await control('/faults', ordered)).status).toBe(200);
    expect(await (await fetch(`${gateway.url}/control/faults`)).json()).toMatchObject(ordered);
    await control('/faults', {});
    expect(gateway.faults().calls).toEqual([]);
  });

  it.each([
    ['/faults', { calls: [{ fault: 'unheard-of' }] }, 400],
    ['/faults', { notifications: { copies: 1_000_000 } }, 400],
    ['/faults', 'not an object', 400],
    ['/trades/wechat_pay/nobody/pay', {}, 404],
    ['/trades/cash/pay_page_1/pay', {}, 404],
    ['/elsewhere', {}, 404],
  ])('refuses %s %j', async (path, body, status) => expect((await control(path, body)).status).toBe(status));

  it('takes no form that a page of another site could post', async () => {
    expect((await post('/control/faults', '{}', 'text/plain')).status).toBe(415);
  });
});

describe('what the gateway knows', () => {
  it('is there after a restart, and what it had to say is said by the next', async () => {
    let isOpen = false;
    const listener = await listenForNotifications(async () =>
      isOpen ? { status: 200, body: '' } : { status: 500, body: '' },
    );
    stops.push(listener.close);
    gateway.book.open(trade({ notifyUrl: `${listener.url}/v1/channels/wechat-pay/notifications` }));
    gateway.pay(channel, 'pay_page_1');
    await until(() => (gateway.errandsOf(channel, 'pay_page_1')[0]?.attempts ?? 0) > 0, 'one attempt failed');
    await gateway.stop();
    stops.shift();
    isOpen = true;
    gateway = await start();
    expect(stateOf()).toBe('paid');
    await until(() => gateway.errandsOf(channel, 'pay_page_1')[0]?.state === 'done', 'the notification is taken');
  });

  it('of its merchant stays the same', () => {
    const file = join(folder, 'merchant.json');
    expect(keepMerchant(file)).toEqual(keepMerchant(file));
  });
});

it('an attempt that nobody hears is made again, and given up at the end of the schedule', async () => {
  const hasty = await startChannelGateway({ merchant, retryScale: 1e-6 });
  stops.push(hasty.stop);
  hasty.book.open(trade({ notifyUrl: 'http://127.0.0.1:9/nobody' }));
  hasty.pay(channel, 'pay_page_1');
  const errand = await until(() => {
    const [first] = hasty.errandsOf(channel, 'pay_page_1');
    return first?.state === 'given-up' && first;
  }, 'the notification is given up');
  expect(errand).toMatchObject({ attempts: 16, result: expect.stringContaining('not delivered') });
});
