import * as z from 'zod/mini';
import { entryKinds } from '../../core/ledger/entry.ts';
import * as common from './common.ts';
import { schemaNames } from './naming.ts';
import type { Route } from './route.ts';
import * as samples from './samples.ts';

const signedMinor = z.int();

const walletSchema = z
  .object({
    accountId: common.accountId,
    /** A top-up stops at the largest amount; what comes back by refunds may lift the balance above it. */
    balanceMinor: z.int().check(z.minimum(0)),
    currency: common.currencySchema,
  })
  .register(schemaNames, { id: 'Wallet' });

const statementLine = z
  .object({
    entryId: z.string(),
    kind: z.enum(entryKinds),
    postedAt: common.instant,
    /** Positive: into the wallet. */
    amountMinor: signedMinor,
  })
  .register(schemaNames, { id: 'StatementLine' });

export const ledgerRoutes = [
  {
    operation: 'readOwnWallet',
    method: 'GET',
    path: '/v1/wallet',
    function: 'ledger',
    roles: ['buyer'],
    summary: 'The balance of your wallet.',
    description: 'What can be spent now; money of open orders is in escrow and not in it.',
    zh: { summary: '查看本人钱包余额', description: '当前可用余额;未完成订单的款项在担保账户中,不计入。' },
    refusals: [],
    example: { response: samples.wallet },
    idempotencyKey: false,
    status: 200,
    params: common.noParams,
    query: common.noQuery,
    body: common.noBody,
    response: walletSchema,
  },
  {
    operation: 'readWallet',
    method: 'GET',
    path: '/v1/wallets/{accountId}',
    function: 'ledger',
    roles: ['operator', 'finance', 'auditor'],
    summary: 'The balance of a wallet.',
    description: 'A buyer without any movement has an empty wallet.',
    zh: { summary: '查看某一钱包余额', description: '从未有过流水的买家余额为零。' },
    refusals: ['not-found'],
    example: { params: { accountId: samples.buyerId }, response: samples.wallet },
    idempotencyKey: false,
    status: 200,
    params: z.object({ accountId: common.accountId }),
    query: common.noQuery,
    body: common.noBody,
    response: walletSchema,
  },
  {
    operation: 'readOwnStatement',
    method: 'GET',
    path: '/v1/wallet/statement',
    function: 'ledger',
    roles: ['buyer'],
    summary: 'The movements of your wallet, newest first.',
    description: 'Each line is one entry of the journal; together they add up to the balance.',
    zh: { summary: '查看本人钱包流水,新的在前', description: '每一行对应一笔分录,合计即余额。' },
    refusals: [],
    example: { query: { limit: 50 }, response: { items: [samples.statementLine] } },
    idempotencyKey: false,
    status: 200,
    params: common.noParams,
    query: common.pageQuery,
    body: common.noBody,
    response: common.page(statementLine),
  },
  {
    operation: 'readStatement',
    method: 'GET',
    path: '/v1/wallets/{accountId}/statement',
    function: 'ledger',
    roles: ['operator', 'finance', 'auditor'],
    summary: 'The movements of a wallet, newest first.',
    description: 'Each line is one entry of the journal; together they add up to the balance.',
    zh: { summary: '查看某一钱包流水,新的在前', description: '每一行对应一笔分录,合计即余额。' },
    refusals: ['not-found'],
    example: {
      params: { accountId: samples.buyerId },
      query: { limit: 50 },
      response: { items: [samples.statementLine] },
    },
    idempotencyKey: false,
    status: 200,
    params: z.object({ accountId: common.accountId }),
    query: common.pageQuery,
    body: common.noBody,
    response: common.page(statementLine),
  },
  {
    operation: 'readTrialBalance',
    method: 'GET',
    path: '/v1/ledger/trial-balance',
    function: 'ledger',
    roles: ['operator', 'finance', 'auditor'],
    summary: 'All accounts at the position up to which the journal is folded; they sum to zero.',
    description: 'Exact at its position: it holds every entry posted before that moment and no other.',
    zh: { summary: '试算平衡表,各科目合计为零', description: '在所示时点上精确:包含此前全部分录,且仅此而已。' },
    refusals: [],
    example: { response: samples.trialBalance },
    idempotencyKey: false,
    status: 200,
    params: common.noParams,
    query: common.noQuery,
    body: common.noBody,
    response: z.object({
      /** Entries posted before this moment are included, no others; absent until the first fold. */
      position: z.optional(common.instant),
      currency: common.currencySchema,
      sumMinor: signedMinor,
      accounts: z.array(z.object({ account: z.string(), balanceMinor: signedMinor })),
    }),
  },
] as const satisfies readonly Route[];
