/**
 * Every choice that differs from one deployment to the next, in one typed place. A stage is a row of these settings;
 * nothing else in `lib/` asks which stage it is in.
 */

import type { RateLimits } from '../contract/limits.ts';
import type { RestoredTables } from '../contract/restored-tables.ts';
import { type Selling, sellingStates } from '../contract/selling.ts';
import { promisedPatience, type WebhookPatience } from '../contract/webhooks.ts';

export const stages = ['local', 'demo', 'dev', 'production'] as const;
export type Stage = (typeof stages)[number];

/** How the guarantee is kept: a workflow for each captured order and the sweep, or the sweep alone. */
type GuaranteeTimers = 'per-order' | 'swept';

/** `china`: regions without X-Ray for Lambda, and with a console of their own. */
type RegionProfile = 'global' | 'china';

type ApiThrottle = {
  /** Requests a second that the whole API sustains. */
  readonly requestsPerSecond: number;
  /** Requests that may arrive at once before the rate counts. */
  readonly burst: number;
};

type ChannelAddresses = {
  /** Alipay's gateway, with its path. */
  readonly alipayGateway: string;
  /** WeChat Pay's API, without a path. */
  readonly wechatPayGateway: string;
  /**
   * Where both send their notifications, without a path; a name of one's own in front of the API, for instance.
   * @default - the API's own address
   */
  readonly notifyBaseUrl?: string;
};

type ClaimsReplica = {
  /** A versioned bucket, with Object Lock where this one has it. */
  readonly bucketArn: string;
  /** The key there, whose policy must let this account encrypt. */
  readonly keyArn: string;
};
type ClaimsLock = { readonly mode: 'governance' | 'compliance'; readonly days: number };

export type Settings = {
  /** The name of the deployment; part of the stack's name and of its metrics' namespace. */
  readonly stage: Stage;
  /**
   * Whether tables, keys and files outlive the stack, and refuse to be deleted by hand.
   * @default false
   */
  readonly keepData: boolean;
  /**
   * Days that logs are kept.
   * @default 7
   */
  readonly logRetentionDays: 7 | 30 | 90 | 180 | 365;
  /**
   * The least severe line that functions log.
   * @default 'INFO'
   */
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /**
   * A workflow for each order keeps its promise to the second; the sweep alone keeps it to the minute and costs nothing
   * an order. An account holds 1,000,000 open executions.
   * @default 'per-order'
   */
  readonly guaranteeTimers: GuaranteeTimers;
  /**
   * The policy that new captures live by.
   * @default '2026-11-01'
   */
  readonly policyVersion: string;
  /**
   * Whether nobody trades here for real, so that a policy may be tried that was made for demonstrations or is not in
   * force yet.
   * @default false
   */
  readonly rehearsal: boolean;
  /**
   * Seconds after the end of a journal bucket before it is folded; longer than any write can be under way.
   * @default 300
   */
  readonly foldGraceSeconds: number;
  /**
   * What the region lacks.
   * @default 'global'
   */
  readonly regionProfile: RegionProfile;
  /**
   * What the whole API takes before it answers 429.
   * @default { requestsPerSecond: 500, burst: 1000 }
   */
  readonly apiThrottle: ApiThrottle;
  /**
   * Requests a minute by class of route and caller, before that caller is answered 429.
   * @default what a busy shop needs under one key, and what a person needs without one
   */
  readonly rateLimits: RateLimits;
  /**
   * Who is written to when an alarm rises. Without it, subscribe to the topic of the output `AlarmTopicArn`.
   * @default - no subscription
   */
  readonly alarmEmail: string | undefined;
  /**
   * Invocations of the sweep each minute; the shards of what is due are dealt out among them.
   * @default 1
   */
  readonly sweepers: 1 | 2 | 4 | 8;
  /**
   * Copies of the delivery function that read its queue at once. A fresh account has 10 concurrent executions for all.
   * @default 5
   */
  readonly deliveryConcurrency: number;
  /**
   * Where the payment channels are.
   * @default - their real hosts
   */
  readonly channels: ChannelAddresses;
  /**
   * How long S3 itself refuses to remove a claim from the archive. Governance yields to those who hold
   * `s3:BypassGovernanceRetention`, compliance to nobody. A bucket is born with a lock or never has one.
   * @default - no lock
   */
  readonly claimsLock: ClaimsLock | undefined;
  /**
   * A bucket in another region or account to which S3 copies each claim.
   * @default - no copy
   */
  readonly claimsReplica: ClaimsReplica | undefined;
  /**
   * Whether keys may be claimed; `-c selling=closed` closes it for a restore.
   * @default 'open'
   */
  readonly selling: Selling;
  /**
   * Tables that were restored to a moment in the past and are used in place of the stack's own: what the file
   * `restored/<stage>.json` says, if there is one.
   * @default - the stack's own tables
   */
  readonly restoredTables: RestoredTables | undefined;
  /**
   * Whom webhooks may be sent to: public hosts alone, or also this very machine, where nobody but the developer is.
   * @default 'public'
   */
  readonly webhookReach: 'public' | 'loopback-too';
  /**
   * How long receivers of webhooks may take, and when what failed is sent again.
   * @default - what `docs/webhooks.md` promises
   */
  readonly webhookPatience: WebhookPatience;
};

type LimitsInShort = Readonly<Record<'merchant' | 'buyer' | 'staff' | 'guest' | 'public', number>>;

/** A shop sells to many buyers under one key of its own; staff are people. */
const limitsFor = ({ staff, ...callers }: LimitsInShort): RateLimits['read'] => ({
  ...callers,
  operator: staff,
  arbiter: staff,
  finance: staff,
  auditor: staff,
});

/** Where benchmarks and demonstrations run hundreds of requests a second under a handful of keys. */
const generous = limitsFor({ merchant: 1e9, buyer: 1e9, staff: 1e9, guest: 1e9, public: 1e9 });
const generousLimits: RateLimits = { read: generous, write: generous };

const defaults: Omit<Settings, 'stage'> = {
  keepData: false,
  logRetentionDays: 7,
  logLevel: 'INFO',
  guaranteeTimers: 'per-order',
  policyVersion: '2026-11-01',
  rehearsal: false,
  foldGraceSeconds: 300,
  regionProfile: 'global',
  apiThrottle: { requestsPerSecond: 500, burst: 1_000 },
  rateLimits: {
    read: limitsFor({ merchant: 3_000, buyer: 6_000, staff: 1_200, guest: 120, public: 600 }),
    write: limitsFor({ merchant: 600, buyer: 3_000, staff: 600, guest: 60, public: 120 }),
  },
  alarmEmail: undefined,
  sweepers: 1,
  deliveryConcurrency: 5,
  claimsLock: undefined,
  claimsReplica: undefined,
  webhookReach: 'public',
  webhookPatience: promisedPatience,
  selling: 'open',
  restoredTables: undefined,
  channels: {
    alipayGateway: 'https://openapi.alipay.com/gateway.do',
    wechatPayGateway: 'https://api.mch.weixin.qq.com',
  },
};

/** Names that no host ever has (RFC 2606): what runs on one machine reaches its own gateway or nobody. */
const nowhere: ChannelAddresses = {
  alipayGateway: 'https://alipay.invalid/gateway.do',
  wechatPayGateway: 'https://wechat-pay.invalid',
};

/** Ten attempts in three minutes: who writes a receiver on his own machine sees what a day would show him. */
const hurried: WebhookPatience = { timeoutSeconds: 2, retryDelaysSeconds: [1, 2, 3, 5, 10, 15, 30, 45, 60] };

const perStage: Record<Stage, Partial<Settings>> = {
  local: {
    rateLimits: generousLimits,
    rehearsal: true,
    webhookReach: 'loopback-too',
    webhookPatience: hurried,
    foldGraceSeconds: 30,
    channels: nowhere,
  },
  demo: {
    rateLimits: generousLimits,
    rehearsal: true,
    webhookReach: 'loopback-too',
    webhookPatience: hurried,
    foldGraceSeconds: 10,
    policyVersion: 'demo',
    channels: nowhere,
  },
  dev: { rehearsal: true, logLevel: 'DEBUG', apiThrottle: { requestsPerSecond: 50, burst: 100 } },
  production: {
    keepData: true,
    logRetentionDays: 365,
    apiThrottle: { requestsPerSecond: 1_000, burst: 2_000 },
    sweepers: 4,
    deliveryConcurrency: 20,
    // Longer than any backup that tables can be restored from.
    claimsLock: { mode: 'governance', days: 400 },
  },
};

/** The settings of a stage. */
export const settingsOf = (stage: Stage): Settings => ({ ...defaults, ...perStage[stage], stage });

/** What a person said about selling; refuses a word that says neither. */
export const parseSelling = (word: string): Selling => {
  const selling = sellingStates.find((candidate) => candidate === word);
  if (selling === undefined) throw new Error(`Selling is ${sellingStates.join(' or ')}, not "${word}".`);
  return selling;
};

/** The stage that a person named; refuses a name that is none. */
export const parseStage = (name: string): Stage => {
  const stage = stages.find((candidate) => candidate === name);
  if (stage === undefined) throw new Error(`There is no stage "${name}". Choose one of: ${stages.join(', ')}.`);
  return stage;
};
