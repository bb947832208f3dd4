/** The template of a stage as stack tests read it: synthesized once, its functions' code left out. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type FunctionName, functionEntries } from '../../contract/functions.ts';
import { type TableName, tableNames } from '../../contract/tables.ts';
import { type Settings, settingsOf } from '../../lib/settings.ts';
import { suretyApp } from '../../lib/surety-app.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Properties = Readonly<Record<string, Json>>;
export type Resource = {
  readonly Type: string;
  readonly Properties: Properties;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | readonly string[];
};
export type TemplateJson = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: Json }>>;
};
export type Statement = {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly Json[];
};

/** Synthesizes the production stage, or one with these settings changed; throws when a check of the app fails. */
export const synthesize = (changed: Partial<Settings> = {}): TemplateJson => {
  const { app, stack } = suretyApp({
    outdir: mkdtempSync(join(tmpdir(), 'surety-synth-')),
    settings: () => ({ ...settingsOf('production'), ...changed }),
    codeOf: (name) => Code.fromInline(`exports.handler = async () => '${name}';`),
  });
  const { templateFullPath } = app.synth().getStackByName(stack.stackName);
  return JSON.parse(readFileSync(templateFullPath, 'utf8')) as TemplateJson;
};

export const functionNames = Object.keys(functionEntries) as readonly FunctionName[];

export const resourcesOf = (template: TemplateJson, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

const listOf = <Item>(value: Item | readonly Item[]): readonly Item[] =>
  Array.isArray(value) ? value : [value as Item];

/** The one resource of a type. */
export const only = (template: TemplateJson, type: string): Resource => {
  const [found, ...more] = resourcesOf(template, type);
  if (found === undefined || more.length > 0) throw new Error(`The template has ${more.length + 1} of ${type}`);
  return found[1];
};

/** The state machine of a room. */
export const machineOf = (template: TemplateJson, room: string): Resource => {
  const found = resourcesOf(template, 'AWS::StepFunctions::StateMachine').find(([id]) => id.startsWith(room));
  if (found === undefined) throw new Error(`The template has no state machine of ${room}`);
  return found[1];
};

export const lambdaOf = (template: TemplateJson, name: FunctionName): readonly [string, Resource] => {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(([, { Properties }]) =>
    JSON.stringify(Properties['Environment']).includes(`"POWERTOOLS_SERVICE_NAME":"${name}"`),
  );
  if (found === undefined) throw new Error(`The template has no function ${name}`);
  return found;
};

export const variablesOf = (template: TemplateJson, name: FunctionName): Properties =>
  (lambdaOf(template, name)[1].Properties['Environment'] as { Variables: Properties }).Variables;

/** What a role may do, whatever policy says so. */
export const statementsOfRole = (template: TemplateJson, roleId: string): readonly Statement[] =>
  resourcesOf(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => JSON.stringify(Properties['Roles']).includes(`{"Ref":"${roleId}"}`))
    .flatMap(([, { Properties }]) => (Properties['PolicyDocument'] as unknown as { Statement: Statement[] }).Statement)
    .map((statement) => ({ ...statement, Action: listOf(statement.Action), Resource: listOf(statement.Resource) }));

export const roleIdOf = (template: TemplateJson, name: FunctionName): string =>
  (lambdaOf(template, name)[1].Properties['Role'] as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];

/** What a function may do: one row an action and resource. */
export const permissionsOf = (template: TemplateJson, name: FunctionName): readonly (readonly [string, string])[] =>
  statementsOfRole(template, roleIdOf(template, name)).flatMap(({ Action, Resource }) =>
    Action.flatMap((action) => Resource.map((resource) => [action, nameOfResource(template, resource)] as const)),
  );

export const tableIdOf = (template: TemplateJson, table: TableName): string => {
  const output = template.Outputs[`Table${table.charAt(0).toUpperCase()}${table.slice(1)}`];
  if (output === undefined) throw new Error(`The template has no output for the table ${table}`);
  return (output.Value as { Ref: string }).Ref;
};

/** A short name for what a statement is about: `orders`, `orders/index/due`, or the logical id. */
const nameOfResource = (template: TemplateJson, resource: Json): string => {
  const text = JSON.stringify(resource);
  const id = /"(?:Fn::GetAtt":\["|Ref":")([^"]+)"/.exec(text)?.[1] ?? text;
  const table = tableNames.find((name) => tableIdOf(template, name) === id);
  const index = /\/index\/[^"]+/.exec(text)?.[0] ?? '';
  const stream = text.includes('StreamArn') ? '/stream' : '';
  return `${table ?? id.replaceAll('"', '')}${index}${stream}`;
};

/** The functions that may do an action to a resource, in the order of the contract. */
export const whoMay = (template: TemplateJson, action: string, resource: string): readonly FunctionName[] =>
  functionNames.filter((name) => permissionsOf(template, name).some(([a, r]) => a === action && r === resource));
