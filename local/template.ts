import * as z from 'zod/mini';
import { Refusal } from './refusal.ts';

/** What the local stack reads of a synthesized template; everything else in it is left alone. */
const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.optional(z.record(z.string(), z.unknown())),
      Condition: z.optional(z.string()),
    }),
  ),
  Outputs: z.optional(z.record(z.string(), z.object({ Value: z.unknown(), Condition: z.optional(z.string()) }))),
  Parameters: z.optional(z.record(z.string(), z.object({ Default: z.optional(z.unknown()) }))),
  Mappings: z.optional(z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())))),
  Conditions: z.optional(z.record(z.string(), z.unknown())),
});

export type Template = z.infer<typeof templateSchema>;
export type Resource = {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Record<string, unknown>;
};

/** What a resource answers to `Ref` and `Fn::GetAtt`. An attribute that it does not know is `undefined`. */
export type Identity = { readonly ref: string; readonly attribute: (name: string) => string | undefined };

export type Place = { readonly stackName: string; readonly region: string; readonly accountId: string };

export const parseTemplate = (json: string, file: string): Template => {
  const parsed = z.safeParse(templateSchema, JSON.parse(json));
  if (!parsed.success) throw new Refusal(`${file} is not a CloudFormation template: ${z.prettifyError(parsed.error)}.`);
  return parsed.data;
};

export type Resolver = {
  readonly resources: readonly Resource[];
  /** Replaces every intrinsic function inside a value; refuses one that it does not know, by name. */
  readonly resolve: (value: unknown) => unknown;
  readonly outputs: () => Record<string, string>;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown, functionName: string): unknown[] => {
  if (!Array.isArray(value)) throw new Refusal(`The template gives ${functionName} something that is not a list.`);
  return value;
};

const noValue = Symbol('AWS::NoValue');

/**
 * Resolves a template's intrinsic functions.
 * @param identify answers for a resource; it is asked as late as possible, since ports and stream names are known only
 *   once their stand-in runs.
 */
export const createResolver = (
  template: Template,
  place: Place,
  identify: (resource: Resource) => Identity,
): Resolver => {
  const conditionHolds = (name: string): boolean => {
    const definition = template.Conditions?.[name];
    if (definition === undefined) throw new Refusal(`The template names a condition ${name} that it does not define.`);
    return truthOf(definition);
  };

  const resources = new Map<string, Resource>();
  const pseudo: Record<string, unknown> = {
    'AWS::Region': place.region,
    'AWS::Partition': 'aws',
    'AWS::AccountId': place.accountId,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': place.stackName,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${place.stackName}/local`,
    'AWS::NoValue': noValue,
    'AWS::NotificationARNs': [],
  };

  const reference = (name: string): unknown => {
    if (name in pseudo) return pseudo[name];
    const resource = resources.get(name);
    if (resource !== undefined) return identify(resource).ref;
    const parameter = template.Parameters?.[name];
    if (parameter !== undefined) return parameter.Default ?? '';
    throw new Refusal(`The template refers to ${name}, which it does not define.`);
  };

  const attributeOf = (name: string, attribute: string): string => {
    const resource = resources.get(name);
    if (resource === undefined)
      throw new Refusal(`The template reads ${attribute} of ${name}, which it does not define.`);
    const value = identify(resource).attribute(attribute);
    if (value === undefined) {
      throw new Refusal(
        `The local stand-in for ${resource.type} (${name}) has no attribute ${attribute}; add it in local/identities.ts.`,
      );
    }
    return value;
  };

  const substitute = (argument: unknown): string => {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (isRecord(variables) && name in variables) return String(resolve(variables[name]));
      const dot = name.indexOf('.');
      return String(dot > 0 ? attributeOf(name.slice(0, dot), name.slice(dot + 1)) : reference(name));
    });
  };

  const functions: Record<string, (argument: unknown) => unknown> = {
    Ref: (argument) => reference(String(argument)),
    'Fn::GetAtt': (argument) => {
      const [name, ...attribute] = typeof argument === 'string' ? argument.split('.') : listOf(argument, 'Fn::GetAtt');
      return attributeOf(String(name), attribute.map((part) => String(resolve(part))).join('.'));
    },
    'Fn::Sub': substitute,
    'Fn::Join': (argument) => {
      const [separator, parts] = listOf(argument, 'Fn::Join');
      return listOf(resolve(parts), 'Fn::Join').map(String).join(String(separator));
    },
    'Fn::Select': (argument) => {
      const [index, parts] = listOf(argument, 'Fn::Select');
      return listOf(resolve(parts), 'Fn::Select')[Number(resolve(index))];
    },
    'Fn::Split': (argument) => {
      const [separator, text] = listOf(argument, 'Fn::Split');
      return String(resolve(text)).split(String(separator));
    },
    'Fn::If': (argument) => {
      const [condition, yes, no] = listOf(argument, 'Fn::If');
      return resolve(conditionHolds(String(condition)) ? yes : no);
    },
    'Fn::FindInMap': (argument) => {
      const [map, first, second] = listOf(argument, 'Fn::FindInMap').map((part) => String(resolve(part)));
      const value = template.Mappings?.[map ?? '']?.[first ?? '']?.[second ?? ''];
      if (value === undefined)
        throw new Refusal(`The template's mapping ${map} has no entry for ${first} and ${second}.`);
      return value;
    },
    'Fn::Base64': (argument) => Buffer.from(String(resolve(argument))).toString('base64'),
  };

  const truthOf = (definition: unknown): boolean => {
    if (!isRecord(definition)) return resolve(definition) === true;
    if ('Condition' in definition) return conditionHolds(String(definition['Condition']));
    const [name, argument] = Object.entries(definition)[0] ?? ['', []];
    const parts = listOf(argument, name);
    if (name === 'Fn::Equals') return String(resolve(parts[0])) === String(resolve(parts[1]));
    if (name === 'Fn::And') return parts.every(truthOf);
    if (name === 'Fn::Or') return parts.some(truthOf);
    if (name === 'Fn::Not') return !truthOf(parts[0]);
    throw new Refusal(`The template uses the condition function ${name}, which the local stack does not know.`);
  };

  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== noValue);
    if (!isRecord(value)) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
      const evaluate = functions[first[0]];
      if (evaluate === undefined)
        throw new Refusal(`The template uses ${first[0]}, which the local stack does not know.`);
      return evaluate(first[1]);
    }
    const resolved = entries.map(([key, item]) => [key, resolve(item)] as const).filter(([, item]) => item !== noValue);
    return Object.fromEntries(resolved);
  };

  for (const [logicalId, { Type, Properties, Condition }] of Object.entries(template.Resources)) {
    if (Condition !== undefined && !conditionHolds(Condition)) continue;
    resources.set(logicalId, { logicalId, type: Type, properties: Properties ?? {} });
  }

  const outputs = (): Record<string, string> => {
    const values: Record<string, string> = {};
    for (const [name, { Value, Condition }] of Object.entries(template.Outputs ?? {})) {
      if (Condition === undefined || conditionHolds(Condition)) values[name] = String(resolve(Value));
    }
    return values;
  };

  return { resources: [...resources.values()], resolve, outputs };
};
