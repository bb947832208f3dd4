import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  ObjectLockRetention,
  ObjectOwnership,
  type ReplicationRule,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { LogBucket } from './constructs/log-bucket.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import type { Site } from './constructs/site.ts';

/**
 * Every claim of a key, kept apart from the tables: what a restored table has forgotten is read here before anything is
 * sold again. Functions may add to it and read it; none may overwrite or remove.
 */
export class ClaimsArchive extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings, dataKey }: Site) {
    super(scope, id);
    const removalPolicy = settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const { claimsLock, claimsReplica } = settings;
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      encryption: BucketEncryption.KMS,
      encryptionKey: dataKey,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: new LogBucket(this, 'AccessLogs', removalPolicy),
      serverAccessLogsPrefix: 'claims/',
      ...(claimsLock === undefined
        ? {}
        : { objectLockEnabled: true, objectLockDefaultRetention: retentionOf(claimsLock) }),
      ...(claimsReplica === undefined ? {} : { replicationRules: [this.#copyTo(claimsReplica)] }),
    });
    if (claimsReplica !== undefined) this.#argueCopying(claimsReplica);
  }

  /** Lets a function add claims. An object that stands is never written again. */
  grantAppending(fn: RoomFunction): void {
    fn.allowObjects(['s3:PutObject'], this.bucket, 'claims/');
    this.#tell(fn);
  }

  /** Lets a function read claims. */
  grantReading(fn: RoomFunction): void {
    fn.allow(['s3:ListBucket'], this.bucket.bucketArn);
    fn.allowObjects(['s3:GetObject'], this.bucket, 'claims/');
    this.#tell(fn);
  }

  #copyTo({ bucketArn, keyArn }: { readonly bucketArn: string; readonly keyArn: string }): ReplicationRule {
    return {
      destination: Bucket.fromBucketArn(this, 'Replica', bucketArn),
      kmsKey: Key.fromKeyArn(this, 'ReplicaKey', keyArn),
      sseKmsEncryptedObjects: true,
      deleteMarkerReplication: false,
    };
  }

  /** The library writes the role with which S3 copies; it reads all claims here and writes all of them there. */
  #argueCopying({ bucketArn }: { readonly bucketArn: string }): void {
    const resource = this.bucket.node.defaultChild;
    if (!(resource instanceof CfnBucket)) throw new Error(`${this.bucket.node.path} is no bucket of this stack.`);
    const reason = 'S3 copies every object of the archive, each under a data key of its own, and nothing else.';
    for (const meant of [
      `Resource::<${Stack.of(this).getLogicalId(resource)}.Arn>/*`,
      `Resource::${bucketArn}/*`,
      'Action::kms:GenerateDataKey*',
      'Action::kms:ReEncrypt*',
    ])
      Validations.of(this.bucket).acknowledge({ id: `AwsSolutions-IAM5[${meant}]`, reason });
  }

  #tell(fn: RoomFunction): void {
    fn.tell(environmentVariables.claimsArchive, this.bucket.bucketName);
  }
}

const retentionOf = ({ mode, days }: { mode: 'governance' | 'compliance'; days: number }): ObjectLockRetention =>
  mode === 'governance'
    ? ObjectLockRetention.governance(Duration.days(days))
    : ObjectLockRetention.compliance(Duration.days(days));
