import type { ApiFunction } from '../api/route.ts';
import type { Tag } from './types.ts';

const tag = (name: string, description: string, summary: string, zh: string): Tag => ({
  name,
  description: `${description}\n\n${summary}:${zh}`,
  'x-zh': { summary, description: zh },
});

const accounts = tag('accounts', 'Accounts, their API keys, and tokens for guests.', '账户', '账户、密钥与访客令牌。');
const merchants = tag(
  'merchants',
  'Applying as a merchant, documents, standing and label, and the decisions about them.',
  '商家',
  '入驻申请、资质文件、状态与标签,以及相关决定。',
);
const catalog = tag(
  'catalog',
  'Products, their immutable versions, and what is on sale.',
  '商品',
  '商品及其不可更改的版本、在售目录。',
);
const stock = tag(
  'stock',
  'Batches of card keys: import, report, quarantine, counts.',
  '库存',
  '卡密批次:导入、报告、隔离与计数。',
);
const orders = tag(
  'orders',
  'Orders from placing to release; reading the keys.',
  '订单',
  '从下单到放款的全过程,以及查看卡密。',
);
const payments = tag('payments', 'Paying orders and topping wallets up.', '支付', '订单付款与钱包充值。');
const books = tag('books', 'Wallets, statements and the trial balance.', '账簿', '钱包、流水与试算平衡。');
const policy = tag(
  'policy',
  'The published rules that the code executes, and whether it answers.',
  '白皮书',
  '公开且由代码执行的规则,以及接口健康状况。',
);

const webhooks = tag(
  'webhooks',
  'Addresses that are told what happened, what was sent to them, and the log of events.',
  '事件通知',
  '接收事件的地址、投递记录与事件日志。',
);

/** In the order of the reference. */
export const tags: readonly Tag[] = [policy, accounts, merchants, catalog, stock, orders, payments, books, webhooks];

/** Under which heading the routes of a function stand. */
export const tagOf: Readonly<Record<ApiFunction, Tag>> = {
  identity: accounts,
  personalData: accounts,
  admission: merchants,
  catalog,
  stock,
  imports: stock,
  orders,
  payments,
  channelPayments: payments,
  reveal: orders,
  ledger: books,
  policy,
  webhooks,
};
