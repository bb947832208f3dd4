import { describe, expect, it } from 'vitest';
import { type TableDefinition, tableNames, tables } from '../../contract/tables.ts';
import { type Properties, resourcesOf, synthesize, tableIdOf } from './synthesized.ts';

const template = synthesize();
const passing = synthesize({ keepData: false, logRetentionDays: 7 });
const ofTable = (name: (typeof tableNames)[number]) => template.Resources[tableIdOf(template, name)];
type KeyStatement = { readonly Principal: unknown; readonly Condition?: Record<string, unknown> };
const definitionOf = (name: (typeof tableNames)[number]): TableDefinition => tables[name];

describe.each(tableNames)('the table %s', (name) => {
  const definition = definitionOf(name);

  it('has the keys and indexes of the contract', () => {
    const properties = ofTable(name)?.Properties;
    const keys = [definition.partitionKey, ...(definition.sortKey === undefined ? [] : [definition.sortKey])];
    expect(properties?.['KeySchema']).toEqual(
      keys.map((AttributeName, position) => ({ AttributeName, KeyType: position === 0 ? 'HASH' : 'RANGE' })),
    );
    expect(properties?.['GlobalSecondaryIndexes'] ?? []).toEqual(
      definition.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: [
          { AttributeName: index.partitionKey, KeyType: 'HASH' },
          { AttributeName: index.sortKey, KeyType: 'RANGE' },
        ],
        Projection:
          index.project === 'all'
            ? { ProjectionType: 'ALL' }
            : index.project.length === 0
              ? { ProjectionType: 'KEYS_ONLY' }
              : { ProjectionType: 'INCLUDE', NonKeyAttributes: index.project },
      })),
    );
  });

  it('streams what the contract says: both images, the new one, or nothing', () => {
    const stream = ofTable(name)?.Properties['StreamSpecification'];
    const view = definition.stream === 'new-image' ? 'NEW_IMAGE' : 'NEW_AND_OLD_IMAGES';
    expect(stream).toEqual(definition.stream === false ? undefined : { StreamViewType: view });
  });

  it('lets those items go by themselves that name a moment for it, if any may', () => {
    const { timeToLive } = definition;
    expect(ofTable(name)?.Properties['TimeToLiveSpecification']).toEqual(
      timeToLive === undefined ? undefined : { AttributeName: timeToLive, Enabled: true },
    );
  });

  it('can be restored to any second, is encrypted with our key, and is paid by use', () => {
    expect(ofTable(name)?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
  });

  it('outlives its stack in production and refuses to be deleted', () => {
    expect(ofTable(name)).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
  });

  it('goes with its stack where data need not be kept', () => {
    expect(passing.Resources[tableIdOf(passing, name)]).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
  });
});

describe('keys and files', () => {
  it.each(resourcesOf(template, 'AWS::KMS::Key'))('%s is kept in production', (_, key) => {
    expect(key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('keys that encrypt rotate by themselves', () => {
    const encrypting = resourcesOf(template, 'AWS::KMS::Key').filter(
      ([, { Properties }]) => !('KeySpec' in Properties),
    );
    expect(encrypting).toHaveLength(3);
    for (const [, { Properties }] of encrypting) expect(Properties['EnableKeyRotation']).toBe(true);
  });

  it('fingerprints are made by a key that can do nothing else', () => {
    const made = resourcesOf(template, 'AWS::KMS::Key').filter(([, { Properties }]) => 'KeySpec' in Properties);
    expect(made.map(([, { Properties }]) => Properties)).toMatchObject([
      { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
    ]);
  });

  it('the data key serves callers of storage services only', () => {
    const open = resourcesOf(template, 'AWS::KMS::Key')
      .filter(([id]) => id.startsWith('DataKey'))
      .flatMap(([, { Properties }]) => (Properties['KeyPolicy'] as unknown as { Statement: KeyStatement[] }).Statement)
      .filter(({ Principal }) => JSON.stringify(Principal).includes('"*"'));
    expect(open.length).toBeGreaterThan(0);
    for (const { Condition } of open) {
      expect(Condition?.['StringEquals']).toHaveProperty('kms:CallerAccount');
      expect(Condition?.['StringLike']).toHaveProperty('kms:ViaService');
    }
  });

  it('files of imports are not versioned, so that what held secrets is gone when it is deleted', () => {
    const unversioned = resourcesOf(template, 'AWS::S3::Bucket').filter(
      ([, { Properties }]) => !('VersioningConfiguration' in Properties),
    );
    expect(unversioned.map(([id]) => id.slice(0, 'ImportsFiles'.length))).toEqual(['ImportsFiles']);
  });

  it('files of imports that nobody fetched are deleted after a week, whatever happens', () => {
    const files = resourcesOf(template, 'AWS::S3::Bucket').filter(([id]) => id.startsWith('ImportsFiles'));
    const rules = files.flatMap(
      ([, { Properties }]) => (Properties['LifecycleConfiguration'] as unknown as { Rules: Properties[] }).Rules,
    );
    for (const prefix of ['uploads/', 'work/', 'parts/'])
      expect(rules).toContainEqual({ Prefix: prefix, Status: 'Enabled', ExpirationInDays: 7 });
  });

  it.each(resourcesOf(template, 'AWS::S3::Bucket'))('%s is closed to the public and kept', (id, bucket) => {
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    const policies = resourcesOf(template, 'AWS::S3::BucketPolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties['Bucket']).includes(id),
    );
    expect(JSON.stringify(policies)).toContain('"aws:SecureTransport":"false"');
  });

  it('S3 itself refuses to remove a claim in production, and holds it to that longer than any backup lives', () => {
    const id = (template.Outputs['ClaimsArchiveBucketName']?.Value as { Ref: string } | undefined)?.Ref ?? '';
    const archive = template.Resources[id];
    expect(archive?.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 400 } },
      },
    });
    const compliant = synthesize({ claimsLock: { mode: 'compliance', days: 30 } });
    expect(JSON.stringify(compliant)).toContain('"DefaultRetention":{"Days":30,"Mode":"COMPLIANCE"}');
  });

  it('S3 copies each claim to another place where a stage names one', () => {
    const [partition, account] = ['arn:aws', '123456789012'];
    const bucketArn = `${partition}:s3:::claims-elsewhere`;
    const keyArn = `${partition}:kms:eu-west-1:${account}:key/00000000-0000-0000-0000-000000000000`;
    const copied = synthesize({ claimsReplica: { bucketArn, keyArn } });
    const id = (copied.Outputs['ClaimsArchiveBucketName']?.Value as { Ref: string } | undefined)?.Ref ?? '';
    expect(copied.Resources[id]?.Properties['ReplicationConfiguration']).toMatchObject({
      Rules: [
        {
          Status: 'Enabled',
          Destination: { Bucket: bucketArn, EncryptionConfiguration: { ReplicaKmsKeyID: keyArn } },
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
          DeleteMarkerReplication: { Status: 'Disabled' },
        },
      ],
    });
  });

  it.each(resourcesOf(template, 'AWS::Logs::LogGroup'))('%s keeps its lines a year, encrypted', (_, group) => {
    expect(group).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { RetentionInDays: 365, KmsKeyId: expect.anything() },
    });
  });
});
