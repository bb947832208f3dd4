import { createHash } from 'node:crypto';
import type { Identity, Place, Resource } from './template.ts';

/** Values that exist only once a stand-in runs: a queue's URL, the API's address, a table's stream. */
export type LiveValues = {
  sqsEndpoint: string;
  apiUrl: string;
  readonly streamArns: Map<string, string>;
};

/** The property in which a resource of each kind may carry a name of its own. */
const nameProperties: Record<string, string> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::ApiGatewayV2::Stage': 'StageName',
  'AWS::Events::Rule': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const keyIdOf = (text: string): string => {
  const hex = digest(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
};

/** AWS cuts and lowers generated names to what each service allows; so do we, and stay the same at each start. */
const generatedName = (place: Place, resource: Resource): string => {
  const name = `${place.stackName}-${resource.logicalId}`;
  if (resource.type === 'AWS::S3::Bucket') return name.toLowerCase().slice(0, 63);
  return name.slice(0, resource.type === 'AWS::Lambda::Function' ? 64 : 80);
};

/**
 * Answers `Ref` and `Fn::GetAtt` for every resource, as AWS would.
 * @param resolveName resolves a name property, which may hold intrinsics itself.
 */
export const createIdentities = (
  place: Place,
  live: LiveValues,
  resolveName: (value: unknown) => unknown,
): ((resource: Resource) => Identity) => {
  const { region, accountId } = place;
  const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  const known = (ref: string, attributes: Record<string, string | undefined>): Identity => ({
    ref,
    attribute: (name) => attributes[name],
  });

  return (resource) => {
    const { logicalId, type, properties } = resource;
    const nameProperty = nameProperties[type];
    const given = nameProperty === undefined ? undefined : properties[nameProperty];
    const name = given === undefined ? generatedName(place, resource) : String(resolveName(given));
    switch (type) {
      case 'AWS::DynamoDB::Table':
        return known(name, { Arn: arn('dynamodb', `table/${name}`), StreamArn: live.streamArns.get(logicalId) });
      case 'AWS::SQS::Queue': {
        const url = `${live.sqsEndpoint}/${accountId}/${name}`;
        return known(url, { Arn: arn('sqs', name), QueueName: name, QueueUrl: url });
      }
      case 'AWS::S3::Bucket':
        return known(name, {
          Arn: `arn:aws:s3:::${name}`,
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
        });
      case 'AWS::Lambda::Function':
        return known(name, { Arn: arn('lambda', `function:${name}`) });
      case 'AWS::Lambda::Version':
        return known(`${String(resolveFunctionArn(properties['FunctionName'], resolveName, arn))}:1`, { Version: '1' });
      case 'AWS::Lambda::Alias': {
        const alias = `${resolveFunctionArn(properties['FunctionName'], resolveName, arn)}:${String(resolveName(properties['Name']))}`;
        return known(alias, { AliasArn: alias });
      }
      case 'AWS::StepFunctions::StateMachine': {
        const machineArn = arn('states', `stateMachine:${name}`);
        return known(machineArn, { Arn: machineArn, Name: name });
      }
      case 'AWS::KMS::Key': {
        const keyId = keyIdOf(`${place.stackName}/${logicalId}`);
        return known(keyId, { Arn: arn('kms', `key/${keyId}`), KeyId: keyId });
      }
      case 'AWS::SecretsManager::Secret':
        return known(arn('secretsmanager', `secret:${name}`), { Id: arn('secretsmanager', `secret:${name}`) });
      case 'AWS::ApiGatewayV2::Api': {
        const apiId = digest(logicalId).slice(0, 10);
        return known(apiId, { ApiId: apiId, ApiEndpoint: live.apiUrl });
      }
      case 'AWS::ApiGatewayV2::Integration':
      case 'AWS::ApiGatewayV2::Authorizer':
      case 'AWS::ApiGatewayV2::Route':
        return known(logicalId, { AuthorizerId: logicalId, IntegrationId: logicalId, RouteId: logicalId });
      case 'AWS::Events::Rule':
        return known(name, { Arn: arn('events', `rule/${name}`) });
      case 'AWS::Scheduler::Schedule':
        return known(name, { Arn: arn('scheduler', `schedule/default/${name}`) });
      default:
        // Nothing local reads what these resources answer, but function environments and outputs may quote it.
        return {
          ref: name,
          attribute: (attribute) =>
            attribute.endsWith('Arn')
              ? arn(type.split('::')[1]?.toLowerCase() ?? 'local', name)
              : `${name}.${attribute}`,
        };
    }
  };
};

const resolveFunctionArn = (
  functionName: unknown,
  resolveName: (value: unknown) => unknown,
  arn: (service: string, rest: string) => string,
): string => {
  const name = String(resolveName(functionName));
  return name.startsWith('arn:') ? name : arn('lambda', `function:${name}`);
};

/** The name in a function's ARN, with or without a version or an alias; a bare name is returned as it is. */
export const functionNameOf = (arnOrName: string): string => {
  const parts = arnOrName.split(':');
  return parts[0] === 'arn' ? (parts[6] ?? arnOrName) : (parts[0] ?? arnOrName);
};
