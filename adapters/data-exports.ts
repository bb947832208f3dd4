import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** Keeps an export until it is fetched, and tells where. The bucket itself forgets it after a day. */
export type KeepExport = (
  name: { readonly accountId: string; readonly exportId: string },
  json: string,
  seconds: number,
) => Promise<string>;

/** @returns a link that works for so many seconds, for whoever has it */
export const keepExportsIn =
  (s3: S3Client, bucket: string): KeepExport =>
  async ({ accountId, exportId }, json, seconds) => {
    const object = { Bucket: bucket, Key: `accounts/${accountId}/${exportId}.json` };
    await s3.send(new PutObjectCommand({ ...object, Body: json, ContentType: 'application/json' }));
    const read = new GetObjectCommand({ ...object, ResponseContentDisposition: 'attachment' });
    return getSignedUrl(s3, read, { expiresIn: seconds });
  };
