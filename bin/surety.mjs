#!/usr/bin/env node
/** `npx surety …` on whatever Node the machine has: installs what is missing, and goes on with the project's own Node. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
await import('../local/ensure-installed.mjs');
const node = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const { status } = spawnSync(node, [join(root, 'bin/merchant.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
