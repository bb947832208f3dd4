import { expect, test } from 'vitest';
import { allows, roleStatement } from './iam.ts';

const statement = (parts: Record<string, unknown>) =>
  roleStatement.parse({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:queue', ...parts });
const asks = (statements: ReturnType<typeof statement>[], context: Record<string, string> = {}) =>
  allows(statements, 'sqs:SendMessage', 'arn:queue', context);

test.each([
  ['nothing', [], false],
  ['its action on its resource', [statement({})], true],
  ['another action', [statement({ Action: ['sqs:ReceiveMessage', 'sqs:SendMessageBatch'] })], false],
  ['a pattern of actions', [statement({ Action: 'SQS:Send*' })], true],
  ['another resource that begins alike', [statement({ Resource: 'arn:queue-2' })], false],
  ['a pattern of resources', [statement({ Resource: ['other', 'arn:q?eue'] })], true],
  ['a denial beside an allowance', [statement({}), statement({ Effect: 'Deny', Action: '*' })], false],
])('with %s, a call is decided', (_, statements, allowed) => {
  expect(asks(statements)).toBe(allowed);
});

test('a condition holds by one of its values, and never by what is not known of a call', () => {
  const conditional = [statement({ Condition: { ArnLike: { 'aws:PrincipalArn': ['arn:a', 'arn:b*'] } } })];
  expect(asks(conditional, { 'aws:PrincipalArn': 'arn:b1' })).toBe(true);
  expect(asks(conditional, { 'aws:PrincipalArn': 'arn:c' })).toBe(false);
  expect(asks(conditional)).toBe(false);
});

test('what is not known here is refused by name', () => {
  const unknown = [statement({ Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '1' } } })];
  expect(() => asks(unknown)).toThrow('NumericLessThan');
  expect(() => statement({ NotAction: 'sqs:*' })).toThrow();
});
