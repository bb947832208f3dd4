import { join } from 'node:path';
import { channelSecretNames, channelSecrets } from '../contract/channels.ts';
import { environmentVariables } from '../contract/environment.ts';
import { synthesize } from './assembly.ts';
import { createAwsJsonClient } from './aws-json.ts';
import { type ChannelGateway, startChannelGateway } from './channel-gateway/gateway.ts';
import { keepMerchant, secretsOf } from './channel-gateway/merchant.ts';
import { openDataFolder } from './data-folder.ts';
import { removeEndpoints, writeEndpoints } from './endpoints.ts';
import { createCheckpoints } from './event-sources/checkpoints.ts';
import { startQueuePoller } from './event-sources/queue-poller.ts';
import { type StreamPoller, startStreamPoller } from './event-sources/stream-poller.ts';
import { createExecutionStore } from './execution-store.ts';
import { freePort } from './free-port.ts';
import { createFunctions, type FunctionStats, type Outcome } from './functions.ts';
import { startHttpGateway } from './http-gateway.ts';
import { createIdentities, type LiveValues } from './identities.ts';
import { startKeyService } from './key-service.ts';
import { createLog } from './log.ts';
import { ensureBuckets, ensureQueue, queuePropertiesSchema, startQueueServer } from './queues-and-buckets.ts';
import { refuseUnknownKinds } from './resource-kinds.ts';
import { startSchedules } from './schedules.ts';
import { createSecrets, startSecretsService } from './secrets-service.ts';
import { createStateMachines, type MachineStats } from './state-machines.ts';
import { startStepFunctionsEndpoint } from './step-functions-endpoint.ts';
import { startTableServer } from './table-server.ts';
import { ensureTable, tablePropertiesSchema } from './tables.ts';
import { createResolver, type Resolver } from './template.ts';
import { startTimeToLive } from './time-to-live.ts';
import { timersOf } from './timers.ts';
import {
  functionsOf,
  keyAliasesOf,
  keysOf,
  machinesOf,
  mappingsOf,
  nameOf,
  ofType,
  propertiesOf,
  routesOf,
  type Wiring,
} from './wiring.ts';

const region = 'us-east-1';
/** The account that the embedded queue and table servers write into their ARNs. */
const accountId = '000000000000';
const stopPatienceMs = 5_000;

/** Servers of the user's own; each that is given takes the place of the one that would be started here. */
type Endpoints = {
  readonly dynamodb?: string | undefined;
  readonly sqs?: string | undefined;
  readonly s3?: string | undefined;
};

/** The services that functions call. */
export type ServiceName = 'dynamodb' | 'sqs' | 's3' | 'states' | 'kms' | 'secretsmanager';

export type LocalStackOptions = {
  /** Port of the HTTP API on loopback; 0 takes a free one. @default 8787 */
  readonly port?: number;
  /** Port of the payment channels' gateway on loopback; 0 takes a free one. @default 0 */
  readonly channelPort?: number;
  /** Folder for everything that is kept. @default './.data' */
  readonly dataDir?: string;
  /** Begin from nothing: what the folder keeps is deleted. @default false */
  readonly fresh?: boolean;
  /** Say nothing while starting. @default false */
  readonly quiet?: boolean;
  /** Context of the CDK app. @default { stage: 'local' } */
  readonly settings?: Readonly<Record<string, string>>;
  /** The CDK app, from the project's root. @default 'bin/surety.ts' */
  readonly app?: string;
  /** @default DYNAMODB_ENDPOINT, SQS_ENDPOINT and S3_ENDPOINT of the environment */
  readonly endpoints?: Endpoints;
  /** Puts something, such as a recorder, between the functions and a service; answers with the address they get. */
  readonly interpose?: (service: ServiceName, endpoint: string) => Promise<string>;
  /** Told when a server that the stack depends on has died; the stack is of no use then and should be stopped. */
  readonly onFailure?: (reason: string) => void;
};

type LocalStackStats = {
  readonly httpRequests: number;
  readonly functions: Record<string, FunctionStats>;
  readonly stateMachines: Record<string, MachineStats>;
};

export type LocalStack = {
  readonly apiUrl: string;
  readonly dataDir: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Alipay and WeChat Pay on this machine: their buyers, and what goes wrong with them. */
  readonly channels: ChannelGateway;
  /** Executions that an earlier process left running and that now go on. */
  readonly resumedExecutions: number;
  /** The variables of a function, with everything a client of the AWS SDK needs; by its name in `contract/functions.ts`, its deployed name or its logical id. */
  readonly environmentOf: (functionName: string) => Readonly<Record<string, string>>;
  readonly functionNames: readonly string[];
  readonly invoke: (functionName: string, event: unknown) => Promise<Outcome>;
  readonly stats: () => LocalStackStats;
  readonly stop: () => Promise<void>;
};

type Stop = () => Promise<void> | void;

/** Runs the synthesized template on this machine until `stop`. Refuses with a sentence that says what to do. */
export const startLocalStack = async (options: LocalStackOptions = {}): Promise<LocalStack> => {
  // What was started last is stopped first, also when the start itself fails halfway.
  const stops: Stop[] = [];
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    return await start(options, stops, stopAll);
  } catch (thrown) {
    await stopAll();
    throw thrown;
  }
};

const start = async (options: LocalStackOptions, stops: Stop[], stopAll: () => Promise<void>): Promise<LocalStack> => {
  const progress =
    options.quiet === true ? () => undefined : (line: string) => void process.stdout.write(`  ${line}\n`);
  const endpoints = options.endpoints ?? {
    dynamodb: process.env['DYNAMODB_ENDPOINT'],
    sqs: process.env['SQS_ENDPOINT'],
    s3: process.env['S3_ENDPOINT'],
  };
  const port = await freePort(options.port ?? 8787);
  const folder = openDataFolder(options.dataDir ?? './.data', options.fresh ?? false);
  stops.push(folder.close);
  const report = createLog(folder.file('logs', 'local-stack.log'));
  const fail = (reason: string): void => {
    report(reason);
    options.onFailure?.(reason);
  };

  const startTables = async (): Promise<string> => {
    if (endpoints.dynamodb !== undefined) return endpoints.dynamodb;
    const server = await startTableServer(folder, region, fail);
    stops.push(server.stop);
    return server.endpoint;
  };
  const startQueues = async (): Promise<string> => {
    if (endpoints.sqs !== undefined && endpoints.s3 !== undefined) return endpoints.sqs;
    const server = await startQueueServer(folder, region, fail);
    stops.push(server.stop);
    return server.endpoint;
  };
  progress('Starting tables, queues and buckets');
  const started = await Promise.allSettled([
    synthesize(options.app ?? 'bin/surety.ts', options.settings ?? { stage: 'local' }, progress),
    startTables(),
    startQueues(),
  ]);
  const [assembly, tableEndpoint, embeddedQueues] = [
    settledValue(started[0]),
    settledValue(started[1]),
    settledValue(started[2]),
  ];
  const queueEndpoint = endpoints.sqs ?? embeddedQueues;
  const bucketEndpoint = endpoints.s3 ?? embeddedQueues;

  const forFunctions = options.interpose ?? ((_, endpoint) => Promise.resolve(endpoint));
  // A queue's URL holds the address that its callers use.
  const queueAddress = await forFunctions('sqs', queueEndpoint);
  const live: LiveValues = { sqsEndpoint: queueAddress, apiUrl: `http://127.0.0.1:${port}`, streamArns: new Map() };
  const place = { stackName: assembly.stackName, region, accountId };
  const identify = createIdentities(place, live, (value) => resolver.resolve(value));
  const resolver: Resolver = createResolver(assembly.template, place, identify);
  const wiring: Wiring = { resolver, identify, region };
  refuseUnknownKinds(resolver.resources);

  const tables = createAwsJsonClient(tableEndpoint, 'dynamodb', 'DynamoDB_20120810', region);
  const streams = createAwsJsonClient(tableEndpoint, 'dynamodb', 'DynamoDBStreams_20120810', region);
  const queues = createAwsJsonClient(queueEndpoint, 'sqs', 'AmazonSQS', region);
  stops.push(tables.close, streams.close, queues.close);

  const tableResources = ofType(wiring, 'AWS::DynamoDB::Table').map((resource) => ({
    resource,
    name: nameOf(wiring, resource),
    properties: propertiesOf(wiring, resource, tablePropertiesSchema),
  }));
  progress(`Preparing ${tableResources.length} tables and ${ofType(wiring, 'AWS::SQS::Queue').length} queues`);
  await Promise.all([
    ...tableResources.map(async ({ resource, name, properties }) => {
      const streamArn = await ensureTable(tables, name, properties);
      if (streamArn !== undefined) live.streamArns.set(resource.logicalId, streamArn);
    }),
    ...ofType(wiring, 'AWS::SQS::Queue').map((resource) =>
      ensureQueue(
        queues,
        identify(resource).attribute('QueueName') ?? '',
        propertiesOf(wiring, resource, queuePropertiesSchema),
      ),
    ),
    ensureBuckets(
      bucketEndpoint,
      region,
      ofType(wiring, 'AWS::S3::Bucket').map((resource) => nameOf(wiring, resource)),
    ),
  ]);

  const keyService = await startKeyService(keysOf(wiring), keyAliasesOf(wiring), folder.file('keys.json'), report);
  stops.push(keyService.close);

  const merchant = keepMerchant(folder.file('channel-merchant.json'));
  const secretArns = ofType(wiring, 'AWS::SecretsManager::Secret').map((resource) => nameOf(wiring, resource));
  const secrets = createSecrets(secretArns, folder.file('secrets.json'));
  for (const name of channelSecretNames) {
    const arn = resolver.outputs()[channelSecrets[name].output];
    if (arn !== undefined) secrets.fill(arn, secretsOf(merchant)[name]);
  }
  const secretsService = await startSecretsService(secrets, report);
  stops.push(secretsService.close);
  const channelPort = await freePort(options.channelPort, '--channel-port');
  const channels = await startChannelGateway({
    merchant,
    file: folder.file('channels.db'),
    port: channelPort,
    report,
  });
  stops.push(channels.stop);

  const executions = createExecutionStore(folder.state, Date.now());
  const machineDefinitions = machinesOf(wiring);
  const pollers: StreamPoller[] = [];
  const invoke = async (name: string, event: unknown): Promise<Outcome> => {
    const outcome = await functions.invoke(name, event);
    for (const poller of pollers) poller.nudge();
    return outcome;
  };
  const machines = createStateMachines(machineDefinitions, executions, invoke, report);
  const stepFunctions = await startStepFunctionsEndpoint(machines, executions, report);
  stops.push(stepFunctions.close);

  const tableAddress = await forFunctions('dynamodb', tableEndpoint);
  const ownCredentials = Object.values(endpoints).some((endpoint) => endpoint !== undefined);
  const shared = {
    ...sharedEnvironment(folder.path),
    ...(ownCredentials ? givenCredentials() : {}),
    AWS_ENDPOINT_URL_DYNAMODB: tableAddress,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: tableAddress,
    AWS_ENDPOINT_URL_SQS: queueAddress,
    AWS_ENDPOINT_URL_S3: await forFunctions('s3', bucketEndpoint),
    AWS_ENDPOINT_URL_SFN: await forFunctions('states', stepFunctions.url),
    AWS_ENDPOINT_URL_KMS: await forFunctions('kms', keyService.url),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await forFunctions('secretsmanager', secretsService.url),
  };
  const definitions = functionsOf(wiring, assembly, shared, {
    [environmentVariables.alipayGateway]: channels.alipayUrl,
    [environmentVariables.wechatPayGateway]: channels.wechatPayUrl,
  });
  const functions = createFunctions(definitions, folder.file('logs'));
  stops.push(functions.stop, machines.stop);

  // Powertools' service name is the name that people and `contract/functions.ts` know a function by.
  const logicalIds = new Map(
    definitions.map(({ environment, logicalId }) => [environment['POWERTOOLS_SERVICE_NAME'], logicalId] as const),
  );
  const invokeByAnyName = (name: string, event: unknown): Promise<Outcome> =>
    invoke(logicalIds.get(name) ?? name, event);

  const resumedExecutions = machines.resume();
  const checkpoints = createCheckpoints(folder.state);
  const mappings = mappingsOf(wiring);
  for (const mapping of mappings.streams)
    pollers.push(startStreamPoller(mapping, streams, queues, checkpoints, invoke, report));
  const queuePollers = mappings.queues.map((mapping) => startQueuePoller(mapping, queues, invoke, report));
  stops.push(() => patiently(Promise.all([...pollers, ...queuePollers].map((poller) => poller.stop()))));

  const timers = startSchedules(timersOf(wiring, accountId, functions, machines), report);
  const expiring = tableResources.flatMap(({ name, properties }) => {
    const { TimeToLiveSpecification: timeToLive, KeySchema } = properties;
    if (timeToLive?.Enabled !== true) return [];
    return [{ name, attribute: timeToLive.AttributeName, keyNames: KeySchema.map((key) => key.AttributeName) }];
  });
  const sweeper = startTimeToLive(tables, expiring, report);
  stops.push(timers.stop, sweeper.stop);

  const [api] = ofType(wiring, 'AWS::ApiGatewayV2::Api');
  const apiId = api === undefined ? 'none' : nameOf(wiring, api);
  const gateway = await startHttpGateway(
    routesOf(wiring),
    { apiId, accountId, region, stage: '$default' },
    port,
    invoke,
    report,
  );
  stops.push(gateway.stop);
  report(`started; the API answers at ${gateway.url}`);
  const outputs = localizedOutputs(
    resolver.outputs(),
    `https://${apiId}.execute-api.${region}.amazonaws.com`,
    gateway.url,
  );
  writeEndpoints(folder.path, { apiUrl: gateway.url, region, dynamodb: tableEndpoint, s3: bucketEndpoint, outputs });
  stops.push(() => removeEndpoints(folder.path));

  return {
    apiUrl: gateway.url,
    dataDir: folder.path,
    outputs,
    channels,
    resumedExecutions,
    environmentOf: (name) => functions.find(logicalIds.get(name) ?? name).environment,
    functionNames: definitions.map(({ logicalId }) => logicalId),
    invoke: invokeByAnyName,
    stats: () => ({ httpRequests: gateway.requests(), functions: functions.stats(), stateMachines: machines.stats() }),
    stop: stopAll,
  };
};

const settledValue = <Value>(settled: PromiseSettledResult<Value>): Value => {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
};

/** A function that hangs must not keep Ctrl-C waiting; what it leaves undone is found again at the next start. */
const patiently = async (work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, stopPatienceMs);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
};

const sharedEnvironment = (dataDir: string): Record<string, string> => ({
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  // The person's own AWS settings must neither slow down nor redirect what runs here.
  AWS_CONFIG_FILE: join(dataDir, 'no-aws-config'),
  AWS_SHARED_CREDENTIALS_FILE: join(dataDir, 'no-aws-credentials'),
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  // Invocations share an environment here; this makes Lambda's libraries keep them apart.
  AWS_LAMBDA_MAX_CONCURRENCY: '1000',
  AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
  POWERTOOLS_TRACE_ENABLED: 'false',
  // Otherwise the X-Ray library hooks every asynchronous call on the way, though nothing is traced here.
  AWS_XRAY_MANUAL_MODE: 'true',
  NODE_ENV: 'production',
  TZ: 'UTC',
});

/** A server of the user's own may check who calls it. */
const givenCredentials = (): Record<string, string> => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) return {};
  return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
};

const localizedOutputs = (outputs: Record<string, string>, deployed: string, local: string): Record<string, string> =>
  Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, value.replace(deployed, local)]));
