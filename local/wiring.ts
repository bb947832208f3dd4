import * as z from 'zod/mini';
import type { Assembly } from './assembly.ts';
import { createFilter } from './event-sources/filter.ts';
import type { QueueMapping } from './event-sources/queue-poller.ts';
import type { StreamMapping } from './event-sources/stream-poller.ts';
import { type FunctionDefinition, functionPropertiesSchema } from './functions.ts';
import type { AuthorizerDefinition } from './http-authorizer.ts';
import type { RouteDefinition } from './http-gateway.ts';
import { functionNameOf } from './identities.ts';
import type { KeyDefinition } from './key-service.ts';
import { Refusal } from './refusal.ts';
import type { MachineDefinition } from './state-machines.ts';
import type { Identity, Resolver, Resource } from './template.ts';

/** The template as the stand-ins see it: each function here reads the resources of one kind. */
export type Wiring = {
  readonly resolver: Resolver;
  readonly identify: (resource: Resource) => Identity;
  readonly region: string;
};

/** A resource's properties, resolved and checked. */
export const propertiesOf = <Schema extends z.ZodMiniType>(
  { resolver }: Wiring,
  resource: Resource,
  schema: Schema,
): z.infer<Schema> => {
  const parsed = z.safeParse(schema, resolver.resolve(resource.properties));
  if (parsed.success) return parsed.data;
  throw new Refusal(
    `${resource.type} ${resource.logicalId} is not as one machine can run it: ${z.prettifyError(parsed.error)}`,
  );
};

export const ofType = ({ resolver }: Wiring, type: string): Resource[] =>
  resolver.resources.filter((resource) => resource.type === type);

export const nameOf = ({ identify }: Wiring, resource: Resource): string => identify(resource).ref;

export const arnOf = ({ identify }: Wiring, resource: Resource): string => identify(resource).attribute('Arn') ?? '';

/** The function that an integration or an authorizer calls: an ARN, or a path of API Gateway's own that holds one. */
const functionInUri = (uri: string): string =>
  functionNameOf(/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri);

/**
 * @param shared what every function is told on this machine
 * @param instead what those are told instead whom the template tells a variable of that name
 */
export const functionsOf = (
  wiring: Wiring,
  assembly: Assembly,
  shared: Readonly<Record<string, string>>,
  instead: Readonly<Record<string, string>>,
): FunctionDefinition[] =>
  ofType(wiring, 'AWS::Lambda::Function').map((resource) => {
    const { Code, ...properties } = propertiesOf(wiring, resource, functionPropertiesSchema);
    const name = nameOf(wiring, resource);
    const memoryMb = properties.MemorySize ?? 128;
    const own = Object.entries(properties.Environment?.Variables ?? {}).map(
      ([key, value]) => [key, instead[key] ?? String(value)] as const,
    );
    return {
      logicalId: resource.logicalId,
      name,
      arn: arnOf(wiring, resource),
      runtime: properties.Runtime,
      handler: properties.Handler,
      assetFolder: Code.S3Key === undefined ? undefined : assembly.assetFolder(Code.S3Key),
      timeoutMs: (properties.Timeout ?? 3) * 1000,
      memoryMb,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
      environment: {
        ...Object.fromEntries(own),
        ...shared,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        _HANDLER: properties.Handler,
      },
    };
  });

const routeSchema = z.object({ RouteKey: z.string(), Target: z.string(), AuthorizerId: z.optional(z.string()) });
const integrationSchema = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.optional(z.number()),
});
const authorizerSchema = z.object({
  AuthorizerType: z.literal('REQUEST'),
  AuthorizerUri: z.string(),
  AuthorizerPayloadFormatVersion: z.literal('2.0'),
  EnableSimpleResponses: z.literal(true),
  IdentitySource: z.optional(z.array(z.string())),
  AuthorizerResultTtlInSeconds: z.optional(z.number()),
});

export const routesOf = (wiring: Wiring): RouteDefinition[] => {
  const authorizers = new Map<string, AuthorizerDefinition>();
  for (const resource of ofType(wiring, 'AWS::ApiGatewayV2::Authorizer')) {
    const properties = propertiesOf(wiring, resource, authorizerSchema);
    authorizers.set(nameOf(wiring, resource), {
      functionName: functionInUri(properties.AuthorizerUri),
      identitySources: properties.IdentitySource ?? [],
      cacheSeconds: properties.AuthorizerResultTtlInSeconds ?? 300,
    });
  }
  const integrations = new Map<string, z.infer<typeof integrationSchema>>(
    ofType(wiring, 'AWS::ApiGatewayV2::Integration').map(
      (resource) =>
        [`integrations/${nameOf(wiring, resource)}`, propertiesOf(wiring, resource, integrationSchema)] as const,
    ),
  );
  return ofType(wiring, 'AWS::ApiGatewayV2::Route').map((resource) => {
    const { RouteKey, Target, AuthorizerId } = propertiesOf(wiring, resource, routeSchema);
    const integration = integrations.get(Target);
    if (integration === undefined) throw new Refusal(`The route ${RouteKey} has no integration ${Target}.`);
    const authorizer = AuthorizerId === undefined ? undefined : authorizers.get(AuthorizerId);
    if (AuthorizerId !== undefined && authorizer === undefined)
      throw new Refusal(`The route ${RouteKey} has no authorizer ${AuthorizerId}.`);
    return {
      routeKey: RouteKey,
      functionName: functionInUri(integration.IntegrationUri),
      timeoutMs: integration.TimeoutInMillis ?? 30_000,
      authorizer,
    };
  });
};

const definitionSchema = z.object({
  DefinitionString: z.optional(z.string()),
  Definition: z.optional(z.unknown()),
  StateMachineType: z.optional(z.string()),
});

export const machinesOf = (wiring: Wiring): MachineDefinition[] =>
  ofType(wiring, 'AWS::StepFunctions::StateMachine').map((resource) => {
    const { DefinitionString, Definition } = propertiesOf(wiring, resource, definitionSchema);
    const definition: unknown = DefinitionString === undefined ? Definition : JSON.parse(DefinitionString);
    const name = wiring.identify(resource).attribute('Name') ?? resource.logicalId;
    return { logicalId: resource.logicalId, name, arn: arnOf(wiring, resource), definition };
  });

const keySchema = z.object({
  KeyUsage: z.optional(z.enum(['ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC'])),
  KeySpec: z.optional(z.string()),
});

export const keysOf = (wiring: Wiring): KeyDefinition[] =>
  ofType(wiring, 'AWS::KMS::Key').map((resource) => {
    const { KeyUsage = 'ENCRYPT_DECRYPT', KeySpec = 'SYMMETRIC_DEFAULT' } = propertiesOf(wiring, resource, keySchema);
    if (KeySpec !== 'SYMMETRIC_DEFAULT' && KeySpec !== 'HMAC_256') {
      throw new Refusal(
        `The key ${resource.logicalId} is a ${KeySpec} key; one machine has SYMMETRIC_DEFAULT and HMAC_256 keys only.`,
      );
    }
    return { keyId: nameOf(wiring, resource), arn: arnOf(wiring, resource), usage: KeyUsage };
  });

export const keyAliasesOf = (wiring: Wiring): Map<string, string> => {
  const schema = z.object({ TargetKeyId: z.string() });
  return new Map(
    ofType(wiring, 'AWS::KMS::Alias').map((resource) => {
      const { TargetKeyId } = propertiesOf(wiring, resource, schema);
      return [nameOf(wiring, resource), TargetKeyId] as const;
    }),
  );
};

const mappingSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.optional(z.boolean()),
  BatchSize: z.optional(z.number()),
  MaximumBatchingWindowInSeconds: z.optional(z.number()),
  FunctionResponseTypes: z.optional(z.array(z.string())),
  ScalingConfig: z.optional(z.object({ MaximumConcurrency: z.optional(z.number()) })),
  FilterCriteria: z.optional(z.object({ Filters: z.optional(z.array(z.object({ Pattern: z.string() }))) })),
  BisectBatchOnFunctionError: z.optional(z.boolean()),
  MaximumRetryAttempts: z.optional(z.number()),
  MaximumRecordAgeInSeconds: z.optional(z.number()),
  DestinationConfig: z.optional(z.object({ OnFailure: z.optional(z.object({ Destination: z.string() })) })),
});

/** Lambda begins with five pollers a queue and adds more; on one machine a few more than its cores are enough. */
const defaultQueueConcurrency = 8;

export const mappingsOf = (wiring: Wiring): { readonly queues: QueueMapping[]; readonly streams: StreamMapping[] } => {
  const queueUrls = new Map(
    ofType(wiring, 'AWS::SQS::Queue').map((queue) => [arnOf(wiring, queue), nameOf(wiring, queue)] as const),
  );
  const functionArns = new Map(
    ofType(wiring, 'AWS::Lambda::Function').map((fn) => [nameOf(wiring, fn), arnOf(wiring, fn)] as const),
  );
  const queues: QueueMapping[] = [];
  const streams: StreamMapping[] = [];
  for (const resource of ofType(wiring, 'AWS::Lambda::EventSourceMapping')) {
    const properties = propertiesOf(wiring, resource, mappingSchema);
    if (properties.Enabled === false) continue;
    const functionName = functionNameOf(properties.FunctionName);
    const functionArn = functionArns.get(functionName);
    if (functionArn === undefined)
      throw new Refusal(`${resource.logicalId} calls a function ${functionName} that the template does not hold.`);
    const common = {
      region: wiring.region,
      functionName,
      windowSeconds: properties.MaximumBatchingWindowInSeconds ?? 0,
      filter: createFilter((properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern)),
    };
    const reportsFailures = properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false;
    const queueUrl = queueUrls.get(properties.EventSourceArn);
    if (queueUrl !== undefined) {
      queues.push({
        ...common,
        queueUrl,
        queueArn: properties.EventSourceArn,
        batchSize: properties.BatchSize ?? 10,
        maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? defaultQueueConcurrency,
        reportsFailures,
      });
      continue;
    }
    if (!properties.EventSourceArn.includes(':dynamodb:')) {
      throw new Refusal(
        `${resource.logicalId} reads ${properties.EventSourceArn}; one machine reads queues and table streams only.`,
      );
    }
    const destination = properties.DestinationConfig?.OnFailure?.Destination;
    streams.push({
      ...common,
      id: resource.logicalId,
      streamArn: properties.EventSourceArn,
      functionArn,
      batchSize: properties.BatchSize ?? 100,
      rules: {
        reportsFailures,
        bisects: properties.BisectBatchOnFunctionError ?? false,
        maximumRetries: properties.MaximumRetryAttempts ?? -1,
        maximumAgeSeconds: properties.MaximumRecordAgeInSeconds ?? -1,
      },
      failureQueueUrl: destination === undefined ? undefined : queueUrls.get(destination),
    });
  }
  return { queues, streams };
};
