import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** Bytes that one request for a file asks for; two of them are in memory at a time. */
const bytesPerRead = 1_048_576;
/** Bytes that are handed on together: what becomes of a few thousand lines is garbage before the next ones come. */
const bytesPerPiece = 65_536;
/** Attempts to read one range before the caller's own retry takes over. */
const maxReadAttempts = 5;
/** S3 takes parts of a large file from 5 MiB on. */
const bytesPerUploadPart = 8_388_608;
const maxUploadParts = 10_000;
const keysPerPage = 1_000;

/** Where the files of an import lie in the bucket. */
const uploadKey = (batchId: string): string => `uploads/${batchId}`;
const workKey = (batchId: string): string => `work/${batchId}`;
const reportKey = (batchId: string): string => `reports/${batchId}.csv`;
const partPrefix = (batchId: string): string => `parts/${batchId}/`;
/** Sorts by line, so that a listing gives the parts in their order. */
const partKey = (batchId: string, firstLine: number): string =>
  `${partPrefix(batchId)}${String(firstLine).padStart(12, '0')}.csv`;

/** A file that can be read from any byte on. */
export type FileSource = {
  readonly sizeBytes: number;
  /** The bytes from `start` up to, not including, `end`, in pieces. */
  readonly read: (start: number, end: number) => AsyncGenerator<Uint8Array>;
};

/** The files of imports: what was uploaded, the copy that is worked on, and the report. */
export class ImportFiles {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** Bytes of the upload; `undefined` where there is none. */
  async uploadedBytes(batchId: string): Promise<number | undefined> {
    return this.#size(uploadKey(batchId));
  }

  /** Copies the upload to where its uploader cannot reach, unless that was done. Answers whether there is a copy. */
  async takeIn(batchId: string): Promise<boolean> {
    if ((await this.#size(workKey(batchId))) !== undefined) return true;
    if ((await this.#size(uploadKey(batchId))) === undefined) return false;
    const source = { CopySource: `${this.#bucket}/${uploadKey(batchId)}`, Key: workKey(batchId) };
    await this.#s3.send(new CopyObjectCommand({ Bucket: this.#bucket, ...source }));
    return true;
  }

  /** The copy that is worked on. */
  async openWork(batchId: string): Promise<FileSource> {
    const Key = workKey(batchId);
    const sizeBytes = await this.#size(Key);
    if (sizeBytes === undefined) throw new Error(`The working copy of ${batchId} is gone`);
    return { sizeBytes, read: (start, end) => this.#read(Key, start, end) };
  }

  /** Deletes what holds secrets in the clear, and the parts that the report was joined from. */
  async clear(batchId: string): Promise<void> {
    const Objects = [{ Key: uploadKey(batchId) }, { Key: workKey(batchId) }];
    for await (const Key of this.#partKeys(batchId)) Objects.push({ Key });
    for (let from = 0; from < Objects.length; from += keysPerPage) {
      const Delete = { Objects: Objects.slice(from, from + keysPerPage), Quiet: true };
      const { Errors = [] } = await this.#s3.send(new DeleteObjectsCommand({ Bucket: this.#bucket, Delete }));
      const [first] = Errors;
      if (first) throw new Error(`${Errors.length} files of ${batchId} were not deleted: ${first.Code}`);
    }
  }

  /** Keeps a part of the report; the same part kept again takes the place of the first. */
  async keepPart(batchId: string, firstLine: number, rows: string): Promise<void> {
    await this.#put(partKey(batchId, firstLine), Buffer.from(rows));
  }

  /** Joins the parts of the report, in their order, behind a header. Holds one part of the result in memory. */
  async joinReport(batchId: string, header: string): Promise<void> {
    const Key = reportKey(batchId);
    let held: Uint8Array[] = [Buffer.from(header)];
    let heldBytes = header.length;
    let upload: { readonly id: string; readonly parts: { ETag: string; PartNumber: number }[] } | undefined;
    const flush = async (): Promise<void> => {
      upload ??= { id: await this.#beginUpload(Key), parts: [] };
      upload.parts.push(await this.#uploadPart(Key, upload.id, upload.parts.length + 1, Buffer.concat(held)));
      held = [];
      heldBytes = 0;
    };
    for await (const part of this.#partKeys(batchId)) {
      for await (const bytes of this.#readWhole(part)) {
        held.push(bytes);
        heldBytes += bytes.length;
      }
      if (heldBytes >= bytesPerUploadPart) await flush();
    }
    if (upload === undefined) return this.#put(Key, Buffer.concat(held));
    if (heldBytes > 0) await flush();
    await this.#s3.send(
      new CompleteMultipartUploadCommand({
        Bucket: this.#bucket,
        Key,
        UploadId: upload.id,
        MultipartUpload: { Parts: upload.parts },
      }),
    );
  }

  /** What the report's download link leads to; `undefined` where there is no report any more. */
  async reportCommand(batchId: string, fileName: string): Promise<GetObjectCommand | undefined> {
    const Key = reportKey(batchId);
    if ((await this.#size(Key)) === undefined) return undefined;
    return new GetObjectCommand({
      Bucket: this.#bucket,
      Key,
      ResponseContentType: 'text/csv; charset=utf-8',
      ResponseContentDisposition: `attachment; filename="${fileName}"`,
    });
  }

  /** Where a merchant's upload goes. */
  uploadTarget(batchId: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: uploadKey(batchId) };
  }

  async *#readWhole(Key: string): AsyncGenerator<Uint8Array> {
    yield* this.#read(Key, 0, (await this.#size(Key)) ?? 0);
  }

  /** Range after range, the next one under way while the last one is worked on. */
  async *#read(Key: string, start: number, end: number): AsyncGenerator<Uint8Array> {
    let ahead: Promise<Uint8Array> | undefined;
    for (let at = start; at < end; at += bytesPerRead) {
      const bytes = await (ahead ?? this.#range(Key, at, Math.min(end, at + bytesPerRead)));
      const next = at + bytesPerRead;
      ahead = next < end ? this.#range(Key, next, Math.min(end, next + bytesPerRead)) : undefined;
      // Whoever stops reading leaves this one alone; whoever goes on hears of its failure when he awaits it.
      ahead?.catch(() => undefined);
      for (let from = 0; from < bytes.length; from += bytesPerPiece) yield bytes.subarray(from, from + bytesPerPiece);
    }
  }

  /** One range, asked for again where the connection drops or ends early. */
  async #range(Key: string, start: number, end: number): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { Body } = await this.#s3.send(
          new GetObjectCommand({ Bucket: this.#bucket, Key, Range: `bytes=${start}-${end - 1}` }),
        );
        const bytes = await Body?.transformToByteArray();
        if (bytes?.length === end - start) return bytes;
        throw new Error(`S3 gave ${bytes?.length ?? 0} bytes of ${end - start}`);
      } catch (error) {
        if (attempt === maxReadAttempts || error instanceof NoSuchKey) throw error;
      }
    }
  }

  async *#partKeys(batchId: string): AsyncGenerator<string> {
    let after: string | undefined;
    do {
      const page = await this.#s3.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: partPrefix(batchId),
          MaxKeys: keysPerPage,
          ...(after !== undefined && { StartAfter: after }),
        }),
      );
      for (const { Key } of page.Contents ?? []) {
        if (Key === undefined) continue;
        after = Key;
        yield Key;
      }
      if (page.IsTruncated !== true) return;
    } while (after !== undefined);
  }

  async #size(Key: string): Promise<number | undefined> {
    try {
      return (await this.#s3.send(new HeadObjectCommand({ Bucket: this.#bucket, Key }))).ContentLength ?? 0;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async #put(Key: string, Body: Uint8Array): Promise<void> {
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body }));
  }

  async #beginUpload(Key: string): Promise<string> {
    const { UploadId } = await this.#s3.send(new CreateMultipartUploadCommand({ Bucket: this.#bucket, Key }));
    if (UploadId === undefined) throw new Error(`S3 began no upload of ${Key}`);
    return UploadId;
  }

  async #uploadPart(Key: string, UploadId: string, PartNumber: number, Body: Uint8Array) {
    if (PartNumber > maxUploadParts) throw new Error(`The report ${Key} has more than ${maxUploadParts} parts`);
    const input = { Bucket: this.#bucket, Key, UploadId, PartNumber, Body };
    const { ETag } = await this.#s3.send(new UploadPartCommand(input));
    if (ETag === undefined) throw new Error(`S3 took no part ${PartNumber} of ${Key}`);
    return { ETag, PartNumber };
  }
}
