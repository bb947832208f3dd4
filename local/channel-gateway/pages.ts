import { randomBytes } from 'node:crypto';
import { toString as drawQr } from 'qrcode';
import type { Channel } from '../../core/payments/channel.ts';
import { chinaTimeOf, yuanOf } from '../../core/payments/channel-forms.ts';
import { assertNever } from '../../core/shared/result.ts';
import type { GatewayAnswer, GatewayRequest } from './face.ts';
import type { ChannelGateway } from './gateway.ts';
import type { BookedTrade } from './trade-book.ts';

type Shown = Pick<ChannelGateway, 'book' | 'pay' | 'cancel' | 'see' | 'payPage'>;

const looks: Readonly<Record<Channel, { readonly name: string; readonly english: string; readonly colour: string }>> = {
  alipay: { name: '支付宝', english: 'Alipay', colour: '#1677ff' },
  wechat_pay: { name: '微信支付', english: 'WeChat Pay', colour: '#07c160' },
};
const states = {
  open: ['待支付', 'waiting to be paid'],
  paid: ['已支付', 'paid'],
  closed: ['已关闭', 'closed'],
} as const;

/** The pages that a buyer sees: `/` lists the trades, `/pay/<code>` is where one is paid or given up. */
export const answerPage = async (gateway: Shown, request: GatewayRequest): Promise<GatewayAnswer | undefined> => {
  const [, page, code, act] = request.url.pathname.split('/');
  if (page === '' && request.method === 'GET') return html('本机支付渠道', indexPage(gateway));
  if (page !== 'pay' || code === undefined) return undefined;
  const trade = gateway.book.findByCode(code);
  if (trade === undefined) return undefined;
  if (request.method === 'GET' && act === undefined) {
    gateway.see(trade.channel, trade.paymentId);
    return html(looks[trade.channel].name, await payPage(gateway, trade), countdown(trade));
  }
  if (request.method !== 'POST') return undefined;
  if (act === 'pay') gateway.pay(trade.channel, trade.paymentId);
  else if (act === 'cancel') gateway.cancel(trade.channel, trade.paymentId);
  else return undefined;
  const after = gateway.book.findByCode(code) ?? trade;
  const isReturning = after.state === 'paid' && after.returnUrl !== null && isWeb(after.returnUrl);
  return { status: 303, headers: { location: isReturning ? `${after.returnUrl}` : `/pay/${code}` }, body: '' };
};

const isWeb = (url: string): boolean => URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);

const payPage = async (gateway: Shown, trade: BookedTrade): Promise<string> => {
  const { name, english, colour } = looks[trade.channel];
  const refundedMinor = gateway.book.refundedMinor(trade.channel, trade.paymentId);
  const refunds =
    refundedMinor === 0 ? '' : `<p class="note">已退款 ¥${yuanOf(refundedMinor)} <small>refunded</small></p>`;
  return `<main style="--brand:${colour}">
  <header><h1>${name}</h1><small>${english} · on this machine, no real money</small></header>
  <p class="amount">¥<b>${yuanOf(trade.paidMinor ?? trade.amountMinor)}</b></p>
  <p class="subject">${escaped(trade.subject)}</p>
  ${await stateOf(gateway, trade)}
  ${refunds}
  <dl><dt>订单号 <small>payment</small></dt><dd>${escaped(trade.paymentId)}</dd>
  <dt>交易号 <small>trade</small></dt><dd>${escaped(trade.tradeNo)}</dd></dl>
  <p><a href="/">全部交易 <small>all trades</small></a></p>
</main>`;
};

const stateOf = async (gateway: Shown, trade: BookedTrade): Promise<string> => {
  switch (trade.state) {
    case 'open':
      return `<figure>${await drawQr(gateway.payPage(trade), { type: 'svg', margin: 1 })}
  <figcaption>扫码或点击支付 <small>scan, or press the button</small></figcaption></figure>
  <p class="note">剩余时间 <b id="left">${chinaTimeOf(trade.expiresAt)}</b> <small>left to pay</small></p>
  <form method="post" action="/pay/${trade.code}/pay"><button class="pay">确认支付<small>Pay</small></button></form>
  <form method="post" action="/pay/${trade.code}/cancel"><button>取消<small>Cancel</small></button></form>`;
    case 'paid':
      return `<p class="done">支付成功 <small>paid ${chinaTimeOf(trade.paidAt ?? trade.openedAt)}</small></p>`;
    case 'closed':
      return '<p class="note">交易已关闭 <small>This trade has ended unpaid.</small></p>';
    default:
      return assertNever(trade.state);
  }
};

const indexPage = (gateway: Shown): string => {
  const rows = gateway.book.list().map((trade) => {
    const [chinese, english] = states[trade.state];
    return `<tr><td>${looks[trade.channel].name}</td><td><a href="/pay/${trade.code}">${escaped(trade.paymentId)}</a></td>
  <td>${escaped(trade.subject)}</td><td class="money">¥${yuanOf(trade.paidMinor ?? trade.amountMinor)}</td>
  <td>${chinese} <small>${english}</small></td><td>${chinaTimeOf(trade.openedAt)}</td></tr>`;
  });
  const none = '<p class="note">还没有交易 <small>No trades yet.</small></p>';
  const table = `<table><thead><tr><th>渠道 <small>channel</small></th><th>订单号 <small>payment</small></th>
  <th>商品 <small>subject</small></th><th>金额 <small>amount</small></th><th>状态 <small>state</small></th>
  <th>时间 <small>opened</small></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return `<main class="wide"><header><h1>本机支付渠道</h1><small>Alipay and WeChat Pay on this machine</small></header>
  ${rows.length === 0 ? none : table}</main>`;
};

/** Counts down to the end of the trade, then shows what became of it. */
const countdown = ({ state, expiresAt }: BookedTrade): string | undefined =>
  state === 'open'
    ? `const end = ${Date.parse(expiresAt)}, left = document.getElementById('left');
const tick = () => {
  const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
  left.textContent = Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0');
  if (seconds === 0) { clearInterval(timer); location.reload(); }
};
const timer = setInterval(tick, 1000);
tick();`
    : undefined;

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; }
body { margin: 0; padding: 2rem 1rem; background: Canvas; color: CanvasText; }
main { max-width: 22rem; margin: 0 auto; text-align: center; }
main.wide { max-width: 64rem; text-align: left; }
h1 { margin: 0; font-size: 1.3rem; color: var(--brand, inherit); }
small { opacity: .65; font-weight: normal; }
.amount { margin: 1rem 0 0; font-size: 1.5rem; } .amount b { font-size: 2.4rem; }
.subject { margin: 0 0 1rem; overflow-wrap: anywhere; }
figure { margin: 0 auto 1rem; } figure svg { width: 12rem; height: 12rem; border-radius: .5rem; }
button { width: 100%; margin: .3rem 0; padding: .7rem; font: inherit; border: 1px solid GrayText; border-radius: .5rem;
  background: transparent; color: inherit; cursor: pointer; }
button small { margin-left: .5rem; } button.pay { border: 0; background: var(--brand); color: #fff; }
.done { font-size: 1.3rem; color: var(--brand); } .done small { display: block; font-size: .9rem; }
dl { text-align: left; font-size: .85rem; } dd { margin: 0 0 .4rem; overflow-wrap: anywhere; }
table { width: 100%; margin-top: 1rem; border-collapse: collapse; font-size: .9rem; }
th, td { padding: .4rem; border-bottom: 1px solid GrayText; text-align: left; } .money { text-align: right; }
`;

const html = (title: string, body: string, script?: string): GatewayAnswer => {
  const nonce = randomBytes(12).toString('base64url');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'; base-uri 'none'`;
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    },
    body: `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${style}</style></head>
<body>${body}${script === undefined ? '' : `<script nonce="${nonce}">${script}</script>`}</body></html>
`,
  };
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
