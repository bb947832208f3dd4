import * as z from 'zod/mini';
import { AwsError, type AwsJsonClient, isFields } from './aws-json.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.record(z.string(), z.unknown()),
});

/** What of a table's properties an emulator can hold; encryption, recovery and protection have nothing to act on. */
export const tablePropertiesSchema = z.object({
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  GlobalSecondaryIndexes: z.optional(z.array(indexSchema)),
  LocalSecondaryIndexes: z.optional(z.array(indexSchema)),
  StreamSpecification: z.optional(z.object({ StreamViewType: z.string() })),
  TimeToLiveSpecification: z.optional(z.object({ AttributeName: z.string(), Enabled: z.boolean() })),
});
export type TableProperties = z.infer<typeof tablePropertiesSchema>;

/**
 * Makes a table unless it is there, adds the indexes that an older start did not know, and returns its stream's ARN.
 */
export const ensureTable = async (
  tables: AwsJsonClient,
  name: string,
  properties: TableProperties,
): Promise<string | undefined> => {
  let description = await describe(tables, name);
  if (description === undefined) {
    const { StreamSpecification, GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
    await tables.call('CreateTable', {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: properties.KeySchema,
      AttributeDefinitions: properties.AttributeDefinitions,
      ...(GlobalSecondaryIndexes === undefined ? {} : { GlobalSecondaryIndexes }),
      ...(LocalSecondaryIndexes === undefined ? {} : { LocalSecondaryIndexes }),
      ...(StreamSpecification === undefined
        ? {}
        : { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } }),
    });
  } else {
    const present = new Set(listOf(description['GlobalSecondaryIndexes']).map((index) => index['IndexName']));
    for (const index of properties.GlobalSecondaryIndexes ?? []) {
      if (present.has(index.IndexName)) continue;
      await tables.call('UpdateTable', {
        TableName: name,
        AttributeDefinitions: properties.AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      });
    }
    if (properties.StreamSpecification !== undefined && description['LatestStreamArn'] === undefined) {
      const StreamSpecification = { StreamEnabled: true, ...properties.StreamSpecification };
      await tables.call('UpdateTable', { TableName: name, StreamSpecification });
    }
  }
  description = await describe(tables, name);
  const streamArn = description?.['LatestStreamArn'];
  return typeof streamArn === 'string' ? streamArn : undefined;
};

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isFields) : []);

const describe = async (tables: AwsJsonClient, name: string): Promise<Record<string, unknown> | undefined> => {
  try {
    const { Table } = await tables.call('DescribeTable', { TableName: name });
    return isFields(Table) ? Table : undefined;
  } catch (thrown) {
    if (thrown instanceof AwsError && thrown.code === 'ResourceNotFoundException') return undefined;
    throw thrown;
  }
};
