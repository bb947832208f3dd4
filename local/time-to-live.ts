import { AwsError, type AwsJsonClient, isFields } from './aws-json.ts';
import { messageOf } from './refusal.ts';

const sweepEveryMs = 60_000;
const pageSize = 500;
/** A scan of a large table must not crowd out orders: the sweeper rests as long as its page took, several times over. */
const restPerWork = 4;

export type ExpiringTable = { readonly name: string; readonly keyNames: readonly string[]; readonly attribute: string };

/** Deletes items whose time to live has passed, as DynamoDB does in the background, and returns how many. */
export const sweepExpired = async (
  tables: AwsJsonClient,
  table: ExpiringTable,
  nowSeconds: number,
  rest: (ms: number) => Promise<void>,
): Promise<number> => {
  const names = { '#expires': table.attribute };
  const values = { ':now': { N: String(Math.floor(nowSeconds)) } };
  const condition = '#expires < :now';
  let deleted = 0;
  let from: unknown;
  do {
    const began = Date.now();
    const page = await tables.call('Scan', {
      TableName: table.name,
      Limit: pageSize,
      FilterExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    for (const item of Array.isArray(page['Items']) ? page['Items'].filter(isFields) : []) {
      const Key = Object.fromEntries(table.keyNames.map((key) => [key, item[key]]));
      const stillExpired = {
        ConditionExpression: condition,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
      };
      try {
        await tables.call('DeleteItem', { TableName: table.name, Key, ...stillExpired });
        deleted += 1;
      } catch (thrown) {
        // Someone prolonged or deleted the item since the scan read it; then it is not ours to delete.
        if (!(thrown instanceof AwsError && thrown.code === 'ConditionalCheckFailedException')) throw thrown;
      }
    }
    from = page['LastEvaluatedKey'];
    if (from !== undefined) await rest((Date.now() - began) * restPerWork);
  } while (from !== undefined);
  return deleted;
};

export const startTimeToLive = (
  tables: AwsJsonClient,
  expiring: readonly ExpiringTable[],
  report: (line: string) => void,
): { readonly stop: () => void } => {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const rest = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms).unref());
  const sweep = async (): Promise<void> => {
    for (const table of expiring) {
      if (stopped) return;
      try {
        await sweepExpired(tables, table, Date.now() / 1000, rest);
      } catch (thrown) {
        if (!stopped)
          report(`the sweep of expired items in ${table.name} failed and runs again in a minute: ${messageOf(thrown)}`);
      }
    }
    if (!stopped) plan();
  };
  const plan = (): void => {
    timer = setTimeout(() => void sweep(), sweepEveryMs);
    timer.unref();
  };
  if (expiring.length > 0) plan();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
