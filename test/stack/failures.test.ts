import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dueShards } from '../../contract/shards.ts';
import { createFilter } from '../../local/event-sources/filter.ts';
import { lambdaOf, type Properties, type Resource, resourcesOf, synthesize } from './synthesized.ts';

const template = synthesize();
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
/** GitHub's anchors of the headings. */
const anchors = new Set(
  [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title?.toLowerCase().replaceAll(' ', '-')),
);
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.split('\n')[0]?.trim(), text]),
);

const queues = resourcesOf(template, 'AWS::SQS::Queue');
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
const sources = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
const streamSources = sources.filter(([, { Properties }]) => 'StartingPosition' in Properties);
const queueSources = sources.filter(([, { Properties }]) => !('StartingPosition' in Properties));
const anchorOf = ({ Properties }: Resource) =>
  /docs\/runbook\.md#([a-z-]+)$/.exec(String(Properties['AlarmDescription']))?.[1];

const idIn = (value: unknown): string => /"Fn::GetAtt":\["([^"]+)"/.exec(JSON.stringify(value))?.[1] ?? '';
const deadLettersOf = (properties: Properties): string =>
  idIn((properties['RedrivePolicy'] as Properties | undefined)?.['deadLetterTargetArn']);
const deadLetterIds = new Set([
  ...queues.map(([, { Properties }]) => deadLettersOf(Properties)).filter((id) => id !== ''),
  ...streamSources.map(([, { Properties }]) => idIn(Properties['DestinationConfig'])),
]);

describe('a queue', () => {
  const work = queues.filter(([id]) => !deadLetterIds.has(id));

  it('is one of work or one of dead letters', () => {
    expect(work.length).toBe(6);
    expect(deadLetterIds.size).toBe(9);
  });

  it.each(work)('%s gives a message up after a bounded number of readings', (_, { Properties }) => {
    expect(deadLetterIds).toContain(deadLettersOf(Properties));
    expect((Properties['RedrivePolicy'] as Properties)['maxReceiveCount']).toBeLessThanOrEqual(10);
  });

  it.each([...deadLetterIds])('%s raises an alarm with its first message', (id) => {
    const watching = alarms.filter(([, { Properties }]) => JSON.stringify(Properties['Dimensions'] ?? '').includes(id));
    expect(watching).toHaveLength(1);
    expect(watching[0]?.[1].Properties).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  it.each([...deadLetterIds])('%s keeps its messages as long as SQS can', (id) => {
    expect(template.Resources[id]?.Properties['MessageRetentionPeriod']).toBe(1_209_600);
  });

  it.each(queues)('%s is encrypted with our key and takes no plain connection', (id, { Properties }) => {
    expect(JSON.stringify(Properties['KmsMasterKeyId'])).toContain('DataKey');
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').filter(([, policy]) =>
      JSON.stringify(policy.Properties['Queues']).includes(id),
    );
    expect(JSON.stringify(policies)).toContain('"aws:SecureTransport":"false"');
  });
});

describe('an event source', () => {
  it.each(queueSources)('%s reports failures one by one, to a bounded number of copies', (_, { Properties }) => {
    expect(Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    expect((Properties['ScalingConfig'] as Properties)['MaximumConcurrency']).toBeGreaterThanOrEqual(2);
  });

  it.each(queueSources)('%s hides a message six times as long as its reader may take', (_, { Properties }) => {
    const queue = template.Resources[idIn(Properties['EventSourceArn'])];
    const reader = template.Resources[(Properties['FunctionName'] as { Ref: string }).Ref];
    expect(queue?.Properties['VisibilityTimeout']).toBe(6 * Number(reader?.Properties['Timeout']));
  });

  it('follows the streams of orders, stock, payments, notices, catalog and keys, each for the function that acts on it', () => {
    const readers = streamSources.map(([, { Properties }]) => (Properties['FunctionName'] as { Ref: string }).Ref);
    const named = (['relay', 'relay', 'relay', 'relay', 'indexCatalog', 'archiveClaims'] as const).map(
      (name) => lambdaOf(template, name)[0],
    );
    expect(readers.toSorted()).toEqual(named.toSorted());
  });

  it.each(streamSources)('%s is never blocked by one record', (_, { Properties }) => {
    expect(Properties).toMatchObject({ BisectBatchOnFunctionError: true, StartingPosition: 'TRIM_HORIZON' });
    expect(Properties['MaximumRecordAgeInSeconds']).toBeLessThanOrEqual(43_200);
    expect(deadLetterIds).toContain(idIn(Properties['DestinationConfig']));
  });

  it('gives a change that the relay cannot tell up after ten tries, and a claim after half of the day it lives', () => {
    const rulesOf = (name: 'relay' | 'archiveClaims') =>
      streamSources
        .filter(
          ([, { Properties }]) => (Properties['FunctionName'] as { Ref: string }).Ref === lambdaOf(template, name)[0],
        )
        .map(([, { Properties }]) => [Properties['MaximumRetryAttempts'], Properties['MaximumRecordAgeInSeconds']]);
    expect(rulesOf('relay')).toEqual(Array.from({ length: 4 }, () => [10, 3_600]));
    expect(rulesOf('archiveClaims')).toEqual([[undefined, 43_200]]);
  });

  it('passes changes of keys on if they have to do with an owner, and leaves imports out', () => {
    const patterns = streamSources.flatMap(([, { Properties }]) =>
      ((Properties['FilterCriteria'] as { Filters: { Pattern: string }[] } | undefined)?.Filters ?? []).map(
        ({ Pattern }) => Pattern,
      ),
    );
    const passes = createFilter(patterns);
    const image = (owner?: string) => ({
      dynamodb: { NewImage: { pk: { S: 'k' }, ...(owner && { owner: { S: owner } }) } },
    });
    expect(passes({ eventName: 'MODIFY', ...image('ord_1') })).toBe(true);
    expect(passes({ eventName: 'MODIFY', ...image() })).toBe(true);
    expect(passes({ eventName: 'INSERT', ...image('ord_1') })).toBe(true);
    expect(passes({ eventName: 'INSERT', ...image() })).toBe(false);
  });
});

describe('a schedule', () => {
  const runs = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig');

  it('is bounded in retries and in age', () => {
    expect(runs).toHaveLength(5);
    for (const [, { Properties }] of runs) {
      expect(Properties['MaximumRetryAttempts']).toBeLessThanOrEqual(2);
      expect(Properties['MaximumEventAgeInSeconds']).toBeLessThanOrEqual(21_600);
    }
  });

  it('deals every shard out to the sweep exactly once', () => {
    const inputs = resourcesOf(template, 'AWS::Events::Rule').flatMap(([, { Properties }]) =>
      (Properties['Targets'] as unknown as { Input: string }[]).map(({ Input }) => JSON.parse(Input) as Properties),
    );
    const shards = inputs.flatMap((input) => (input['shards'] ?? []) as readonly number[]);
    expect(shards.toSorted()).toEqual(Array.from({ length: dueShards }, (_, shard) => shard));
  });
});

describe('an alarm', () => {
  it.each(alarms)('%s says what it means to a person', (_, { Properties }) => {
    const [sentence] = String(Properties['AlarmDescription']).split(' What to do: ');
    expect(sentence).toMatch(/^[A-Z].{40,}\.$/);
  });

  it.each(alarms)('%s has an entry of its own in the runbook', (_, alarm) => {
    const anchor = anchorOf(alarm);
    expect(anchors).toContain(anchor);
    const section = sections.get(anchor);
    for (const part of ['**What you see.**', '**How to look.**', '**What to do.**']) expect(section).toContain(part);
    // Alarms that share an entry are parts of one, and say the same.
    const parts = alarms.filter(([, other]) => anchorOf(other) === anchor);
    expect(new Set(parts.map(([, { Properties }]) => Properties['AlarmDescription'])).size).toBe(1);
    expect(new Set(parts.map(([, { Properties }]) => Properties['Threshold'])).size).toBe(1);
  });

  it.each(alarms)('%s tells the topic when it rises and when it is over', (_, { Properties }) => {
    const topic = [{ Ref: resourcesOf(template, 'AWS::SNS::Topic')[0]?.[0] }];
    expect(Properties).toMatchObject({ AlarmActions: topic, OKActions: topic });
  });

  it.each(alarms)('%s says what silence means', (_, { Properties }) => {
    expect(['breaching', 'notBreaching', 'ignore']).toContain(Properties['TreatMissingData']);
  });

  it('on a sum counts a part that reports nothing as nothing, not the whole as silence', () => {
    const sums = alarms
      .flatMap(([, { Properties }]) => (Properties['Metrics'] ?? []) as Properties[])
      .flatMap(({ Expression }) => (Expression === undefined ? [] : String(Expression)));
    expect(sums.length).toBeGreaterThan(3);
    for (const sum of sums) expect(sum).toMatch(/^FILL\(\w+, 0\)( [+-] FILL\(\w+, 0\))*$/);
  });

  it('takes silence for bad news where something must run all the time', () => {
    const breaching = alarms.filter(([, { Properties }]) => Properties['TreatMissingData'] === 'breaching');
    expect(breaching.map(([, alarm]) => anchorOf(alarm)).sort()).toEqual([
      'admission-watch-not-running',
      'audit-not-running',
      'fold-not-running',
      'sweep-not-running',
      'webhook-sweep-not-running',
    ]);
  });

  it('can reach its topic, which is encrypted and takes no plain connection', () => {
    const policy = JSON.stringify(resourcesOf(template, 'AWS::SNS::TopicPolicy'));
    expect(policy).toContain('cloudwatch.amazonaws.com');
    expect(policy).toContain('"aws:SecureTransport":"false"');
    expect(JSON.stringify(resourcesOf(template, 'AWS::SNS::Topic')[0]?.[1].Properties['KmsMasterKeyId'])).toContain(
      'DataKey',
    );
  });
});
