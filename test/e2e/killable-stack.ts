import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A stack that was started as a person starts it, in processes of its own that can be killed. */
export type KillableStack = {
  readonly apiUrl: string;
  /** Where the payment channels of this machine answer. */
  readonly channelUrl: string;
  /** `kill -9` of the stack, its table server and whatever else it started: they are a process group of their own. */
  readonly kill: () => Promise<void>;
};

/** `npm start` on a data folder; resolves when it is ready. */
export const startKillable = async (dataDir: string, stage: 'local' | 'demo'): Promise<KillableStack> => {
  const args = ['local/start.ts', '--port', '0', '--channel-port', '0', '--data-dir', dataDir, '--stage', stage];
  const child = spawn(process.execPath, args, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  return { ...(await untilReady(child)), kill: () => killGroup(child) };
};

const untilReady = (child: ChildProcess): Promise<Pick<KillableStack, 'apiUrl' | 'channelUrl'>> => {
  let said = '';
  return new Promise((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString('utf8');
      const [, apiUrl, channelUrl] = /Ready after.*?API +(http:\S+)\s+Pay +(http:\S+)\s/s.exec(said) ?? [];
      if (apiUrl !== undefined && channelUrl !== undefined) resolve({ apiUrl, channelUrl });
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => reject(new Error(`The stack ended before it was ready:\n${said}`)));
  });
};

const killGroup = async (child: ChildProcess): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await exited;
};
