import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NotFound,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { MerchantDocument, UploadedFile } from '../core/identity/document.ts';
import { addSeconds, type Instant } from '../core/shared/instant.ts';

/** A form with which one file can be uploaded, no larger and of no other type than was announced. */
export type UploadForm = {
  readonly url: string;
  readonly fields: Record<string, string>;
  readonly expiresAt: Instant;
  readonly maxBytes: number;
};

type Placed = Pick<MerchantDocument, 'accountId' | 'documentId' | 'status'>;

const broughtKey = ({ accountId, documentId }: Placed): string => `brought/${accountId}/${documentId}`;
const acceptedKey = ({ accountId, documentId }: Placed): string => `accepted/${accountId}/${documentId}`;

/** Where the content of a document lies: no form leads to what was accepted. */
const keyOf = (document: Placed): string =>
  document.status === 'accepted' || document.status === 'expired' ? acceptedKey(document) : broughtKey(document);

/** The bucket of merchants' documents. Nothing in it is public: who uploads or reads gets a link for minutes. */
export const documentStore = (s3: S3Client, bucket: string, linkSeconds: number) => ({
  uploadForm: async (document: MerchantDocument, now: Instant): Promise<UploadForm> => {
    const { url, fields } = await createPresignedPost(s3, {
      Bucket: bucket,
      Key: broughtKey(document),
      Fields: { 'Content-Type': document.contentType },
      Conditions: [['content-length-range', 1, document.sizeBytes]],
      Expires: linkSeconds,
    });
    return { url, fields, expiresAt: addSeconds(now, linkSeconds), maxBytes: document.sizeBytes };
  },

  /** What was uploaded last for a document, or what was accepted; `undefined` before the upload. */
  find: async (document: Placed): Promise<UploadedFile | undefined> => {
    try {
      const found = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(document) }));
      return {
        sizeBytes: found.ContentLength ?? 0,
        etag: (found.ETag ?? '').replaceAll('"', ''),
      };
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  },

  /**
   * Keeps the content that is being accepted where its merchant cannot reach it; `false` where another was uploaded
   * meanwhile. Doing it again changes nothing.
   */
  keep: async (document: Placed, { etag }: UploadedFile): Promise<boolean> => {
    const copy = new CopyObjectCommand({
      Bucket: bucket,
      Key: acceptedKey(document),
      CopySource: `${bucket}/${broughtKey(document)}`,
      CopySourceIfMatch: `"${etag}"`,
      TaggingDirective: 'REPLACE',
    });
    try {
      await s3.send(copy);
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'PreconditionFailed') return false;
      throw error;
    }
  },

  /** A link to a document's content; browsers save it under the name its merchant gave it, and never run it. */
  link: async (document: MerchantDocument, now: Instant): Promise<{ url: string; expiresAt: Instant }> => {
    const url = await getSignedUrl(
      s3,
      new GetObjectCommand({
        Bucket: bucket,
        Key: keyOf(document),
        ResponseContentType: document.contentType,
        ResponseContentDisposition: `attachment; filename*=UTF-8''${encodeURIComponent(document.fileName)}`,
      }),
      { expiresIn: linkSeconds },
    );
    return { url, expiresAt: addSeconds(now, linkSeconds) };
  },
});

export type DocumentStore = ReturnType<typeof documentStore>;
