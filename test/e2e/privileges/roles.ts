import * as z from 'zod/mini';
import { synthesize } from '../../../local/assembly.ts';
import { createIdentities, type LiveValues } from '../../../local/identities.ts';
import { createResolver, type Resolver, type Resource } from '../../../local/template.ts';
import { allows, keyStatement, roleStatement } from './iam.ts';
import type { Use } from './recorder.ts';

const place = { region: 'us-east-1', accountId: '000000000000' };

const functionSchema = z.object({
  Role: z.string(),
  Environment: z.object({ Variables: z.object({ POWERTOOLS_SERVICE_NAME: z.string() }) }),
  LoggingConfig: z.object({ LogGroup: z.string() }),
  TracingConfig: z.object({ Mode: z.string() }),
});
/** A role as ours are: what it may do stands in policies of their own, and AWS's managed ones have no part in it. */
const roleSchema = z.strictObject({ AssumeRolePolicyDocument: z.unknown(), Tags: z.optional(z.unknown()) });
const policySchema = z.object({
  Roles: z.array(z.string()),
  PolicyDocument: z.object({ Statement: z.array(roleStatement) }),
});
const keySchema = z.object({ KeyPolicy: z.object({ Statement: z.array(keyStatement) }) });
const mappingSchema = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  DestinationConfig: z.optional(z.object({ OnFailure: z.object({ Destination: z.string() }) })),
});

/** Who may do what, as the template of a stage says, in the names that the local stack gives its resources. */
export const readRoles = async (stage: string) => {
  const { template, stackName } = await synthesize('bin/surety.ts', { stage }, () => undefined);
  const live: LiveValues = { sqsEndpoint: 'http://queues', apiUrl: 'http://api', streamArns: new Map() };
  const identify = createIdentities({ ...place, stackName }, live, (value) => resolver.resolve(value));
  const resolver: Resolver = createResolver(template, { ...place, stackName }, identify);
  const ofType = (type: string): readonly Resource[] => resolver.resources.filter((resource) => resource.type === type);
  for (const table of ofType('AWS::DynamoDB::Table'))
    live.streamArns.set(table.logicalId, `${identify(table).attribute('Arn')}/stream/1`);
  const read = <Schema extends z.ZodMiniType>(schema: Schema, resource: Resource): z.output<Schema> =>
    schema.parse(resolver.resolve(resource.properties));

  const policies = ofType('AWS::IAM::Policy').map((policy) => read(policySchema, policy));
  const roles = ofType('AWS::IAM::Role').map((role) => ({ role, arn: identify(role).attribute('Arn') }));
  const functions = new Map(
    ofType('AWS::Lambda::Function').map((fn) => {
      const { Role, Environment, LoggingConfig, TracingConfig } = read(functionSchema, fn);
      const role = roles.find(({ arn }) => arn === Role);
      if (role === undefined) throw new Error(`The role of ${fn.logicalId} is not in the template`);
      read(roleSchema, role.role);
      const name = identify(role.role).ref;
      const statements = policies
        .filter(({ Roles }) => Roles.includes(name))
        .flatMap((p) => p.PolicyDocument.Statement);
      const group = ofType('AWS::Logs::LogGroup').find((each) => identify(each).ref === LoggingConfig.LogGroup);
      const of = { name: identify(fn).ref, roleArn: Role, logGroupArn: group && identify(group).attribute('Arn') };
      return [
        Environment.Variables.POWERTOOLS_SERVICE_NAME,
        { ...of, statements, traced: TracingConfig.Mode === 'Active' },
      ];
    }),
  );
  const keyPolicies = new Map(
    ofType('AWS::KMS::Key').map((key) => [identify(key).attribute('Arn'), read(keySchema, key).KeyPolicy.Statement]),
  );

  /** Whether AWS would let a call pass: the caller's role has to allow it, and for a key the key's own policy too. */
  const isAllowed = ({ caller, action, resource }: Use): boolean => {
    const fn = functions.get(caller);
    if (fn === undefined) return false;
    const context = {
      'kms:CallerAccount': place.accountId,
      'aws:PrincipalArn': fn.roleArn,
      'aws:SecureTransport': 'true',
    };
    if (!allows(fn.statements, action, resource, context)) return false;
    if (!action.startsWith('kms:')) return true;
    const root = `arn:aws:iam::${place.accountId}:root`;
    const meant = (keyPolicies.get(resource) ?? []).filter(({ Principal }) =>
      Object.values(Principal)
        .flat()
        .some((principal) => principal === '*' || principal === root || principal === fn.roleArn),
    );
    return allows(meant, action, resource, context);
  };

  /** What Lambda itself does in a function's name: it writes its log and its traces and reads its event sources. */
  const usesOfLambda = (): readonly Use[] => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping').map((mapping) => read(mappingSchema, mapping));
    return [...functions].flatMap(([caller, { name, logGroupArn = '', traced }]) => {
      const use = (resource: string, ...actions: readonly string[]) =>
        actions.map((action) => ({ caller, action, resource }));
      const sources = mappings.filter(({ FunctionName }) => FunctionName === name);
      return [
        ...use(logGroupArn, 'logs:CreateLogStream', 'logs:PutLogEvents'),
        ...(traced ? use('*', 'xray:PutTraceSegments', 'xray:PutTelemetryRecords') : []),
        ...sources.flatMap(({ EventSourceArn, DestinationConfig }) => [
          ...(EventSourceArn.includes(':sqs:')
            ? use(EventSourceArn, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes')
            : [
                ...use(EventSourceArn, 'dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'),
                ...use('*', 'dynamodb:ListStreams'),
              ]),
          ...(DestinationConfig ? use(DestinationConfig.OnFailure.Destination, 'sqs:SendMessage') : []),
        ]),
      ];
    });
  };

  /** Every permission of every function: one action on one resource each. */
  const grants = (): readonly Use[] =>
    [...functions].flatMap(([caller, { statements }]) =>
      statements.flatMap(({ Action, Resource }) =>
        Action.flatMap((action) => Resource.map((resource) => ({ caller, action, resource }))),
      ),
    );

  /** A resource as a person calls it: `orders/index/due` rather than an ARN with a generated name. */
  const nameOf = (arn: string): string => {
    const table = ofType('AWS::DynamoDB::Table').find((each) => arn.includes(`:table/${identify(each).ref}`));
    return table === undefined
      ? arn.replace(/^arn:aws:[a-z]+:us-east-1:000000000000:/, '')
      : `${/^Tables([A-Z][a-z]+)/.exec(table.logicalId)?.[1]?.toLowerCase()}${/\/(index|stream)\/.*/.exec(arn)?.[0] ?? ''}`;
  };
  const describe = ({ caller, action, resource }: Use): string => `${caller}: ${action} on ${nameOf(resource)}`;

  return { isAllowed, usesOfLambda, grants, describe };
};
