import { addSeconds, type Instant, secondsBetween } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';
import { advanceBatch, afterImport, type Batch } from '../stock/batch.ts';
import { type FileRefusal, maxUploadBytes, refuseFile } from './file-refusal.ts';

/**
 * - `awaiting_upload`: the merchant has a form to upload the file with.
 * - `checking`: the file is read once from end to end; it is refused as a whole, or can be stored to its last line.
 * - `storing`: its keys are being stored, a stretch of lines at a time.
 * - `reporting`: the rejections are being joined into one file.
 */
export type ImportPhase = 'awaiting_upload' | 'checking' | 'storing' | 'reporting' | 'complete' | 'refused';

export const importPhases = [
  'awaiting_upload',
  'checking',
  'storing',
  'reporting',
  'complete',
  'refused',
] as const satisfies readonly ImportPhase[];

export type FileFormat = 'txt' | 'csv';
export type TextEncoding = 'utf-8' | 'gb18030';

/** How the import of a file stands. Everything that a repeated task needs to go on is here. */
export type FileImport = {
  readonly phase: ImportPhase;
  readonly name: string;
  readonly sizeBytes: number;
  /** As the merchant said, or as the file's name says once it was looked at. */
  readonly format?: FileFormat | undefined;
  /** Known once the file was checked. */
  readonly encoding?: TextEncoding | undefined;
  /** Workflow executions begun for it; each has the number in its name. */
  readonly attempt: number;
  /** Lines whose fate is settled and reported, and what it was. */
  readonly linesDone: number;
  readonly stored: number;
  readonly rejected: number;
  /** When storing began, and when the numbers above last grew. */
  readonly storingSince?: Instant | undefined;
  readonly progressAt?: Instant | undefined;
  readonly refusal?: FileRefusal | undefined;
};

/** A batch that came as a file. */
export type FileBatch = Batch & { readonly file: FileImport };

export const isFileBatch = (batch: Batch): batch is FileBatch => batch.file !== undefined;

/** How long an upload may take to come before the import ends by itself. */
export const uploadPatienceSeconds = 86_400;
/** An import that has not moved for this long has lost its workflow: another one is started. */
export const stalledAfterSeconds = 900;
/** Workflows that are started for one import before a person has to look. */
const maxImportAttempts = 8;

const advanceFile = (
  batch: FileBatch,
  file: Partial<FileImport>,
  changes: Partial<Batch> & Pick<Batch, 'status'>,
): FileBatch => ({ ...advanceBatch(batch, changes), file: { ...batch.file, ...file } });

/** Whether nothing is left to be done. */
export const isOver = ({ file }: FileBatch): boolean => file.phase === 'complete' || file.phase === 'refused';

/** Books in a batch whose keys come as a file, before a byte of it moves. */
export const announceFile = (
  draft: Pick<Batch, 'batchId' | 'requestHash' | 'merchantId' | 'productId' | 'source' | 'sampling'>,
  announced: { readonly fileName: string; readonly sizeBytes: number; readonly format?: FileFormat | undefined },
  now: Instant,
): Result<FileBatch> => {
  const { fileName: name, sizeBytes, format } = announced;
  if (sizeBytes > maxUploadBytes)
    return refuse(
      'upload-too-large',
      `The file has ${sizeBytes} bytes; up to ${maxUploadBytes} are accepted. Split it, or compress it with gzip or zip.`,
      'body.sizeBytes',
    );
  return accept({
    ...draft,
    seq: 1,
    status: 'importing',
    createdAt: now,
    lines: 0,
    lane: 'public',
    dueAt: addSeconds(now, uploadPatienceSeconds),
    file: { phase: 'awaiting_upload', name, sizeBytes, format, attempt: 0, linesDone: 0, stored: 0, rejected: 0 },
  });
};

/** The upload never came. */
export const expireUpload = (batch: FileBatch, now: Instant): FileBatch =>
  refuseImport(
    batch,
    refuseFile(
      'upload-expired',
      `No import was started within ${uploadPatienceSeconds / 3_600} hours; announce the file anew.`,
    ),
    now,
  );

/**
 * Begins the work on an upload; `undefined` where it has begun. Refuses what was not uploaded, or not as announced.
 *
 * @param uploadedBytes `undefined` where there is no upload
 */
export const startImport = (
  batch: Batch,
  uploadedBytes: number | undefined,
  now: Instant,
): Result<FileBatch | undefined> => {
  if (!isFileBatch(batch))
    return refuse('batch-state-unfit', 'The keys of this batch came with the request; there is no file to import.');
  const { file } = batch;
  if (file.phase === 'refused') return refuse('batch-state-unfit', file.refusal?.detail ?? 'The file was refused.');
  if (file.phase !== 'awaiting_upload') return accept(undefined);
  if (uploadedBytes === undefined)
    return refuse('upload-missing', 'The file is not there yet: upload it with the form of the import, then start.');
  if (uploadedBytes !== file.sizeBytes)
    return refuse(
      'upload-size-differs',
      `The upload has ${uploadedBytes} bytes and was announced with ${file.sizeBytes}; upload the announced file.`,
    );
  const started = { phase: 'checking', attempt: 1, progressAt: now } as const;
  return accept(advanceFile(batch, started, { status: batch.status, dueAt: addSeconds(now, stalledAfterSeconds) }));
};

/** The file can be stored to its last line. */
export const beginStoring = (
  batch: FileBatch,
  survey: { readonly lines: number; readonly encoding: TextEncoding; readonly format: FileFormat },
  now: Instant,
): FileBatch => {
  const { lines, encoding, format } = survey;
  const file = { phase: 'storing', encoding, format, storingSince: now, progressAt: now } as const;
  return advanceFile(batch, file, { status: batch.status, lines, dueAt: dueAfter(batch, now) });
};

/** A stretch of lines is settled and its rejections are kept. */
export const recordStretch = (
  batch: FileBatch,
  stretch: { readonly lines: number; readonly rejected: number },
  now: Instant,
): FileBatch => {
  const linesDone = batch.file.linesDone + stretch.lines;
  const file = {
    phase: linesDone === batch.lines ? 'reporting' : 'storing',
    linesDone,
    stored: batch.file.stored + stretch.lines - stretch.rejected,
    rejected: batch.file.rejected + stretch.rejected,
    progressAt: now,
  } as const;
  return advanceFile(batch, file, { status: batch.status, dueAt: dueAfter(batch, now) });
};

/** Keys go to those who wait first; from here on the batch has to pass through `opening`. */
export const useReserve = (batch: FileBatch): FileBatch =>
  advanceFile(batch, {}, { status: batch.status, lane: 'reserve' });

/** The report stands and every line is accounted for. */
export const completeImport = (batch: FileBatch, now: Instant): FileBatch => {
  const { stored, rejected } = batch.file;
  const file = { phase: 'complete', progressAt: now } as const;
  return advanceFile(batch, file, { stored, rejected, completedAt: now, ...afterImport(batch, stored, now) });
};

/** Ends an import of which nothing was stored. */
export const refuseImport = (batch: FileBatch, refusal: FileRefusal, now: Instant): FileBatch =>
  advanceFile(
    batch,
    { phase: 'refused', refusal, progressAt: now },
    {
      stored: 0,
      rejected: 0,
      completedAt: now,
      ...(batch.status === 'importing' ? { status: 'refused', dueAt: undefined } : { status: batch.status }),
    },
  );

/** A workflow was lost: the next attempt. `undefined` where so many were lost that a person has to look. */
export const restartImport = (batch: FileBatch, now: Instant): FileBatch | undefined =>
  batch.file.attempt >= maxImportAttempts
    ? undefined
    : advanceFile(
        batch,
        { attempt: batch.file.attempt + 1 },
        { status: batch.status, dueAt: addSeconds(now, stalledAfterSeconds) },
      );

/** The name of the execution that works on an import now: the batch's own, and for each further one its number. */
export const executionNameOf = ({ batchId, file }: FileBatch): string =>
  file.attempt === 1 ? batchId : `${batchId}-${file.attempt}`;

/** While a quarantine is being carried through, its own time stands. */
const dueAfter = (batch: FileBatch, now: Instant): Instant | undefined =>
  batch.status === 'importing' ? addSeconds(now, stalledAfterSeconds) : batch.dueAt;

export type ImportProgress = {
  readonly phase: ImportPhase;
  readonly sizeBytes: number;
  readonly receivedBytes: number;
  /** Lines of the file; absent until it was checked. */
  readonly lines?: number;
  readonly linesDone: number;
  readonly stored: number;
  readonly rejected: number;
  readonly keysPerSecond?: number;
  readonly estimatedEndAt?: Instant;
  readonly refusal?: FileRefusal;
};

/** What a merchant who waits is told. The rate is that of the whole import so far, and the end is guessed from it. */
export const progressOf = ({ file, lines }: FileBatch): ImportProgress => {
  const { phase, sizeBytes, stored, rejected, linesDone, storingSince, progressAt, refusal } = file;
  const seconds = storingSince === undefined || progressAt === undefined ? 0 : secondsBetween(storingSince, progressAt);
  const rate = seconds > 0 && linesDone > 0 ? linesDone / seconds : undefined;
  return {
    phase,
    sizeBytes,
    receivedBytes: phase === 'awaiting_upload' ? 0 : sizeBytes,
    linesDone,
    stored,
    rejected,
    ...(storingSince !== undefined && { lines }),
    ...(rate !== undefined && { keysPerSecond: Math.round(rate) }),
    ...(rate !== undefined &&
      phase === 'storing' &&
      progressAt !== undefined && { estimatedEndAt: addSeconds(progressAt, (lines - linesDone) / rate) }),
    ...(refusal && { refusal }),
  };
};
