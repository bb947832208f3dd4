/** What a command is told about the deployment it is meant for: the outputs of a stack, deployed or on this machine. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { TableName } from '../contract/tables.ts';
import { readEndpoints } from '../local/endpoints.ts';

export type Outputs = Readonly<Record<string, string | undefined>>;

export type Deployment = { readonly whose: string; readonly outputs: Outputs };

/** The stack's output of a table, as `lib/surety-stack.ts` names it. */
export const outputOf = (outputs: Outputs, table: TableName): string | undefined =>
  outputs[`Table${table.charAt(0).toUpperCase()}${table.slice(1)}`];

/** A deployed stack. */
export const deployedStack = async (stackName: string): Promise<Deployment> => {
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return {
    whose: `stack ${stackName}`,
    outputs: Object.fromEntries(
      outputs.flatMap(({ OutputKey, OutputValue }) => (OutputKey ? [[OutputKey, OutputValue]] : [])),
    ),
  };
};

/** The stack that runs on this machine; sets what clients of its services need. */
export const stackOnThisMachine = (dataDir: string): Deployment => {
  const { region, dynamodb, s3, apiUrl, outputs } = readEndpoints(dataDir);
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = dynamodb;
  process.env['AWS_ENDPOINT_URL_S3'] = s3;
  process.env['AWS_REGION'] = region;
  process.env['AWS_ACCESS_KEY_ID'] ??= 'local';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'local';
  return { whose: `the stack at ${apiUrl}`, outputs };
};

/** A deployment by the options that commands share; on this machine's default data folder if neither is given. */
export const findDeployment = async (named: {
  readonly stack: string | undefined;
  readonly dataDir: string | undefined;
}): Promise<Deployment> => {
  if (named.stack !== undefined && named.dataDir !== undefined)
    throw new Error('Name a stack or a data folder, not both.');
  return named.stack === undefined ? stackOnThisMachine(named.dataDir ?? './.data') : deployedStack(named.stack);
};
