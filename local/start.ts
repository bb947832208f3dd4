#!/usr/bin/env node
/** `npm start`: runs the whole stack on this machine until Ctrl-C. */
import { parseArgs } from 'node:util';
import { messageOf, Refusal } from './refusal.ts';
import { type DemoMarketplace, seedDemoMarketplace } from './seed.ts';
import { type LocalStack, startLocalStack } from './stack.ts';

const usage = `Runs Surety on this machine: npm start -- [options]

  --port <number>          port of the HTTP API on 127.0.0.1 (8787)
  --channel-port <number>  port of the payment channels' pages on 127.0.0.1 (8788)
  --data-dir <folder>      where everything is kept (./.data)
  --fresh                  begin from nothing: deletes what the folder keeps
  --stage <name>           stage of the CDK app (local; demo has short deadlines)
  --help                   this text

DYNAMODB_ENDPOINT, SQS_ENDPOINT and S3_ENDPOINT name servers of your own to use instead of the embedded ones.
`;

type Command = {
  readonly port: number;
  readonly channelPort: number;
  readonly dataDir: string;
  readonly fresh: boolean;
  readonly stage: string;
  readonly help: boolean;
};

const readCommand = (args: readonly string[]): Command => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8787' },
        'channel-port': { type: 'string', default: '8788' },
        'data-dir': { type: 'string', default: './.data' },
        fresh: { type: 'boolean', default: false },
        stage: { type: 'string', default: 'local' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const port = readPort('--port', values.port);
    const channelPort = readPort('--channel-port', values['channel-port']);
    return {
      port,
      channelPort,
      dataDir: values['data-dir'],
      fresh: values.fresh,
      stage: values.stage,
      help: values.help,
    };
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown;
    throw new Refusal(`${messageOf(thrown)} See npm start -- --help.`);
  }
};

const readPort = (option: string, text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Refusal(`${option} takes a number from 0 to 65535, not "${text}".`);
};

const main = async (): Promise<void> => {
  const command = readCommand(process.argv.slice(2));
  if (command.help) return void process.stdout.write(usage);

  let stack: LocalStack | undefined;
  let stopping = false;
  const stop = async (exitCode: number): Promise<void> => {
    // A second Ctrl-C means now; whatever is lost with it is found again at the next start.
    if (stopping) process.exit(exitCode);
    stopping = true;
    process.stdout.write('\n  Stopping; everything is kept.\n');
    await stack?.stop();
    process.exit(exitCode);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGHUP', () => void stop(0));

  const began = performance.now();
  process.stdout.write('Surety on this machine\n');
  try {
    stack = await startLocalStack({
      port: command.port,
      channelPort: command.channelPort,
      dataDir: command.dataDir,
      fresh: command.fresh,
      settings: { stage: command.stage },
      onFailure: (reason) => {
        process.stderr.write(`  The local stack cannot go on: ${reason}. Start it again; nothing confirmed is lost.\n`);
        void stop(1);
      },
    });
    if (stack.resumedExecutions > 0) process.stdout.write(`  ${stack.resumedExecutions} workflow(s) go on\n`);
    process.stdout.write('  Opening the demo marketplace\n');
    const environment = stack.environmentOf('identity');
    const marketplace = await seedDemoMarketplace({ apiUrl: stack.apiUrl, environment, dataDir: stack.dataDir });
    process.stdout.write(`\n${welcome(stack, marketplace, performance.now() - began)}\n`);
  } catch (thrown) {
    // Ctrl-C during the start makes the start fail; that is no error to tell about.
    if (stopping) return;
    await stack?.stop();
    throw thrown;
  }
};

const welcome = (
  stack: LocalStack,
  { accounts, productId }: DemoMarketplace,
  tookMs: number,
): string => `  Ready after ${(tookMs / 1000).toFixed(1)} s

  API    ${stack.apiUrl}
  Pay    ${stack.channels.url} (Alipay and WeChat Pay on this machine)
  Data   ${stack.dataDir}
  Logs   ${stack.dataDir}/logs

  API keys of the demo marketplace (kept in ${stack.dataDir}/demo-accounts.json)
${Object.entries(accounts)
  .map(([role, { token }]) => `    ${role.padEnd(10)}${token}`)
  .join('\n')}

  Try it: buy a key of the demo product as the demo buyer
    BUYER=${accounts.buyer.token}
    ORDER=$(curl -s ${stack.apiUrl}/v1/orders -H "authorization: Bearer $BUYER" \\
      -H 'content-type: application/json' -H "idempotency-key: order-$RANDOM" \\
      -d '{"productId":"${productId}"}' | sed 's/.*"orderId":"\\([^"]*\\)".*/\\1/')
    curl -s ${stack.apiUrl}/v1/orders/$ORDER/pay -H "authorization: Bearer $BUYER" \\
      -H 'content-type: application/json' -d '{"method":"wallet"}'
    curl -s -X POST ${stack.apiUrl}/v1/orders/$ORDER/reveal -H "authorization: Bearer $BUYER"

  Ctrl-C stops; npm start goes on from here; npm start -- --fresh begins from nothing
`;

try {
  await main();
} catch (thrown) {
  process.stderr.write(
    thrown instanceof Refusal ? `${thrown.message}\n` : `${thrown instanceof Error ? thrown.stack : String(thrown)}\n`,
  );
  process.exit(1);
}
