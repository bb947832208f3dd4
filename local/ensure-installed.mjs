/**
 * Runs before `npm start` and `npm test`, on whatever Node the machine has: installs what package-lock.json asks for
 * if node_modules does not hold exactly that, and does nothing otherwise.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const packagesIn = (file) => {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    // An install that was cut off leaves no list, or half of one: then nothing counts as installed.
    return undefined;
  }
};

/** npm lists what it installed in node_modules; packages for other platforms are in the lock alone. */
const missingPackage = () => {
  const wanted = packagesIn('package-lock.json');
  const installed = packagesIn('node_modules/.package-lock.json');
  if (wanted === undefined) {
    process.stderr.write('package-lock.json is missing or broken: restore it from version control.\n');
    process.exit(1);
  }
  if (installed === undefined) return 'everything';
  const wantedHere = Object.entries(wanted).filter(([path, { optional }]) => path !== '' && !optional);
  const [missing] = wantedHere.find(([path, { version }]) => installed[path]?.version !== version) ?? [];
  const changed = Object.entries(installed).find(([path, { version }]) => wanted[path]?.version !== version);
  return (
    missing ?? changed?.[0] ?? (existsSync(join(root, 'node_modules/.bin/node')) ? undefined : 'node_modules/.bin/node')
  );
};

/**
 * Installs the versions of the lock and leaves the lock as it is. `npm ci` would refuse a lock that was written where
 * the registry did not carry the packages of other platforms, and none of those is needed here.
 */
const install = () => {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['install', '--no-save', '--no-audit', '--no-fund'];
  return spawnSync(npm, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status === 0;
};

if (missingPackage() !== undefined) {
  process.stdout.write('Installing what the project needs, Node 24 included (a minute, the first time)\n');
  const missing = install() ? missingPackage() : 'something';
  if (missing !== undefined) {
    process.stderr.write(
      `npm install left out ${missing}; its messages above say why. It needs a network and a registry.\n`,
    );
    process.exit(1);
  }
}
