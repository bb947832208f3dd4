import type { Context, SQSEvent } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventMessage } from '../../../adapters/queues.ts';
import { createQueueWorker } from '../../../functions/queue-worker.ts';

const message = {
  type: 'batch.quarantined',
  accountIds: ['acc_a'],
  subject: 'bat_a',
  sequence: 3,
  occurredAt: '2026-11-22T00:00:00.000Z',
  data: { batchId: 'bat_a', reason: 'Zhang San says that he used them' },
};
const record = { messageId: 'm-1', body: JSON.stringify(message), attributes: { ApproximateReceiveCount: '1' } };

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a worker of a queue', () => {
  it('logs of a message what it is told to, and none of the words in it', async () => {
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
    const lines: string[] = [];
    vi.spyOn(console, 'info').mockImplementation((line: string) => void lines.push(line));
    const handled: unknown[] = [];
    const worker = createQueueWorker({
      message: eventMessage,
      handle: async (each) => void handled.push(each),
      hide: async () => {},
      show: ({ type, subject, sequence }) => ({ type, subject, sequence }),
    });
    await worker({ Records: [record] } as unknown as SQSEvent, { awsRequestId: 'test' } as Context);
    expect(handled).toEqual([message]);
    expect(lines.join('\n')).toContain('bat_a');
    expect(lines.join('\n')).not.toContain('Zhang San');
  });
});
