import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import {
  type ChannelSecretName,
  channelSecretNames,
  channelSecrets,
  signingSecrets,
  verifyingSecrets,
} from '../../contract/channels.ts';
import { environmentVariables } from '../../contract/environment.ts';
import type { FunctionName } from '../../contract/functions.ts';
import { Channels } from '../../lib/channels.ts';
import { AlarmDesk } from '../../lib/constructs/alarm-desk.ts';
import { RoomFunction } from '../../lib/constructs/room-function.ts';
import type { Site } from '../../lib/constructs/site.ts';
import { settingsOf, stages } from '../../lib/settings.ts';
import {
  resourcesOf,
  roleIdOf,
  statementsOfRole,
  synthesize,
  type TemplateJson,
  variablesOf,
  whoMay,
} from './synthesized.ts';

const template = synthesize();

/** One function that speaks to the channels, and one that only hears them. */
const stackWithChannels = (): TemplateJson => {
  const stack = new Stack(new App(), 'Test');
  const dataKey = new Key(stack, 'Key');
  const site: Site = {
    settings: settingsOf('production'),
    codeOf: () => Code.fromInline('exports.handler = async () => 1;'),
    dataKey,
    alarms: new AlarmDesk(stack, 'Desk', { dataKey, email: undefined }),
  };
  const channels = new Channels(stack, 'Channels', site);
  const room = (name: FunctionName) =>
    new RoomFunction(stack, name, { site, name, description: name, timeout: Duration.seconds(1) });
  const [speaking, hearing] = [room('payments'), room('policy')];
  channels.grantSigning(speaking);
  channels.grantVerifying(speaking);
  channels.grantVerifying(hearing);
  channels.notifyAt('https://api.example');
  return Template.fromStack(stack).toJSON() as TemplateJson;
};

describe('the credentials of payment channels', () => {
  const secrets = resourcesOf(template, 'AWS::SecretsManager::Secret');

  it('are kept in production, encrypted with our key, and begin empty', () => {
    expect(secrets).toHaveLength(channelSecretNames.length);
    for (const [, secret] of secrets) {
      expect(secret).toMatchObject({ DeletionPolicy: 'Retain', Properties: { KmsKeyId: expect.anything() } });
      expect(secret.Properties).not.toHaveProperty('SecretString');
      expect(secret.Properties).not.toHaveProperty('GenerateSecretString');
    }
  });

  it('are named in the outputs, for whoever fills them', () => {
    for (const name of channelSecretNames)
      expect(secrets.map(([id]) => ({ Ref: id }))).toContainEqual(template.Outputs[channelSecrets[name].output]?.Value);
  });
});

describe('the signing secrets', () => {
  const idOf = (name: ChannelSecretName) =>
    (template.Outputs[channelSecrets[name].output]?.Value as { Ref: string } | undefined)?.Ref ?? `no ${name}`;
  const readers = (name: ChannelSecretName) => whoMay(template, 'secretsmanager:GetSecretValue', idOf(name));

  it.each(signingSecrets)(
    '%s is read by those who open trades and give refunds, and by nobody who is public',
    (name) => {
      expect(readers(name)).toEqual(['channelPayments', 'settleChannel']);
    },
  );

  it.each(verifyingSecrets)('%s is read by whoever hears a channel', (name) => {
    expect(readers(name)).toEqual(['channelPayments', 'channelNotifications', 'settleChannel']);
  });
});

describe('a function that speaks to channels', () => {
  const own = stackWithChannels();
  const secretsOf = (name: FunctionName) => {
    const statements = statementsOfRole(own, roleIdOf(own, name)).filter(({ Action }) =>
      Action.some((action) => action.startsWith('secretsmanager:')),
    );
    expect(statements.flatMap(({ Action }) => Action).every((a) => a === 'secretsmanager:GetSecretValue')).toBe(true);
    return statements.flatMap(({ Resource }) => Resource);
  };
  const toldOf = (name: FunctionName, names: readonly ChannelSecretName[]) =>
    names.flatMap((secret) => variablesOf(own, name)[channelSecrets[secret].variable] ?? []);

  it('may read what signs and what verifies, and is told where everything is', () => {
    expect(new Set(secretsOf('payments'))).toEqual(new Set(toldOf('payments', channelSecretNames)));
    expect(secretsOf('payments')).toHaveLength(4);
    expect(variablesOf(own, 'payments')).toMatchObject({
      [environmentVariables.alipayGateway]: 'https://openapi.alipay.com/gateway.do',
      [environmentVariables.wechatPayGateway]: 'https://api.mch.weixin.qq.com',
      [environmentVariables.notifyBaseUrl]: 'https://api.example',
    });
  });

  it('that only hears notifications holds nothing that can sign', () => {
    expect(new Set(secretsOf('policy'))).toEqual(new Set(toldOf('policy', verifyingSecrets)));
    expect(secretsOf('policy')).toHaveLength(2);
    expect(toldOf('policy', signingSecrets)).toEqual([]);
  });
});

it.each(['local', 'demo'] as const)('the stage %s can reach no real channel', (stage) => {
  const { alipayGateway, wechatPayGateway } = settingsOf(stage).channels;
  for (const url of [alipayGateway, wechatPayGateway]) expect(new URL(url).hostname).toMatch(/\.invalid$/);
});

it.each(stages)('the stage %s speaks to channels over TLS', (stage) => {
  const { alipayGateway, wechatPayGateway } = settingsOf(stage).channels;
  for (const url of [alipayGateway, wechatPayGateway]) expect(new URL(url).protocol).toBe('https:');
});

describe('the alarm of refunds that a channel will never do', () => {
  it('hears whoever learns of a refusal: by an answer, or by a notification', () => {
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
      JSON.stringify(Properties),
    );
    const [refused = '', ...more] = alarms.filter((alarm) => alarm.includes('"MetricName":"RefundsRefused"'));
    expect(more).toEqual([]);
    for (const emitter of ['settleChannel', 'channelNotifications'] as const satisfies readonly FunctionName[])
      expect(refused).toContain(`{"Name":"service","Value":"${emitter}"}`);
  });
});
