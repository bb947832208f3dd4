import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { LogBucket } from './constructs/log-bucket.ts';
import type { Site } from './constructs/site.ts';

/** Where finance reads its exports, and the record of who read them. */
export class Settlement extends Construct {
  readonly exports: Bucket;

  constructor(scope: Construct, id: string, site: Site) {
    super(scope, id);
    const removalPolicy = site.settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.exports = new Bucket(this, 'Exports', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      encryption: BucketEncryption.KMS,
      encryptionKey: site.dataKey,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: new LogBucket(this, 'AccessLogs', removalPolicy),
      serverAccessLogsPrefix: 'exports/',
      lifecycleRules: [
        { noncurrentVersionExpiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
    });
  }
}
