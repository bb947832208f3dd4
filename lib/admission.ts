import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { LogBucket } from './constructs/log-bucket.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { everyMinute } from './constructs/schedules.ts';
import { admitMerchants, tellProducts, watchMerchants } from './grants.ts';
import type { House } from './house.ts';
import { goodRuns, ownMetric } from './metrics.ts';

/** Who may sell: applications, documents, standings, and their way to the products. */
export class Admission extends Construct {
  readonly api: RoomFunction;
  readonly watch: RoomFunction;

  constructor(scope: Construct, id: string, house: House) {
    super(scope, id);
    this.api = this.#makeApi(house, this.#makeBucket(house));
    this.watch = this.#makeWatch(house);
    this.#raiseAlarms(house);
  }

  /** Licences and authorisations. What was accepted is kept; what was only brought goes after a year. */
  #makeBucket({ site }: House): Bucket {
    const removalPolicy = site.settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    return new Bucket(this, 'Documents', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      encryption: BucketEncryption.KMS,
      encryptionKey: site.dataKey,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: new LogBucket(this, 'AccessLogs', removalPolicy),
      serverAccessLogsPrefix: 'documents/',
      lifecycleRules: [
        { prefix: 'brought/', expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(30) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
  }

  #makeApi({ site, tables }: House, documents: Bucket): RoomFunction {
    const api = new RoomFunction(this, 'Api', {
      site,
      name: 'admission',
      description: 'Answers the routes of merchants: applications, documents, decisions, notices.',
      // A decision is carried through to the first products before it is answered.
      timeout: Duration.seconds(20),
      memoryMb: 1_024,
    });
    admitMerchants(tables, api);
    tellProducts(tables, api);
    // A form and a link can do what their signer may: put, or get, the one file that they name.
    api.allowObjects(['s3:GetObject', 's3:PutObject'], documents, 'brought/');
    api.allowObjects(['s3:GetObject', 's3:PutObject'], documents, 'accepted/');
    // Without the right to list, S3 answers «forbidden» where a file is not there.
    api.allow(['s3:ListBucket'], documents.bucketArn);
    api.tell(environmentVariables.documentsBucket, documents.bucketName);
    api.tell(environmentVariables.policyVersion, site.settings.policyVersion);
    return api;
  }

  #makeWatch({ site, tables }: House): RoomFunction {
    const watch = new RoomFunction(this, 'Watch', {
      site,
      name: 'watchAdmission',
      description: 'Tells products how their merchants stand, reminds of documents and ends those that have expired.',
      timeout: Duration.seconds(55),
      memoryMb: 1_024,
    });
    watchMerchants(tables, watch);
    tellProducts(tables, watch);
    watch.tell(environmentVariables.policyVersion, site.settings.policyVersion);
    everyMinute(this, 'WatchEachMinute', watch);
    return watch;
  }

  #raiseAlarms({ site }: House): void {
    const period = Duration.minutes(1);
    site.alarms.raise(this, 'WatchNotRunning', {
      runbookAnchor: 'admission-watch-not-running',
      humanConsequence: 'Licences expire unseen, and large shops go on selling after their suspension.',
      metric: goodRuns(this.watch.lambda, period, 'Watches that ended well'),
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      periods: 5,
      silence: TreatMissingData.BREACHING,
    });
    site.alarms.raise(this, 'OverdueAdmissions', {
      runbookAnchor: 'overdue-admissions',
      humanConsequence:
        'A merchant was suspended, relabelled or lost a licence minutes ago, and some of his products do not know.',
      metric: ownMetric(site.settings.stage, 'watchAdmission', 'OverdueAdmissions', {
        period,
        label: 'Overdue merchants and documents',
      }),
      threshold: 0,
      periods: 3,
      // That the watch speaks at all is the other alarm's business.
      silence: TreatMissingData.NOT_BREACHING,
    });
  }
}
