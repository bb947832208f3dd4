import { createHash, randomUUID } from 'node:crypto';
import { AwsError, type AwsJsonClient, type Fields, isFields } from '../aws-json.ts';
import type { Outcome } from '../functions.ts';
import { pause } from '../pause.ts';
import { messageOf } from '../refusal.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Filter } from './filter.ts';
import { type BatchRules, type BatchSteps, type GivenUp, handleBatch, type StreamRecord } from './stream-batch.ts';

export type StreamMapping = {
  readonly id: string;
  readonly streamArn: string;
  readonly region: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly rules: BatchRules;
  readonly filter: Filter;
  readonly failureQueueUrl: string | undefined;
};

export type StreamPoller = {
  /** Looks at the stream soon: something may have been written. */
  readonly nudge: () => void;
  readonly stop: () => Promise<void>;
};

/** Often enough to be prompt when nobody nudges, seldom enough to cost an idle machine nothing. */
const idlePauseMs = 250;
/** Under load this gathers a batch, where a poll for each write would cost the table server more than the writes. */
const busyPauseMs = 25;
const restAfterErrorMs = 1_000;
const longestRestMs = 10_000;
const recordLimit = 1_000;

/**
 * Hands a table's changes to a function as Lambda's poller does. A mapping that says LATEST begins at the stream's
 * beginning all the same: here the mapping is as old as the table, so nothing before it was not meant for it.
 */
export const startStreamPoller = (
  mapping: StreamMapping,
  streams: AwsJsonClient,
  queues: AwsJsonClient,
  checkpoints: Checkpoints,
  invoke: (functionName: string, event: unknown) => Promise<Outcome>,
  report: (line: string) => void,
): StreamPoller => {
  const stopping = new AbortController();
  let nudged = false;
  let wake = (): void => undefined;
  const nudge = (): void => {
    nudged = true;
    wake();
  };

  /** Rests until the idle pause is over or somebody nudges; nudges come by the hundred, so they must cost nothing. */
  const idle = async (): Promise<void> => {
    await pause(busyPauseMs, stopping.signal);
    if (!nudged) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, idlePauseMs - busyPauseMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    nudged = false;
  };

  const stepsFor = (shardId: string): BatchSteps => ({
    invoke: (records) => invoke(mapping.functionName, { Records: records.map((record) => record.event) }),
    advance: (last) => checkpoints.write(mapping.id, shardId, last.sequenceNumber),
    giveUp: async (loss) => {
      report(
        `${mapping.functionName} gave up ${loss.records.length} record(s) of ${mapping.streamArn}: ${loss.condition}`,
      );
      if (mapping.failureQueueUrl === undefined) return;
      const MessageBody = JSON.stringify(failureMessage(mapping, shardId, loss));
      await queues.call('SendMessage', { QueueUrl: mapping.failureQueueUrl, MessageBody });
    },
    rest: async (attempt) => {
      await pause(Math.min(100 * 2 ** attempt, longestRestMs), stopping.signal);
      return !stopping.signal.aborted;
    },
    nowMs: Date.now,
  });

  const iteratorFor = async (shardId: string): Promise<string | undefined> => {
    const from = checkpoints.read(mapping.id, shardId);
    const position =
      from === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: from };
    const { ShardIterator } = await streams.call('GetShardIterator', {
      StreamArn: mapping.streamArn,
      ShardId: shardId,
      ...position,
    });
    return typeof ShardIterator === 'string' ? ShardIterator : undefined;
  };

  /** Reads one shard until it is closed (`true`) or the poller is stopped (`false`). */
  const readShard = async (shardId: string): Promise<boolean> => {
    const steps = stepsFor(shardId);
    let iterator = await iteratorFor(shardId);
    let collected: StreamRecord[] = [];
    let until = 0;
    while (iterator !== undefined && !stopping.signal.aborted) {
      const limit = Math.min(mapping.batchSize - collected.length, recordLimit);
      const page: Fields = await streams.call('GetRecords', { ShardIterator: iterator, Limit: limit });
      iterator = typeof page['NextShardIterator'] === 'string' ? page['NextShardIterator'] : undefined;
      const found = (Array.isArray(page['Records']) ? page['Records'].filter(isFields) : []).map((raw) =>
        streamRecordOf(raw, mapping),
      );
      if (collected.length === 0) until = Date.now() + mapping.windowSeconds * 1000;
      collected.push(...found);
      const due = collected.length >= mapping.batchSize || iterator === undefined || Date.now() >= until;
      if (collected.length > 0 && due) {
        const batch = collected;
        collected = [];
        if (!(await deliver(batch, steps))) return false;
      } else await idle();
    }
    return iterator === undefined;
  };

  const deliver = async (batch: readonly StreamRecord[], steps: BatchSteps): Promise<boolean> => {
    const wanted = batch.filter((record) => mapping.filter(record.event));
    const done = await handleBatch(wanted, mapping.rules, steps);
    const last = batch.at(-1);
    if (done && last !== undefined && last !== wanted.at(-1)) steps.advance(last);
    return done;
  };

  const poll = async (): Promise<void> => {
    const closed = new Set<string>();
    while (!stopping.signal.aborted) {
      try {
        const { StreamDescription } = await streams.call('DescribeStream', { StreamArn: mapping.streamArn });
        const shards =
          isFields(StreamDescription) && Array.isArray(StreamDescription['Shards']) ? StreamDescription['Shards'] : [];
        // Shards are listed oldest first; a child is read once its parent has ended, which keeps changes in order.
        const open = shards
          .filter(isFields)
          .map((shard) => String(shard['ShardId']))
          .filter((shardId) => !closed.has(shardId));
        for (const shardId of open) if (await readShard(shardId)) closed.add(shardId);
        if (open.length === 0) await idle();
      } catch (thrown) {
        if (stopping.signal.aborted) return;
        const trimmed = thrown instanceof AwsError && thrown.code === 'ExpiredIteratorException';
        if (!trimmed) report(`${mapping.streamArn} could not be read and is tried again: ${messageOf(thrown)}`);
        await pause(trimmed ? 0 : restAfterErrorMs, stopping.signal);
      }
    }
  };

  const polling = poll();
  return {
    nudge,
    stop: async () => {
      stopping.abort();
      nudge();
      await polling;
    },
  };
};

const streamRecordOf = (raw: Fields, { streamArn, region }: StreamMapping): StreamRecord => {
  const change = isFields(raw['dynamodb']) ? raw['dynamodb'] : {};
  const sequenceNumber = String(change['SequenceNumber']);
  // The table server numbers events within a table; AWS's event ids are unique across streams.
  const eventID = createHash('md5').update(`${streamArn}/${sequenceNumber}`).digest('hex');
  const createdAtMs = Number(change['ApproximateCreationDateTime']) * 1000;
  return { sequenceNumber, createdAtMs, event: { ...raw, eventID, awsRegion: region, eventSourceARN: streamArn } };
};

/** What Lambda writes to a mapping's failure destination. */
const failureMessage = (
  mapping: StreamMapping,
  shardId: string,
  { condition, records, invocations }: GivenUp,
): Fields => ({
  requestContext: {
    requestId: randomUUID(),
    functionArn: mapping.functionArn,
    condition,
    approximateInvokeCount: invocations,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: new Date().toISOString(),
  DDBStreamBatchInfo: {
    shardId,
    startSequenceNumber: records[0]?.sequenceNumber,
    endSequenceNumber: records.at(-1)?.sequenceNumber,
    approximateArrivalOfFirstRecord: timeOf(records[0]),
    approximateArrivalOfLastRecord: timeOf(records.at(-1)),
    batchSize: records.length,
    streamArn: mapping.streamArn,
  },
});

const timeOf = (record: StreamRecord | undefined): string | undefined =>
  record === undefined || Number.isNaN(record.createdAtMs) ? undefined : new Date(record.createdAtMs).toISOString();
