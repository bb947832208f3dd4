/** How all tables of a deployment are restored to one moment, under new names. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  ResourceNotFoundException,
  RestoreTableToPointInTimeCommand,
  type TableDescription,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { RestoredTables } from '../contract/restored-tables.ts';
import { type TableDefinition, type TableName, tables } from '../contract/tables.ts';

type Source = readonly [name: TableName, tableName: string];

/** A large table takes hours; a day of looking every half minute is enough for any. */
const maxLooks = 2_880;
const lookEveryMs = 30_000;
/** The first looks come sooner, for tables that hold next to nothing. */
const firstLookMs = 250;

/** Refuses, before anything is made, a moment to which one of the tables cannot be restored. */
export const restoreTables = async (
  client: DynamoDBClient,
  sources: readonly Source[],
  moment: Date,
  report: (line: string) => void,
): Promise<RestoredTables> => {
  for (const [, tableName] of sources) await refuseUnlessRestorable(client, tableName, moment);
  const entries: [string, { tableName: string; streamArn?: string }][] = [];
  const targets = sources.map(([name, source]) => [name, source, targetOf(source, moment)] as const);
  for (const [, source, target] of targets) {
    if (await describe(client, target)) report(`${target} is there already`);
    else {
      await client.send(
        new RestoreTableToPointInTimeCommand({
          SourceTableName: source,
          TargetTableName: target,
          RestoreDateTime: moment,
        }),
      );
      report(`${target} is being restored from ${source}`);
    }
  }
  for (const [name, source, target] of targets) {
    await untilActive(client, target);
    const streamArn = await furnish(client, tables[name], source, target);
    report(`${target} is ready`);
    entries.push([name, { tableName: target, ...(streamArn !== undefined && { streamArn }) }]);
  }
  return { moment: moment.toISOString(), tables: Object.fromEntries(entries) };
};

/** The source's name with the moment behind it, in place of the moment of an earlier restore. */
const targetOf = (source: string, moment: Date): string =>
  `${source.replace(/\.at-\d{8}T\d{6}Z$/, '')}.at-${moment.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

const refuseUnlessRestorable = async (client: DynamoDBClient, tableName: string, moment: Date): Promise<void> => {
  const { ContinuousBackupsDescription } = await client.send(
    new DescribeContinuousBackupsCommand({ TableName: tableName }),
  );
  const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } =
    ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
  if (!earliest || !latest) throw new Error(`${tableName} has no point-in-time recovery.`);
  if (moment < earliest || moment > latest)
    throw new Error(`${tableName} can be restored from ${earliest.toISOString()} to ${latest.toISOString()} only.`);
};

const describe = async (client: DynamoDBClient, tableName: string): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: tableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

const untilActive = async (client: DynamoDBClient, tableName: string): Promise<TableDescription> => {
  for (let look = 0; look < maxLooks; look += 1) {
    const table = await describe(client, tableName);
    const indexes = table?.GlobalSecondaryIndexes ?? [];
    const isActive =
      table?.TableStatus === 'ACTIVE' && indexes.every(({ IndexStatus = 'ACTIVE' }) => IndexStatus === 'ACTIVE');
    if (table && isActive) return table;
    await wait(Math.min(lookEveryMs, firstLookMs * 2 ** look));
  }
  throw new Error(`${tableName} did not become active within a day.`);
};

/** A restored table comes without stream, recovery, protection, time to live and tags. */
const furnish = async (
  client: DynamoDBClient,
  { stream, timeToLive }: TableDefinition,
  source: string,
  target: string,
): Promise<string | undefined> => {
  const [from, table] = [await describe(client, source), await untilActive(client, target)];
  if (stream !== false && table.LatestStreamArn === undefined) {
    const StreamViewType = stream === 'new-image' ? 'NEW_IMAGE' : 'NEW_AND_OLD_IMAGES';
    const StreamSpecification = { StreamEnabled: true, StreamViewType } as const;
    await client.send(new UpdateTableCommand({ TableName: target, StreamSpecification }));
    await untilActive(client, target);
  }
  if (from?.DeletionProtectionEnabled === true && table.DeletionProtectionEnabled !== true) {
    await client.send(new UpdateTableCommand({ TableName: target, DeletionProtectionEnabled: true }));
    await untilActive(client, target);
  }
  await client.send(
    new UpdateContinuousBackupsCommand({
      TableName: target,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  if (timeToLive !== undefined && !(await expires(client, target))) {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: timeToLive };
    await client.send(new UpdateTimeToLiveCommand({ TableName: target, TimeToLiveSpecification }));
  }
  await copyTags(client, from?.TableArn, table.TableArn);
  return (await untilActive(client, target)).LatestStreamArn;
};

const expires = async (client: DynamoDBClient, tableName: string): Promise<boolean> => {
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: tableName }));
  return TimeToLiveDescription?.TimeToLiveStatus?.startsWith('ENABL') ?? false;
};

/** Tags that begin with `aws:` belong to the stack that made the source. */
const copyTags = async (client: DynamoDBClient, from: string | undefined, to: string | undefined): Promise<void> => {
  const { Tags = [] } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: from }));
  const own = Tags.filter(({ Key }) => Key !== undefined && !Key.startsWith('aws:'));
  if (own.length > 0) await client.send(new TagResourceCommand({ ResourceArn: to, Tags: own }));
};
