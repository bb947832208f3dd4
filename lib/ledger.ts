import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { daily, everyMinute } from './constructs/schedules.ts';
import { foldJournal, identify, inspectEverything, readBooks } from './grants.ts';
import type { House } from './house.ts';
import { goodRuns, ownMetric } from './metrics.ts';

/** The books: read by their owners, folded each minute, audited each day. */
export class Ledger extends Construct {
  readonly api: RoomFunction;
  readonly fold: RoomFunction;
  readonly audit: RoomFunction;

  constructor(scope: Construct, id: string, house: House) {
    super(scope, id);
    this.api = this.#makeApi(house);
    this.fold = this.#makeFold(house);
    this.audit = this.#makeAudit(house);
    this.#watchFold(house);
    this.#watchAudit(house);
  }

  #makeApi({ site, tables }: House): RoomFunction {
    const api = new RoomFunction(this, 'Api', {
      site,
      name: 'ledger',
      description: 'Answers the routes of wallets, statements and the trial balance.',
      timeout: Duration.seconds(20),
      memoryMb: 1_024,
    });
    readBooks(tables, api);
    identify(tables, api);
    return api;
  }

  #makeFold({ site, tables }: House): RoomFunction {
    const fold = new RoomFunction(this, 'Fold', {
      site,
      name: 'fold',
      description: 'Folds closed buckets of the journal into totals.',
      timeout: Duration.seconds(55),
      memoryMb: 1_024,
    });
    foldJournal(tables, fold);
    fold.tell(environmentVariables.foldGraceSeconds, String(site.settings.foldGraceSeconds));
    everyMinute(this, 'FoldEachMinute', fold);
    return fold;
  }

  #makeAudit({ site, tables, archive }: House): RoomFunction {
    const audit = new RoomFunction(this, 'Audit', {
      site,
      name: 'audit',
      description: 'Checks the promises against the tables and names the record that breaks one.',
      timeout: Duration.minutes(15),
      memoryMb: 3_008,
    });
    inspectEverything(tables, audit);
    archive.grantReading(audit);
    daily(this, 'AuditEachDay', audit);
    return audit;
  }

  #watchFold({ site }: House): void {
    site.alarms.raise(this, 'FoldNotRunning', {
      runbookAnchor: 'fold-not-running',
      humanConsequence:
        'Totals and the trial balance are out of date; balances that people spend from are not affected.',
      metric: goodRuns(this.fold.lambda, Duration.minutes(5), 'Folds that ended well'),
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      periods: 3,
      silence: TreatMissingData.BREACHING,
    });
  }

  #watchAudit({ site }: House): void {
    site.alarms.raise(this, 'AuditFindings', {
      runbookAnchor: 'audit-findings',
      humanConsequence: 'A record breaks one of our promises: a key, an order or an account is not as we publish it.',
      metric: ownMetric(site.settings.stage, 'audit', 'AuditFindings', {
        statistic: 'Maximum',
        period: Duration.hours(1),
        label: 'Audit findings',
      }),
      threshold: 0,
      // The audit speaks once a day; that it speaks at all is the other alarm's business.
      silence: TreatMissingData.IGNORE,
    });
    site.alarms.raise(this, 'AuditNotRunning', {
      runbookAnchor: 'audit-not-running',
      humanConsequence: 'Nobody has checked our promises for more than a day; a broken one would go unnoticed.',
      metric: goodRuns(this.audit.lambda, Duration.hours(6), 'Audits that ended well'),
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      periods: 5,
      silence: TreatMissingData.BREACHING,
    });
  }
}
