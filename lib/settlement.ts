import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Site } from './constructs/site.ts';

/** Where finance reads its exports, and the record of who read them. */
export class Settlement extends Construct {
  readonly exports: Bucket;

  constructor(scope: Construct, id: string, site: Site) {
    super(scope, id);
    const removalPolicy = site.settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const shared = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
    };
    const accessLogs = new LogBucket(this, 'AccessLogs', {
      ...shared,
      // S3 delivers access logs only to buckets under its own keys.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(30) }],
    });
    Validations.of(accessLogs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'This bucket holds the access logs; logging access to it would have it log itself without end.',
    });
    this.exports = new Bucket(this, 'Exports', {
      ...shared,
      encryption: BucketEncryption.KMS,
      encryptionKey: site.dataKey,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'exports/',
      lifecycleRules: [
        { noncurrentVersionExpiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
    });
  }
}

/** The library leaves a bucket's type open to be a web site, and will not log to one whose type does. */
class LogBucket extends Bucket {
  override get isWebsite(): boolean {
    return false;
  }
}
