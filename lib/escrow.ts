import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { dueShards } from '../contract/shards.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { everyMinute } from './constructs/schedules.ts';
import {
  carryBatchesThrough,
  claimAndReturnKeys,
  commitRefunds,
  findOverdue,
  postEntries,
  settleOrders,
} from './grants.ts';
import { GuaranteeMachine } from './guarantee-machine.ts';
import type { House } from './house.ts';
import { badRuns, goodRuns, ownMetric } from './metrics.ts';
import { workTimeouts } from './queues.ts';

/** The guarantee: by its promise an order is delivered or refunded, and after its hold the escrow is released. */
export class Escrow extends Construct {
  readonly startGuarantee: RoomFunction;
  readonly guarantee: RoomFunction;
  readonly sweep: RoomFunction;
  readonly machine: GuaranteeMachine;

  constructor(scope: Construct, id: string, house: House) {
    super(scope, id);
    this.guarantee = this.#makeGuarantee(house);
    this.machine = new GuaranteeMachine(this, 'Machine', { site: house.site, guarantee: this.guarantee });
    this.startGuarantee = this.#makeStartGuarantee(house);
    this.sweep = this.#makeSweep(house);
    this.#watchMachine(house);
    this.#watchSweep(house);
  }

  #makeGuarantee({ site, tables, queues }: House): RoomFunction {
    const guarantee = new RoomFunction(this, 'Guarantee', {
      site,
      name: 'guarantee',
      description: 'Does what is due for one order: delivers it, refunds it or releases its escrow.',
      timeout: Duration.seconds(60),
      memoryMb: 1_024,
    });
    settleOrders(tables, guarantee);
    claimAndReturnKeys(tables, guarantee);
    postEntries(tables, guarantee);
    commitRefunds(tables, guarantee);
    queues.delivery.grantSending(guarantee);
    return guarantee;
  }

  #makeStartGuarantee({ site, queues }: House): RoomFunction {
    const start = new RoomFunction(this, 'StartGuarantee', {
      site,
      name: 'startGuarantee',
      description: 'Starts the workflow of each captured order.',
      timeout: workTimeouts.guarantee,
    });
    this.machine.grantStarting(start);
    queues.guarantee.grantPostponing(start);
    queues.guarantee.workedBy(start, { batchSize: 10, maxConcurrency: 5 });
    return start;
  }

  #makeSweep({ site, tables, queues }: House): RoomFunction {
    const sweep = new RoomFunction(this, 'Sweep', {
      site,
      name: 'sweep',
      description: 'Finds what is past due and has not happened, and does it.',
      timeout: Duration.seconds(55),
      memoryMb: 1_769,
    });
    findOverdue(tables, sweep);
    settleOrders(tables, sweep);
    carryBatchesThrough(tables, sweep);
    claimAndReturnKeys(tables, sweep);
    postEntries(tables, sweep);
    commitRefunds(tables, sweep);
    queues.delivery.grantSending(sweep);
    queues.channel.grantSending(sweep);
    sweep.tell(environmentVariables.guaranteeTimers, site.settings.guaranteeTimers);
    everyMinute(this, 'SweepEachMinute', sweep, dealShards(site.settings.sweepers));
    return sweep;
  }

  #watchMachine({ site }: House): void {
    const { machine } = this.machine;
    const period = Duration.minutes(5);
    site.alarms.raise(this, 'GuaranteeFailed', {
      runbookAnchor: 'guarantee-failed',
      humanConsequence: "An order's workflow gave up; the sweep goes on trying to keep its promise, each minute.",
      metric: badRuns(machine, period, 'Executions that failed, timed out or were stopped'),
      threshold: 0,
      silence: TreatMissingData.NOT_BREACHING,
    });
  }

  #watchSweep({ site }: House): void {
    const period = Duration.minutes(1);
    site.alarms.raise(this, 'SweepNotRunning', {
      runbookAnchor: 'sweep-not-running',
      humanConsequence:
        'Nothing looks for orders past their promise; a lost message now leaves a buyer without key and money.',
      metric: goodRuns(this.sweep.lambda, period, 'Sweeps that ended well'),
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      periods: 5,
      silence: TreatMissingData.BREACHING,
    });
    site.alarms.raise(this, 'OverduePromises', {
      runbookAnchor: 'overdue-promises',
      humanConsequence:
        'Orders wait for what is overdue, a delivery, a refund or a release: we are breaking our word, or about to.',
      metric: ownMetric(site.settings.stage, 'sweep', 'OverduePromises', { period, label: 'Overdue promises' }),
      threshold: 0,
      periods: 3,
      // That the sweep speaks at all is the other alarm's business.
      silence: TreatMissingData.NOT_BREACHING,
    });
  }
}

/** Deals the shards of what is due out among so many runs a minute. */
const dealShards = (runs: number): readonly { readonly shards: readonly number[] }[] =>
  Array.from({ length: runs }, (_, run) => ({
    shards: Array.from({ length: dueShards }, (_, shard) => shard).filter((shard) => shard % runs === run),
  }));
