import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { buildApp } from 'fauxqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimsArchive } from '../../../adapters/claims-archive.ts';
import type { Claim } from '../../../core/claims/claim.ts';

const app = buildApp({ logger: false });
const written = new Set<string>();
let refusals = 0;
let s3: S3Client;

/** The stand-in takes every write; S3 refuses one whose name is taken, if it is asked to. */
beforeAll(async () => {
  await app.ready();
  const server = createServer((request, response) => {
    const name = request.url?.split('?')[0] ?? '';
    if (request.method === 'PUT' && request.headers['if-none-match'] === '*') {
      if (written.has(name)) {
        refusals += 1;
        request.resume();
        response.writeHead(412, { 'content-type': 'application/xml' });
        return response.end('<Error><Code>PreconditionFailed</Code><Message>It exists.</Message></Error>');
      }
      written.add(name);
    }
    return app.routing(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.unref();
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  s3 = new S3Client({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  s3.destroy();
  await app.close();
});

let buckets = 0;
let bucket: string;
let archive: ClaimsArchive;
beforeEach(async () => {
  buckets += 1;
  bucket = `claims-${buckets}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  archive = new ClaimsArchive(s3, bucket);
});

const claim = (keyId: string, at: string, position = 1): Claim => ({
  keyId,
  owner: `ord_of_${keyId}`,
  at,
  position: String(position),
  batchId: 'bat_1',
  productId: 'prd_1',
  sellUntilDay: '2027-01-01',
});
const namesIn = async () =>
  ((await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Key }) => String(Key));
const heldBetween = async (from: string, until: string): Promise<Claim[]> => {
  const held: Claim[] = [];
  for (const hour of await archive.hours(from, until))
    for await (const claims of archive.claimsOf(hour)) held.push(...claims);
  return held;
};

describe('the archive of claims', () => {
  it('gives back what was added, hour by hour', async () => {
    const claims = [
      claim('a', '2026-11-22T04:59:59.000Z'),
      claim('b', '2026-11-22T05:00:00.000Z'),
      { ...claim('c', '2026-11-22T05:59:59.000Z'), owner: undefined },
    ];
    await archive.append(claims);
    expect(await heldBetween('2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z')).toEqual(claims);
    expect(
      (await archive.hours('2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z')).map(({ hour }) => hour),
    ).toEqual(['2026/11/22/04', '2026/11/22/05']);
  });

  it('is read from the hour of one moment to the hour of another', async () => {
    await archive.append([
      claim('before', '2026-11-21T23:59:59.000Z'),
      claim('first', '2026-11-22T00:00:00.000Z'),
      claim('last', '2026-11-22T09:59:00.000Z'),
      claim('after', '2026-11-22T10:00:00.000Z'),
    ]);
    const held = await heldBetween('2026-11-22T00:30:00.000Z', '2026-11-22T09:10:00.000Z');
    expect(held.map(({ keyId }) => keyId)).toEqual(['first', 'last']);
  });

  it('holds a batch that comes twice once', async () => {
    const claims = [claim('a', '2026-11-22T05:00:00.000Z'), claim('b', '2026-11-22T05:00:01.000Z', 2)];
    await archive.append(claims);
    const names = await namesIn();
    const before = refusals;
    await archive.append(claims);
    expect(refusals).toBe(before + 1);
    expect(await namesIn()).toEqual(names);
    expect(await heldBetween('2026-11-22T05:00:00.000Z', '2026-11-22T05:00:00.000Z')).toEqual(claims);
  });

  it('never gives two different batches one name, though they begin at the same place of a stream', async () => {
    await archive.append([claim('a', '2026-11-22T05:00:00.000Z')]);
    await archive.append([claim('b', '2026-11-22T05:00:00.000Z')]);
    expect(await namesIn()).toHaveLength(2);
  });

  it('reads more objects than one page of names holds', async () => {
    for (let from = 0; from < 1_050; from += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          archive.append([claim(`k${from + index}`, '2026-11-22T05:00:00.000Z')]),
        ),
      );
    expect(await heldBetween('2026-11-22T05:00:00.000Z', '2026-11-22T06:00:00.000Z')).toHaveLength(1_050);
  });

  it('says so when a claim may not be kept', async () => {
    const nowhere = new ClaimsArchive(s3, 'no-such-bucket');
    await expect(nowhere.append([claim('a', '2026-11-22T05:00:00.000Z')])).rejects.toThrow();
  });
});
