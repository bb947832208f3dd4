import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { tableVariable } from '../../contract/environment.ts';
import type { RestoredTables } from '../../contract/restored-tables.ts';
import { type IndexDefinition, type TableDefinition, type TableName, tables } from '../../contract/tables.ts';
import type { RoomFunction } from './room-function.ts';
import type { Site } from './site.ts';

/** What may be done to a table's items. Transactions need the permissions of what they contain. */
const itemActions = {
  get: 'dynamodb:GetItem',
  batchGet: 'dynamodb:BatchGetItem',
  query: 'dynamodb:Query',
  scan: 'dynamodb:Scan',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  batchWrite: 'dynamodb:BatchWriteItem',
  /** The condition of a transaction on an item that it does not change. */
  check: 'dynamodb:ConditionCheckItem',
} as const;

export type ItemAction = keyof typeof itemActions;
export type IndexName<Name extends TableName> = (typeof tables)[Name]['indexes'][number]['name'];

export type DataTableProps<Name extends TableName> = {
  readonly site: Site;
  /** Its name in `contract/tables.ts`, which says its keys, indexes and whether it streams. */
  readonly name: Name;
};

/**
 * A table of the contract. Its grants give a permission and the variable with the table's name together. Where the
 * settings name a restored table, that one is meant throughout, and the stack's own stays as it is, untouched.
 */
export class DataTable<Name extends TableName> extends Construct {
  readonly #table: Table;
  readonly #name: Name;
  readonly #restored: RestoredTables['tables'][string] | undefined;

  constructor(scope: Construct, id: string, props: DataTableProps<Name>) {
    super(scope, id);
    this.#name = props.name;
    const { settings, dataKey } = props.site;
    const definition: TableDefinition = tables[props.name];
    this.#restored = settings.restoredTables?.tables[props.name];
    this.#table = new Table(this, 'Table', {
      partitionKey: text(definition.partitionKey),
      ...(definition.sortKey === undefined ? {} : { sortKey: text(definition.sortKey) }),
      ...(definition.stream === false ? {} : { stream: streamViewOf(definition.stream) }),
      ...(definition.timeToLive === undefined ? {} : { timeToLiveAttribute: definition.timeToLive }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: dataKey,
      deletionProtection: settings.keepData,
      removalPolicy: settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    for (const index of definition.indexes) this.#addIndex(index);
  }

  /** Lets a function do these things to the table's items, and no others. */
  grant(fn: RoomFunction, ...actions: readonly ItemAction[]): void {
    fn.allow(
      actions.map((action) => itemActions[action]),
      this.#tableArn,
    );
    this.#tell(fn);
  }

  /** Lets a function query these indexes; it says nothing about the table behind them. */
  grantIndexQuery(fn: RoomFunction, ...indexes: readonly IndexName<Name>[]): void {
    fn.allow([itemActions.query], ...indexes.map((index) => `${this.#tableArn}/index/${index}`));
    this.#tell(fn);
  }

  /** Lets a function follow the table's changes. */
  grantStream(fn: RoomFunction): void {
    fn.allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], this.streamArn);
    fn.allowEverywhere(
      ['dynamodb:ListStreams'],
      'Lambda refuses an event source whose role cannot list streams, an action without resource-level permissions.',
    );
  }

  get tableName(): string {
    return this.#restored?.tableName ?? this.#table.tableName;
  }

  get #tableArn(): string {
    return this.#restored
      ? Stack.of(this).formatArn({ service: 'dynamodb', resource: 'table', resourceName: this.#restored.tableName })
      : this.#table.tableArn;
  }

  get streamArn(): string {
    const tableStreamArn = this.#restored ? this.#restored.streamArn : this.#table.tableStreamArn;
    if (tableStreamArn === undefined) throw new Error(`contract/tables.ts gives the table ${this.#name} no stream.`);
    return tableStreamArn;
  }

  #tell(fn: RoomFunction): void {
    fn.tell(tableVariable(this.#name), this.tableName);
  }

  #addIndex(index: IndexDefinition): void {
    this.#table.addGlobalSecondaryIndex({
      indexName: index.name,
      partitionKey: text(index.partitionKey),
      sortKey: text(index.sortKey),
      ...projectionOf(index),
    });
  }
}

const streamViewOf = (stream: true | 'new-image'): StreamViewType =>
  stream === 'new-image' ? StreamViewType.NEW_IMAGE : StreamViewType.NEW_AND_OLD_IMAGES;

const text = (name: string) => ({ name, type: AttributeType.STRING });

const projectionOf = ({ project }: IndexDefinition) => {
  if (project === 'all') return { projectionType: ProjectionType.ALL };
  if (project.length === 0) return { projectionType: ProjectionType.KEYS_ONLY };
  return { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...project] };
};
