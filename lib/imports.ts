import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { LogBucket } from './constructs/log-bucket.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { bookBatches, offerKeys, readProducts, seeWaitingOrders, storeKeys } from './grants.ts';
import type { House } from './house.ts';
import { ImportMachine } from './import-machine.ts';
import { badRuns, ownMetric } from './metrics.ts';

/** How long a file that was uploaded, and never imported to its end, is kept. */
const uploadsKept = Duration.days(7);
const reportsKept = Duration.days(365);

/** Keys that come as files of any size. What is uploaded holds them in the clear, and goes as soon as they are stored. */
export class Imports extends Construct {
  readonly api: RoomFunction;
  readonly importFile: RoomFunction;
  readonly machine: ImportMachine;
  readonly #files: Bucket;

  constructor(scope: Construct, id: string, house: House) {
    super(scope, id);
    this.#files = this.#makeBucket(house);
    this.importFile = this.#makeImportFile(house);
    this.machine = new ImportMachine(this, 'Machine', { site: house.site, importFile: this.importFile });
    this.api = this.#makeApi(house);
    this.#watch(house);
  }

  /** Not versioned: what is deleted here held secrets in the clear and has to be gone. */
  #makeBucket({ site }: House): Bucket {
    const removalPolicy = site.settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    return new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      encryption: BucketEncryption.KMS,
      encryptionKey: site.dataKey,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: new LogBucket(this, 'AccessLogs', removalPolicy),
      serverAccessLogsPrefix: 'imports/',
      lifecycleRules: [
        { prefix: 'uploads/', expiration: uploadsKept },
        { prefix: 'work/', expiration: uploadsKept },
        { prefix: 'parts/', expiration: uploadsKept },
        { prefix: 'reports/', expiration: reportsKept },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
  }

  #makeImportFile({ site, tables, queues, vault }: House): RoomFunction {
    const importFile = new RoomFunction(this, 'ImportFile', {
      site,
      name: 'importFile',
      description: 'Imports a stretch of a file of keys and keeps how far it came.',
      timeout: Duration.minutes(15),
      memoryMb: 1_769,
      heapMb: 128,
    });
    bookBatches(tables, importFile);
    offerKeys(tables, importFile);
    storeKeys(tables, importFile);
    seeWaitingOrders(tables, importFile);
    vault.grantSealing(importFile);
    vault.grantFingerprinting(importFile);
    queues.delivery.grantSending(importFile);
    importFile.allowObjects(['s3:GetObject', 's3:DeleteObject'], this.#files, 'uploads/');
    importFile.allowObjects(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], this.#files, 'work/');
    importFile.allowObjects(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], this.#files, 'parts/');
    importFile.allowObjects(['s3:PutObject'], this.#files, 'reports/');
    this.#tell(importFile);
    return importFile;
  }

  #makeApi({ site, tables }: House): RoomFunction {
    const api = new RoomFunction(this, 'Api', {
      site,
      name: 'imports',
      description: 'Answers the routes of imports by file.',
      timeout: Duration.seconds(15),
    });
    readProducts(tables, api);
    api.tell(environmentVariables.policyVersion, site.settings.policyVersion);
    bookBatches(tables, api);
    this.machine.grantStarting(api);
    // A form can do what its signer may: put the one object that it names.
    api.allowObjects(['s3:PutObject', 's3:GetObject'], this.#files, 'uploads/');
    api.allowObjects(['s3:GetObject'], this.#files, 'reports/');
    this.#tell(api);
    return api;
  }

  /** Without the right to list, S3 answers «forbidden» where a file is not there. */
  #tell(fn: RoomFunction): void {
    fn.allow(['s3:ListBucket'], this.#files.bucketArn);
    fn.tell(environmentVariables.importsBucket, this.#files.bucketName);
  }

  #watch({ site }: House): void {
    const { machine } = this.machine;
    const period = Duration.minutes(5);
    site.alarms.raise(this, 'ImportFailed', {
      runbookAnchor: 'import-failed',
      humanConsequence:
        "A merchant's file stopped half-way; what was stored is on sale, and the sweep starts the rest again.",
      metric: badRuns(machine, period, 'Imports that failed, timed out or were stopped'),
      threshold: 0,
      silence: TreatMissingData.NOT_BREACHING,
    });
    site.alarms.raise(this, 'ImportsStalled', {
      runbookAnchor: 'imports-stalled',
      humanConsequence:
        'An import stood still for a quarter of an hour: a merchant waits for keys to go on sale that nobody was storing.',
      metric: ownMetric(site.settings.stage, 'sweep', 'ImportsStalled', { period, label: 'Imports that stood still' }),
      threshold: 0,
      silence: TreatMissingData.NOT_BREACHING,
    });
  }
}
