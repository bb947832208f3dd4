import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startChannelGateway } from '../../../local/channel-gateway/gateway.ts';
import { createMerchant } from '../../../local/channel-gateway/merchant.ts';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'channels-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Opens and pays one trade after another, and tells each only once the channel has it. */
const script = `
const { startChannelGateway } = await import(${JSON.stringify(join(import.meta.dirname, '../../../local/channel-gateway/gateway.ts'))});
const gateway = await startChannelGateway({ merchant: JSON.parse(process.argv[2]), file: process.argv[1] });
for (let number = 1; ; number += 1) {
  const paymentId = 'pay_' + number;
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  gateway.book.open({ channel: 'alipay', paymentId, amountMinor: number, subject: 's', scene: 'qr', expiresAt,
    notifyUrl: 'http://127.0.0.1:9/', returnUrl: null });
  gateway.pay('alipay', paymentId);
  process.stdout.write(number + '\\n');
  await new Promise((resolve) => setTimeout(resolve, 2));
}`;

it('what the channels told of is there after a kill, with the notifications that they owe', async () => {
  const file = join(folder, 'channels.db');
  const merchant = createMerchant();
  let told = '';
  child = spawn(process.execPath, ['--input-type=module', '--eval', script, file, JSON.stringify(merchant)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  await new Promise<void>((resolve) =>
    child?.stdout?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
      if (told.split('\n').length > 50) resolve();
    }),
  );
  child.kill('SIGKILL');
  await ended;

  const gateway = await startChannelGateway({ merchant, file });
  const numbers = told.split('\n').filter((line) => line !== '');
  expect(numbers.length).toBeGreaterThanOrEqual(50);
  for (const number of numbers) {
    const paymentId = `pay_${number}`;
    expect(gateway.book.find('alipay', paymentId)).toMatchObject({ state: 'paid', paidMinor: Number(number) });
    expect(gateway.errandsOf('alipay', paymentId)).toMatchObject([{ kind: 'notify', state: 'waiting' }]);
  }
  await gateway.stop();
});
