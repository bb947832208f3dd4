/**
 * The names of the environment variables through which `lib/` tells a function where its neighbours are.
 * `adapters/environment.ts` reads them; a grant in `lib/` sets exactly those a function needs.
 */
import type { TableName } from './tables.ts';

export const tableVariable = (table: TableName): string => `TABLE_${table.toUpperCase()}`;

export const environmentVariables = {
  /** KMS key that wraps the data keys of import runs. */
  secretsKey: 'SECRETS_KEY_ARN',
  /** KMS HMAC key from which the fingerprint pepper is derived. */
  fingerprintKey: 'FINGERPRINT_KEY_ARN',
  /** Bucket in which large exports of personal data wait to be fetched. */
  dataExportsBucket: 'DATA_EXPORTS_BUCKET',
  /** Requests in a window by class of route and caller, as JSON (`contract/limits.ts`). */
  rateLimits: 'RATE_LIMITS',
  deliveryQueue: 'DELIVERY_QUEUE_URL',
  guaranteeQueue: 'GUARANTEE_QUEUE_URL',
  stockCountQueue: 'STOCK_COUNT_QUEUE_URL',
  channelQueue: 'CHANNEL_QUEUE_URL',
  /** Bucket of merchants' licences and authorisations. */
  documentsBucket: 'DOCUMENTS_BUCKET',
  eventsQueue: 'EVENTS_QUEUE_URL',
  webhooksQueue: 'WEBHOOKS_QUEUE_URL',
  /** KMS key that seals the signing secrets of webhook endpoints. */
  webhookSecretsKey: 'WEBHOOK_SECRETS_KEY_ARN',
  /** `public`: webhooks go to public hosts alone; `loopback-too`: also to this very machine, for tests and demos. */
  webhookReach: 'WEBHOOK_REACH',
  /** How long receivers of webhooks may take, and when what failed is sent again, as JSON (`contract/webhooks.ts`). */
  webhookPatience: 'WEBHOOK_PATIENCE',
  guaranteeMachine: 'GUARANTEE_MACHINE_ARN',
  importMachine: 'IMPORT_MACHINE_ARN',
  /** Bucket of the files of imports. */
  importsBucket: 'IMPORTS_BUCKET',
  /** Version of the policy that new captures live by. */
  policyVersion: 'POLICY_VERSION',
  /** `per-order`: a workflow for each captured order; `swept`: the sweep alone keeps the promises. */
  guaranteeTimers: 'GUARANTEE_TIMERS',
  /** Seconds after a journal bucket's end before it is folded; longer than any write can be under way. */
  foldGraceSeconds: 'FOLD_GRACE_SECONDS',
  /** Where Alipay's gateway answers, with its path. */
  alipayGateway: 'ALIPAY_GATEWAY_URL',
  /** Where WeChat Pay's API answers, without a path. */
  wechatPayGateway: 'WECHAT_PAY_GATEWAY_URL',
  /** Where payment channels send their notifications, without a path. */
  notifyBaseUrl: 'NOTIFY_BASE_URL',
  /** `open` or `closed`; told to every function that claims keys or places orders. */
  selling: 'SELLING',
  /** Bucket that holds every claim of a key, append-only. */
  claimsArchive: 'CLAIMS_ARCHIVE_BUCKET',
} as const;
