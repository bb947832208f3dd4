import { randomUUID } from 'node:crypto';
import { Cron } from 'croner';
import type { Fields } from './aws-json.ts';
import { messageOf, Refusal } from './refusal.ts';

export type ScheduleDefinition = {
  readonly name: string;
  readonly expression: string;
  readonly timezone: string | undefined;
  /** Starts the target once, at the given time. */
  readonly run: (scheduledAt: Date) => Promise<void>;
};

/** AWS lets runs overlap without bound; on one machine a target that never ends must not pile up. */
const maximumOverlap = 5;
const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const longestTimerMs = 20 * 86_400_000;

export const startSchedules = (
  schedules: readonly ScheduleDefinition[],
  report: (line: string) => void,
): { readonly stop: () => void } => {
  const stops = schedules.map((schedule) => startSchedule(schedule, report));
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
  };
};

const startSchedule = (
  { name, expression, timezone, run }: ScheduleDefinition,
  report: (line: string) => void,
): (() => void) => {
  let running = 0;
  const fire = async (): Promise<void> => {
    if (running >= maximumOverlap)
      return report(`${name} is due but ${maximumOverlap} earlier runs have not ended; this one is left out`);
    running += 1;
    try {
      await run(new Date());
    } catch (thrown) {
      report(`${name} failed: ${messageOf(thrown)}`);
    } finally {
      running -= 1;
    }
  };
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate !== null) return startRate(Number(rate[1]) * (unitMs[rate[2] ?? ''] ?? 0), fire);
  const at = /^at\((.+)\)$/.exec(expression)?.[1];
  const pattern = at === undefined ? cronPatternOf(expression) : at;
  const job = new Cron(pattern, { timezone: timezone ?? 'UTC', unref: true }, () => void fire());
  return () => job.stop();
};

const startRate = (periodMs: number, fire: () => Promise<void>): (() => void) => {
  let next = Date.now() + periodMs;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    timer = setTimeout(check, Math.min(Math.max(next - Date.now(), 0), longestTimerMs));
    timer.unref();
  };
  const check = (): void => {
    if (Date.now() >= next) {
      next = Date.now() + periodMs;
      void fire();
    }
    arm();
  };
  arm();
  return () => clearTimeout(timer);
};

/** AWS writes "from 0 on, every 30" as 0/30, where croner wants the range spelled out. */
const lastOfField = [59, 23, 31, 12, 6, 2199];

/**
 * Translates AWS's `cron(minutes hours day-of-month month day-of-week year)`: AWS counts weekdays from Sunday as 1,
 * cron from Sunday as 0, and croner takes seconds in front.
 */
export const cronPatternOf = (expression: string): string => {
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6)
    throw new Refusal(`The schedule ${expression} is neither rate(…), cron(…) with six fields, nor at(…).`);
  const [dayOfWeek = '*', occurrence] = (fields[4] ?? '*').split('#');
  fields[4] = dayOfWeek.replaceAll(/(?<![\d/])\d+/g, (digits) => String(Number(digits) - 1));
  const stepped = fields.map((field, index) => field.replace(/^(\d+)\/(\d+)$/, `$1-${lastOfField[index]}/$2`));
  if (occurrence !== undefined) stepped[4] += `#${occurrence}`;
  return ['0', ...stepped].join(' ');
};

/** The event of an EventBridge rule whose target names no input of its own. */
export const scheduledEvent = (region: string, accountId: string, ruleArn: string, scheduledAt: Date): Fields => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: accountId,
  time: `${scheduledAt.toISOString().slice(0, 19)}Z`,
  region,
  resources: [ruleArn],
  detail: {},
});
