import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** What a service does with a key on behalf of whoever calls the service. */
const useActions = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/** Services that encrypt what a caller stores with them. */
const storages = ['dynamodb', 'sqs', 's3', 'sns', 'secretsmanager'];

/**
 * The key under which tables, queues, files, topics, logs and the credentials of payment channels lie at rest.
 *
 * Its policy lets callers use it through those services only. So no function holds a permission on it: whoever may
 * read a table may read it, and `kms:Decrypt` in a function's role always means the secrets of card keys.
 */
export class DataKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: `Surety ${settings.stage}: tables, queues, files, topics, logs and credentials at rest`,
      enableKeyRotation: true,
      removalPolicy: settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.#letCallersOfStorages();
    this.#letTablesKeepGrants();
    this.#letLogs();
    this.#letAlarms();
  }

  #letCallersOfStorages(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ThroughStorageOnly',
        principals: [new AnyPrincipal()],
        actions: useActions,
        resources: ['*'],
        conditions: {
          StringEquals: { 'kms:CallerAccount': Aws.ACCOUNT_ID },
          StringLike: { 'kms:ViaService': storages.map(endpointOf) },
        },
      }),
    );
  }

  #letTablesKeepGrants(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TablesKeepGrants',
        principals: [new AnyPrincipal()],
        actions: ['kms:CreateGrant'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'kms:CallerAccount': Aws.ACCOUNT_ID },
          StringLike: { 'kms:ViaService': endpointOf('dynamodb') },
          Bool: { 'kms:GrantIsForAWSResource': 'true' },
        },
      }),
    );
  }

  #letLogs(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Logs',
        principals: [new ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`)],
        actions: useActions,
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:*`,
          },
        },
      }),
    );
  }

  /** Calls for an alarm carry no account that could be asked for here; whose alarms may publish, the topic says. */
  #letAlarms(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
  }
}

/** A service's name as `kms:ViaService` has it; the end differs between partitions, and KMS alone sets it. */
const endpointOf = (service: string): string => `${service}.${Aws.REGION}.amazonaws.com*`;
