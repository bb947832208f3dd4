#!/usr/bin/env node
/**
 * Lists the queues of dead letters, or puts the messages of one back to be worked off again:
 *
 *   npm run redrive -- --stage production
 *   npm run redrive -- delivery --stage production [--max 10]
 *
 * `AWS_ENDPOINT_URL_SQS` names another SQS, for instance that of one machine.
 */
import { parseArgs } from 'node:util';
import { SQSClient } from '@aws-sdk/client-sqs';
import { parseStage, type Stage } from '../lib/settings.ts';
import { type DeadLetters, listDeadLetters, type Redriven, redrive } from './dead-letters.ts';

const usage = 'npm run redrive -- [<queue> [--max <messages>]] [--stage <stage>]';

type Arguments = { readonly stage: Stage; readonly queue: string | undefined; readonly max: number | undefined };

const readArguments = (): Arguments => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { stage: { type: 'string', default: 'dev' }, max: { type: 'string' } },
  });
  const [queue, ...rest] = positionals;
  if (rest.length > 0) throw new Error(`Name one queue at a time.\n${usage}`);
  const max = values.max === undefined ? undefined : Number(values.max);
  if (max !== undefined && !(Number.isSafeInteger(max) && max > 0))
    throw new Error(`--max must be a whole number above zero.\n${usage}`);
  return { stage: parseStage(values.stage), queue, max };
};

const listed = (queues: readonly DeadLetters[]): string =>
  queues.map(({ name, depth }) => `${name.padEnd(20)} ${String(depth).padStart(8)}`).join('\n');

const said = (name: string, { how, messages }: Redriven): string =>
  how === 'moved'
    ? `${messages} messages of ${name} were put back.`
    : `SQS is putting about ${messages} messages of ${name} back; list again to see how many are left.`;

try {
  const { stage, queue, max } = readArguments();
  const sqs = new SQSClient({});
  const queues = await listDeadLetters(sqs, stage);
  if (queues.length === 0) throw new Error(`The stage ${stage} has no queues in this account and region.`);
  if (queue === undefined) {
    console.log(listed(queues));
  } else {
    const letters = queues.find(({ name }) => name === queue);
    if (letters === undefined) throw new Error(`There is no queue "${queue}". There are:\n${listed(queues)}`);
    console.log(said(queue, await redrive(sqs, letters, max)));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
