import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { LogBucket } from './constructs/log-bucket.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import type { Site } from './constructs/site.ts';

/** Where a large export of personal data waits for whoever asked for it, for a day at most. */
export class DataExports extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, site: Site) {
    super(scope, id);
    const removalPolicy = site.settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const aDay = Duration.days(1);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      encryption: BucketEncryption.KMS,
      encryptionKey: site.dataKey,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: new LogBucket(this, 'AccessLogs', removalPolicy),
      serverAccessLogsPrefix: 'data-exports/',
      lifecycleRules: [{ expiration: aDay, noncurrentVersionExpiration: aDay }],
    });
  }

  /** Lets a function put exports there and sign links to them, which are opened in its name. */
  grantKeeping(fn: RoomFunction): void {
    fn.allowObjects(['s3:PutObject', 's3:GetObject'], this.bucket, 'accounts/');
    fn.tell(environmentVariables.dataExportsBucket, this.bucket.bucketName);
  }
}
