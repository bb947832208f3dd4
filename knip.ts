import type { KnipConfig } from 'knip';
import { functionEntries } from './contract/functions.ts';

/** What is started by itself, and so is used by nothing that can be seen: functions, commands, tests and workers. */
export default {
  entry: [
    ...Object.values(functionEntries),
    'bin/*.{ts,mjs}',
    'bench/import-process.ts',
    'bench/order-load.ts',
    'local/function-worker.ts',
    'local/queue-worker.ts',
    'client/client.ts',
    'test/**/*.test.ts',
    'test/e2e/local/fixture/**',
  ],
  project: ['{bin,lib,contract,core,adapters,functions,local,client,policy,bench,test}/**/*.{ts,mjs}'],
} satisfies KnipConfig;
