import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { DocumentCommand } from '../../fakes/memory-dynamodb/memory-dynamodb.ts';
import type { Random } from './random.ts';

/** Probabilities, each for one operation, delivery or step; 0 turns a fault off. */
export type FaultRates = {
  /** A table call is refused for its rate. */
  readonly throttle: number;
  /** A write or transaction meets another on the same item. */
  readonly conflict: number;
  /** A transaction is told that one with its token is under way. */
  readonly inProgress: number;
  /** A call fails inside AWS; nothing was done. */
  readonly serverError: number;
  /** A call never arrives; the caller sees a timeout or a broken connection. */
  readonly lostRequest: number;
  /** A call times out for the caller and is done later all the same. */
  readonly lateWrite: number;
  /** A call is done, but its answer never arrives. */
  readonly lostAnswer: number;
  /** The SDK's own retry repeats a call that failed in passing, instead of showing the error. */
  readonly sdkRetry: number;
  /** A process ends between two awaits; what it had sent may still be done. */
  readonly crash: number;
  /** An eventually consistent read does not see the newest writes. */
  readonly readLag: number;
  /** The clock jumps ahead. */
  readonly clockJump: number;
  /** A message comes once more although it was handled. */
  readonly repeatMessage: number;
  /** A batch of stream records comes once more although it was handled. */
  readonly repeatRecords: number;
  /** A batch of stream records is never delivered, as after an outage longer than the stream's memory. */
  readonly loseRecords: number;
  /** A workflow's task or a scheduled run happens twice. */
  readonly repeatTask: number;
};

export const noFaults: FaultRates = {
  throttle: 0,
  conflict: 0,
  inProgress: 0,
  serverError: 0,
  lostRequest: 0,
  lateWrite: 0,
  lostAnswer: 0,
  sdkRetry: 0,
  crash: 0,
  readLag: 0,
  clockJump: 0,
  repeatMessage: 0,
  repeatRecords: 0,
  loseRecords: 0,
  repeatTask: 0,
};

/** Everything goes wrong now and then, and most things still get done. */
export const stormyFaults: FaultRates = {
  throttle: 0.01,
  conflict: 0.02,
  inProgress: 0.003,
  serverError: 0.005,
  lostRequest: 0.005,
  lateWrite: 0.005,
  lostAnswer: 0.01,
  sdkRetry: 0.5,
  crash: 0.005,
  readLag: 0.2,
  clockJump: 0.01,
  repeatMessage: 0.05,
  repeatRecords: 0.05,
  loseRecords: 0.02,
  repeatTask: 0.05,
};

/** What befalls one table call: whether it is done now, later or not at all, and what the caller hears. */
export type Fault = {
  readonly name: string;
  readonly effect: 'not-done' | 'done' | 'done-later';
  readonly error: Error;
};

const metadata = { httpStatusCode: 400, attempts: 3, totalRetryDelay: 0 };
const fault = (name: string, error: Error, effect: Fault['effect'] = 'not-done'): Fault => ({ name, error, effect });

/** Draws the fate of one table call; undefined means that it goes well. Each rate is drawn, whether it applies or not. */
export const drawFault = (random: Random, rates: FaultRates, command: DocumentCommand): Fault | undefined => {
  const drawn = {
    throttle: random.chance(rates.throttle),
    conflict: random.chance(rates.conflict),
    inProgress: random.chance(rates.inProgress),
    serverError: random.chance(rates.serverError),
    lostRequest: random.chance(rates.lostRequest),
    lateWrite: random.chance(rates.lateWrite),
    lostAnswer: random.chance(rates.lostAnswer),
  };
  if (drawn.throttle) return fault('throttle', throttling(random, command));
  if (drawn.conflict && canConflict(command)) return fault('conflict', conflict(random, command));
  if (drawn.inProgress && command instanceof TransactWriteCommand) return fault('inProgress', inProgress());
  if (drawn.serverError) return fault('serverError', serverError());
  if (drawn.lostRequest) return fault('lostRequest', lostConnection(random));
  if (drawn.lateWrite) return fault('lateWrite', lostConnection(random), 'done-later');
  if (drawn.lostAnswer) return fault('lostAnswer', lostConnection(random), 'done');
  return undefined;
};

/** Reads outside transactions meet nothing. */
const canConflict = (command: DocumentCommand): boolean =>
  !(command instanceof QueryCommand || command instanceof ScanCommand || command instanceof BatchGetCommand) &&
  command.constructor.name !== 'GetCommand';

const throttling = (random: Random, command: DocumentCommand): Error => {
  const settings = { $metadata: metadata, message: 'The level of configured throughput for the table was exceeded' };
  const single = [
    () => new ProvisionedThroughputExceededException(settings),
    () => new ThrottlingException(settings),
    () => new RequestLimitExceeded(settings),
  ];
  if (!(command instanceof TransactWriteCommand || command instanceof TransactGetCommand)) return random.pick(single)();
  return random.pick([...single, () => cancelled(random, command, 'ThrottlingError')])();
};

const conflict = (random: Random, command: DocumentCommand): Error =>
  command instanceof TransactWriteCommand || command instanceof TransactGetCommand
    ? cancelled(random, command, 'TransactionConflict')
    : new TransactionConflictException({ $metadata: metadata, message: 'Transaction is ongoing for the item' });

const cancelled = (random: Random, command: TransactWriteCommand | TransactGetCommand, code: string): Error => {
  const count = Math.max(1, command.input.TransactItems?.length ?? 0);
  const position = random.integer(0, count - 1);
  const reasons = Array.from({ length: count }, (_, index) =>
    index === position ? { Code: code, Message: 'Transaction is ongoing for the item' } : { Code: 'None' },
  );
  return new TransactionCanceledException({
    $metadata: metadata,
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map((reason) => reason.Code).join(', ')}]`,
    CancellationReasons: reasons,
  });
};

const inProgress = (): Error =>
  new TransactionInProgressException({
    $metadata: metadata,
    message: 'Transaction with the given request token is already in progress',
  });

const serverError = (): Error =>
  new InternalServerError({ $metadata: { ...metadata, httpStatusCode: 500 }, message: 'Internal server error' });

/** As the SDK shows them: plain errors that carry the retry strategy's metadata. */
export const lostConnection = (random: Random): Error => {
  const [name, message] = random.pick([
    ['TimeoutError', 'Request did not complete within the configured time'],
    ['Error', 'read ECONNRESET'],
  ] as const);
  return Object.assign(new Error(message), { name, $metadata: { attempts: 3, totalRetryDelay: 0 } });
};
