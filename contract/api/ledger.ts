import * as z from 'zod/mini';
import * as common from './common.ts';
import type { Route } from './route.ts';

const signedMinor = z.int();

const walletSchema = z.object({
  accountId: common.accountId,
  /** A top-up stops at the largest amount; what comes back by refunds may lift the balance above it. */
  balanceMinor: z.int().check(z.minimum(0)),
  currency: common.currencySchema,
});

const statementLine = z.object({
  entryId: z.string(),
  kind: z.enum(['top-up', 'capture', 'refund', 'release']),
  postedAt: common.instant,
  /** Positive: into the wallet. */
  amountMinor: signedMinor,
});

export const ledgerRoutes = [
  {
    operation: 'readOwnWallet',
    method: 'GET',
    path: '/v1/wallet',
    function: 'ledger',
    roles: ['buyer'],
    summary: 'The balance of your wallet.',
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
