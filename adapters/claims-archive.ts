import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { Claim } from '../core/claims/claim.ts';
import { addSeconds, type Instant } from '../core/shared/instant.ts';

/** Objects that are fetched beside each other. */
const objectsAtOnce = 16;
/** Pages of a listing, of 1,000 names each; a batch of claims is one name. */
const maxListPages = 10_000;

const claimLine = z.object({
  keyId: z.string(),
  owner: z.optional(z.string()),
  at: z.string(),
  position: z.string(),
  batchId: z.string(),
  productId: z.string(),
  sellUntilDay: z.string(),
});

const prefix = 'claims/';
/** `claims/2026/11/22/05/`: names sort as the hours do. */
const folderOf = (at: Instant): string => `${prefix}${at.slice(0, 13).replaceAll(/[-T]/g, '/')}/`;
const hourOf = (name: string): string => name.slice(prefix.length, prefix.length + 13);

/** The objects of one hour, by name. */
export type ArchivedHour = { readonly hour: string; readonly names: readonly string[]; readonly bytes: number };

/**
 * Every claim of a key, in a bucket that is only ever added to. An object is named after the hour and the content, so
 * that a batch that comes twice is one object, and two different batches never share a name.
 */
export class ClaimsArchive {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** Returns once every claim is kept; throws if one may not be. */
  async append(claims: readonly Claim[]): Promise<void> {
    for (const [folder, ofHour] of Map.groupBy(claims, ({ at }) => folderOf(at))) {
      const body = ofHour.map((claim) => `${JSON.stringify(claimLine.parse(claim))}\n`).join('');
      const name = `${folder}${createHash('sha256').update(body).digest('hex')}.jsonl`;
      await this.#putOnce(name, body);
    }
  }

  /** The hours between two moments that hold claims, oldest first. */
  async hours(from: Instant, until: Instant): Promise<readonly ArchivedHour[]> {
    const end = folderOf(addSeconds(until, 3_600));
    const hours = new Map<string, { names: string[]; bytes: number }>();
    let start = folderOf(from);
    for (let page = 0; page < maxListPages; page += 1) {
      const { Contents = [], IsTruncated } = await this.#s3.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, StartAfter: start }),
      );
      const found = Contents.flatMap(({ Key, Size = 0 }) => (Key !== undefined && Key < end ? [{ Key, Size }] : []));
      for (const { Key, Size } of found) {
        const hour = hours.get(hourOf(Key)) ?? { names: [], bytes: 0 };
        hour.names.push(Key);
        hour.bytes += Size;
        hours.set(hourOf(Key), hour);
      }
      start = Contents.at(-1)?.Key ?? end;
      if (IsTruncated !== true || start >= end) return [...hours].map(([hour, held]) => ({ hour, ...held }));
    }
    throw new Error(`The claims between ${from} and ${until} fill more than ${maxListPages} pages of names`);
  }

  /** The claims of an hour, a group of objects at a time, in no order. */
  async *claimsOf({ names }: ArchivedHour): AsyncGenerator<readonly Claim[]> {
    for (let first = 0; first < names.length; first += objectsAtOnce) {
      const group = await Promise.all(names.slice(first, first + objectsAtOnce).map((name) => this.#read(name)));
      yield group.flat();
    }
  }

  async #read(name: string): Promise<readonly Claim[]> {
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: name }));
    const text = (await Body?.transformToString('utf8')) ?? '';
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => claimLine.parse(JSON.parse(line)));
  }

  /** An object of this name has this content: that it is there already is as good as having written it. */
  async #putOnce(name: string, body: string): Promise<void> {
    try {
      await this.#s3.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: name,
          Body: body,
          ContentType: 'application/jsonl',
          IfNoneMatch: '*',
        }),
      );
    } catch (error) {
      const isThere = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
      if (!isThere) throw error;
    }
  }
}
