import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { connectPaymentChannels } from '../../../adapters/channels/payment-channels.ts';
import { channelSecretNames, channelSecrets } from '../../../contract/channels.ts';
import { environmentVariables } from '../../../contract/environment.ts';
import { channels } from '../../../core/payments/channel.ts';
import { type LocalStack, startLocalStack } from '../../../local/stack.ts';

let dataDir: string;
let stack: LocalStack;
const start = () => startLocalStack({ port: 0, dataDir, quiet: true, settings: { stage: 'local' } });

/** What a function that both grants of `lib/channels.ts` were given to is told on this machine. */
const connect = () => {
  const told = {
    ...stack.environmentOf('identity'),
    [environmentVariables.alipayGateway]: stack.channels.alipayUrl,
    [environmentVariables.wechatPayGateway]: stack.channels.wechatPayUrl,
    [environmentVariables.notifyBaseUrl]: stack.apiUrl,
    ...Object.fromEntries(
      channelSecretNames.map((name) => [channelSecrets[name].variable, stack.outputs[channelSecrets[name].output]]),
    ),
  };
  for (const [name, value] of Object.entries(told)) vi.stubEnv(name, value);
  return connectPaymentChannels({ now: () => new Date().toISOString() });
};

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'surety-channels-'));
  stack = await start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await stack.stop();
  rmSync(dataDir, { recursive: true });
});

it('the stack’s own secrets open its channels, and what a buyer paid is known after a restart', async () => {
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  const before = connect();
  for (const channel of channels) {
    const paymentId = `pay_${channel}`;
    const opened = await before[channel].open({ paymentId, amountMinor: 990, subject: '点卡', expiresAt, scene: 'qr' });
    if (opened.kind !== 'qr') throw new Error(opened.kind);
    await fetch(`${opened.content}/pay`, { method: 'POST', redirect: 'manual' });
    expect(await before[channel].query(paymentId)).toMatchObject({ state: 'paid', paidMinor: 990 });
  }
  await stack.stop();
  stack = await start();
  const after = connect();
  for (const channel of channels)
    expect(await after[channel].query(`pay_${channel}`)).toMatchObject({ state: 'paid', paidMinor: 990 });
});
