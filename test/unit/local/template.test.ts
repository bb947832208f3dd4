// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CloudFormation's placeholders, which Fn::Sub replaces.
import { expect, test } from 'vitest';
import { createResolver, parseTemplate, type Resolver } from '../../../local/template.ts';

const place = { stackName: 'Shop', region: 'eu-west-1', accountId: '111122223333' };

const resolverOf = (template: object): Resolver =>
  createResolver(parseTemplate(JSON.stringify({ Resources: {}, ...template }), 'test'), place, ({ logicalId }) => ({
    ref: `ref-${logicalId}`,
    attribute: (name) => (name === 'Missing' ? undefined : `${logicalId}.${name}`),
  }));

const withTable = { Resources: { Table: { Type: 'AWS::DynamoDB::Table' } } };

test.each([
  [{ Ref: 'AWS::Region' }, 'eu-west-1'],
  [{ Ref: 'Table' }, 'ref-Table'],
  [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table.Arn'],
  [{ 'Fn::GetAtt': 'Table.Arn' }, 'Table.Arn'],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'Table' }]] }, 'a-ref-Table'],
  [{ 'Fn::Sub': 'arn:${AWS::Partition}:${Table}:${Table.Arn}:${!Literal}' }, 'arn:aws:ref-Table:Table.Arn:${Literal}'],
  [
    { 'Fn::Sub': ['${Greeting} ${AWS::AccountId}', { Greeting: { Ref: 'AWS::URLSuffix' } }] },
    'amazonaws.com 111122223333',
  ],
  [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  [{ list: [1, { Ref: 'AWS::NoValue' }], gone: { Ref: 'AWS::NoValue' } }, { list: [1] }],
])('%j resolves to %j', (value, expected) => {
  expect(resolverOf(withTable).resolve(value)).toEqual(expected);
});

test('conditions choose values and leave resources out', () => {
  const resolver = resolverOf({
    Conditions: {
      China: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'cn-north-1'] },
      Elsewhere: { 'Fn::Not': [{ Condition: 'China' }] },
    },
    Resources: { Kept: { Type: 'A', Condition: 'Elsewhere' }, Dropped: { Type: 'B', Condition: 'China' } },
  });
  expect(resolver.resources.map(({ logicalId }) => logicalId)).toEqual(['Kept']);
  expect(resolver.resolve({ 'Fn::If': ['China', 'yes', 'no'] })).toBe('no');
});

test('outputs, parameters and mappings are resolved', () => {
  const resolver = resolverOf({
    Parameters: { Name: { Type: 'String', Default: 'given' } },
    Mappings: { Runtimes: { 'eu-west-1': { value: 'nodejs24.x' } } },
    Outputs: {
      Both: {
        Value: {
          'Fn::Join': ['/', [{ Ref: 'Name' }, { 'Fn::FindInMap': ['Runtimes', { Ref: 'AWS::Region' }, 'value'] }]],
        },
      },
    },
  });
  expect(resolver.outputs()).toEqual({ Both: 'given/nodejs24.x' });
});

test.each([
  [{ 'Fn::ImportValue': 'x' }, /Fn::ImportValue, which the local stack does not know/],
  [{ Ref: 'Nobody' }, /refers to Nobody/],
  [{ 'Fn::GetAtt': ['Table', 'Missing'] }, /AWS::DynamoDB::Table \(Table\) has no attribute Missing/],
])('%j is refused by name', (value, sentence) => {
  expect(() => resolverOf(withTable).resolve(value)).toThrow(sentence);
});
