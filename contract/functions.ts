/**
 * Every Lambda function of the stack and the file its bundle starts from.
 * One for each room and privilege: a function holds only what its least trusted line may touch.
 */
export const functionEntries = {
  authorizer: 'functions/identity/authorizer.ts',
  identity: 'functions/identity/api.ts',
  personalData: 'functions/identity/personal-data-api.ts',
  admission: 'functions/identity/admission-api.ts',
  watchAdmission: 'functions/identity/watch-admission.ts',
  catalog: 'functions/catalog/api.ts',
  stock: 'functions/stock/api.ts',
  imports: 'functions/imports/api.ts',
  orders: 'functions/orders/api.ts',
  payments: 'functions/payments/api.ts',
  channelPayments: 'functions/payments/channel-api.ts',
  channelNotifications: 'functions/payments/channel-notifications.ts',
  settleChannel: 'functions/payments/settle-channel.ts',
  reveal: 'functions/fulfilment/reveal-api.ts',
  ledger: 'functions/ledger/api.ts',
  policy: 'functions/policy/api.ts',
  reference: 'functions/reference/api.ts',
  relay: 'functions/notifications/relay.ts',
  archiveClaims: 'functions/claims/archive-claims.ts',
  indexCatalog: 'functions/catalog/index-catalog.ts',
  deliver: 'functions/fulfilment/deliver.ts',
  countStock: 'functions/stock/count-stock.ts',
  importFile: 'functions/imports/import-file.ts',
  startGuarantee: 'functions/escrow/start-guarantee.ts',
  guarantee: 'functions/escrow/guarantee.ts',
  sweep: 'functions/escrow/sweep.ts',
  fold: 'functions/ledger/fold.ts',
  audit: 'functions/ledger/audit.ts',
  webhooks: 'functions/webhooks/api.ts',
  recordEvents: 'functions/webhooks/record-events.ts',
  deliverWebhook: 'functions/webhooks/deliver.ts',
  sweepWebhooks: 'functions/webhooks/sweep.ts',
} as const;

export type FunctionName = keyof typeof functionEntries;
