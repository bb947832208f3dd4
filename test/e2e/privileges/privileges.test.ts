import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { functionEntries } from '../../../contract/functions.ts';
import { startMarket } from '../local-market.ts';
import { fits } from './iam.ts';
import { createRecorder, type Use } from './recorder.ts';
import { readRoles } from './roles.ts';
import * as scenes from './scenes.ts';

const recorder = createRecorder();
const ownName = 'theTest';
let market: scenes.Market;
let roles: Awaited<ReturnType<typeof readRoles>>;
let uses: readonly Use[];

beforeAll(async () => {
  // The test reads and writes tables too, through the same recorder, and says who it is.
  vi.stubEnv('AWS_SDK_UA_APP_ID', ownName);
  market = await startMarket({ interpose: recorder.interpose });
  roles = await readRoles('local');
  const [merchant, buyer] = await Promise.all([market.open('merchant', 'M'), market.open('buyer', 'B')]);
  const cast = { merchant, buyer };
  const amount = { amountMinor: 1_000_000, currency: 'CNY' };
  await market.call('POST', `/v1/wallets/${buyer.accountId}/test-top-ups`, { as: market.operator, body: amount });
  const t = scenes.tools(market, cast);
  await scenes.accountsAndKeys(market, cast);
  await scenes.catalog(market, t, cast);
  // Early, while little has happened that has to be passed on first.
  await scenes.webhooks(t, cast);
  await scenes.smallOrders(t, cast);
  await scenes.waitingOrders(t);
  await scenes.largeOrders(t, cast);
  await scenes.staleOfferInTheLine(t);
  await scenes.longLine(t);
  for (const keep of Object.values(scenes.keepers(t))) await scenes.keptPromises(t, keep);
  await scenes.quarantine(market, t, cast);
  await scenes.channelMoney(market, t, cast);
  await scenes.imports(market, t, cast);
  await scenes.sampling(market, t);
  await scenes.repeatedImport(t, cast);
  await scenes.stockCounts(t);
  await scenes.failedMessages(t);
  await scenes.personalData(market, t, cast);
  await scenes.admission(market, t);
  await scenes.books(market, t, cast);
  await scenes.audit(t);
  await scenes.countedRequests(market);
  // What streams and queues pass on comes by itself, a moment later.
  const passedOn = /^(relay|archiveClaims|indexCatalog|startGuarantee|countStock|recordEvents):/;
  const heard = () => unusedOf(own()).filter((grant) => passedOn.test(grant));
  await vi.waitFor(() => expect(heard()).toEqual([]), { timeout: 20_000, interval: 100 });
  uses = own();
}, 120_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await market?.stop();
  recorder.stop();
});

/** What the functions called; the test's own reads and writes are nobody's business. */
const own = (): readonly Use[] => recorder.uses().filter(({ caller }) => caller !== ownName);
const described = (list: readonly Use[]): readonly string[] => [...new Set(list.map(roles.describe))].sort();
/** A link is opened by whoever holds it, in the name of the function that signed it. */
const usesOfLinks = (): readonly Use[] =>
  own()
    .filter(({ caller, action }) => caller === 'personalData' && action === 's3:PutObject')
    .map((use) => ({ ...use, action: 's3:GetObject' }));
const unusedOf = (used: readonly Use[]): readonly string[] => {
  const all = [...used, ...usesOfLinks(), ...roles.usesOfLambda()];
  const isUsed = (grant: Use) =>
    all.some(
      ({ caller, action, resource }) =>
        caller === grant.caller && action === grant.action && fits(grant.resource, resource),
    );
  return described(roles.grants().filter((grant) => !isUsed(grant)));
};

test('every call names the function that made it, and every function but those without a neighbour calls something', () => {
  const silent = Object.keys(functionEntries).filter((name) => !uses.some(({ caller }) => caller === name));
  expect(silent).toEqual(['reference']);
  expect(uses.filter(({ caller }) => !(caller in functionEntries))).toEqual([]);
});

test('no call of any function is one that its role does not allow', () => {
  expect(described(uses.filter((use) => !roles.isAllowed(use)))).toEqual([]);
});

test('Lambda may do in the name of each function what it does for it', () => {
  expect(described(roles.usesOfLambda().filter((use) => !roles.isAllowed(use)))).toEqual([]);
});

test('no function may do what it never does', () => {
  expect(unusedOf(uses)).toEqual([]);
});
