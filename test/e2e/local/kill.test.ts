import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { startLocalStack } from '../../../local/stack.ts';

const app = 'test/e2e/local/fixture/app.ts';
const folder = mkdtempSync(join(tmpdir(), 'surety-kill-'));
const dataDir = join(folder, 'data');
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const startProcess = async (): Promise<{ child: ChildProcess; apiUrl: string }> => {
  const child = spawn(process.execPath, ['test/e2e/local/fixture/run.ts', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const apiUrl = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the stack ended with ${code}`)));
  });
  return { child, apiUrl };
};

/** A process that has ended but that nobody has waited for keeps its id, without a command line. */
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/cmdline') || readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
};

test('after kill -9, changes, messages and executions go on where they were', { timeout: 60_000 }, async () => {
  const { child, apiUrl } = await startProcess();
  const headers = { authorization: 'Bearer me', 'content-type': 'text/plain' };
  const ids = Array.from({ length: 40 }, (_, index) => `thing-${index}`);
  const until = new Date(Date.now() + 3_000).toISOString();
  const body = JSON.stringify({ name: 'one', input: JSON.stringify({ id: 'by-workflow', until }) });
  expect(
    (
      await fetch(`${apiUrl}/start`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      })
    ).status,
  ).toBe(200);
  await Promise.all(ids.map((id) => fetch(`${apiUrl}/things/${id}`, { method: 'PUT', headers, body: 'book' })));
  const orphan = Number(readFileSync(join(dataDir, 'dynoxide.pid'), 'utf8'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(isRunning(orphan)).toBe(true);

  const stack = await startLocalStack({ port: 0, dataDir, quiet: true, app });
  try {
    expect(isRunning(orphan)).toBe(false);
    expect(stack.resumedExecutions).toBe(1);
    const kindOf = async (id: string) => {
      const response = await fetch(`${stack.apiUrl}/things/${id}`, { headers });
      const item = (await response.json()) as { kind?: { S: string } } | null;
      return item?.kind?.S;
    };
    await vi.waitFor(
      async () => {
        expect(new Set(await Promise.all(ids.map(kindOf)))).toEqual(new Set(['done book']));
        expect(await kindOf('by-workflow')).toBe('done by step');
      },
      { timeout: 30_000, interval: 200 },
    );
  } finally {
    await stack.stop();
  }
  expect(existsSync(join(dataDir, 'dynoxide.pid'))).toBe(false);
});
