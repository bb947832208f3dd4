import type { FileSource, ImportFiles } from '../../adapters/import-files.ts';
import type { DeliveryMessage, Send } from '../../adapters/queues.ts';
import { checkGate, importGates } from '../../adapters/tables/batches.ts';
import type { TransactionItem } from '../../adapters/tables/gateway.ts';
import type { OrdersTable } from '../../adapters/tables/orders.ts';
import {
  beginStoring,
  completeImport,
  type FileBatch,
  isFileBatch,
  isOver,
  recordStretch,
  refuseImport,
  useReserve,
} from '../../core/imports/file-import.ts';
import { type FileRefusal, refuseFile } from '../../core/imports/file-refusal.ts';
import { rejectionRows, rejectionsHeader } from '../../core/imports/rejections-file.ts';
import type { Instant } from '../../core/shared/instant.ts';
import { type ReadLine, screenLines } from '../../core/stock/import-keys.ts';
import { RetryableError } from '../retryable-error.ts';
import { maxAttempts, type Spine } from '../spine.ts';
import type { storeKeys } from '../stock/store-keys.ts';
import { readLines, surveyFile } from './read-lines.ts';

/**
 * Lines whose fate is settled together. It never varies for one file: a stretch that is repeated rejects the same lines
 * and writes the same part of the report over itself.
 */
const linesPerStretch = 2_000;

export type ImportDeps = {
  readonly batches: Spine['batches'];
  readonly orders: Pick<OrdersTable, 'waiting'>;
  readonly files: Pick<ImportFiles, 'takeIn' | 'openWork' | 'keepPart' | 'joinReport' | 'clear'>;
  readonly store: ReturnType<typeof storeKeys>;
  readonly announceDelivery: Send<DeliveryMessage>;
  readonly stockTable: string;
  readonly now: () => Instant;
  /** @default linesPerStretch */
  readonly linesPerStretch?: number;
};

/**
 * Works on the import of a file until it is done or the time is over, and goes on from where the batch says it stands.
 * May run twice, and at the same time as another: what one of them settled, the other finds settled.
 */
export const importStretch =
  (deps: ImportDeps) =>
  async (batchId: string, hasTime: () => boolean): Promise<{ readonly done: boolean }> => {
    for (let moves = 0; moves < maxAttempts; ) {
      const batch = await deps.batches.get(batchId);
      if (!batch || !isFileBatch(batch)) throw new Error(`${batchId} is no batch that came as a file`);
      if (isOver(batch)) {
        await deps.files.clear(batchId);
        return { done: true };
      }
      const outcome = await work(deps, batch, hasTime);
      if (outcome === 'no-time') return { done: false };
      moves = outcome === 'advanced' ? 0 : moves + 1;
    }
    throw new RetryableError(`Batch ${batchId} moved on ${maxAttempts} times while its file was being imported`);
  };

/** `'moved-on'`: somebody else changed the batch, which is read again. */
type Outcome = 'advanced' | 'moved-on' | 'no-time';

const work = async (deps: ImportDeps, batch: FileBatch, hasTime: () => boolean): Promise<Outcome> => {
  switch (batch.file.phase) {
    case 'checking':
      return check(deps, batch);
    case 'storing':
      return storeLines(deps, batch, hasTime);
    case 'reporting':
      return report(deps, batch);
    default:
      throw new Error(`The import of ${batch.batchId} was not started; it is ${batch.file.phase}`);
  }
};

const move = async (deps: ImportDeps, from: FileBatch, to: FileBatch): Promise<Outcome> =>
  (await deps.batches.write(from, to)) ? 'advanced' : 'moved-on';

const check = async (deps: ImportDeps, batch: FileBatch): Promise<Outcome> => {
  const survey = await inspect(deps, batch);
  return 'code' in survey
    ? move(deps, batch, refuseImport(batch, survey, deps.now()))
    : move(deps, batch, beginStoring(batch, survey, deps.now()));
};

const inspect = async (deps: ImportDeps, { batchId, file }: FileBatch) => {
  if (!(await deps.files.takeIn(batchId)))
    return refuseFile('upload-missing', 'The upload was gone when the import began; announce the file anew.');
  const source = await deps.files.openWork(batchId);
  return faultOfSize(source, file.sizeBytes) ?? surveyFile(source, { name: file.name, format: file.format });
};

/** The upload may have been replaced between the start and the copy. */
const faultOfSize = (source: FileSource, announcedBytes: number): FileRefusal | undefined =>
  source.sizeBytes === announcedBytes
    ? undefined
    : refuseFile(
        'upload-size-differs',
        `The upload has ${source.sizeBytes} bytes and was announced with ${announcedBytes}; announce the file anew.`,
      );

/** Stretch after stretch. The file is read from its beginning each time; what is settled is passed over. */
const storeLines = async (deps: ImportDeps, begun: FileBatch, hasTime: () => boolean): Promise<Outcome> => {
  const { name, format, encoding, linesDone } = begun.file;
  if (format === undefined || encoding === undefined) throw new Error(`The file of ${begun.batchId} was not checked`);
  const source = await deps.files.openWork(begun.batchId);
  // Whoever quarantined the batch may not have come to the gates yet; behind them it is stored without offers.
  if (begun.status !== 'importing') await deps.batches.setGates(begun.batchId, begun.status);
  let batch = begun;
  let isRepeated = true;
  const lines = readLines(source, { name, format, encoding });
  for await (const stretch of inStretches(lines, linesDone, deps.linesPerStretch ?? linesPerStretch)) {
    if (!hasTime()) return 'no-time';
    const settled = await settleStretch(deps, batch, stretch, isRepeated);
    if (settled === 'moved-on') return 'moved-on';
    batch = settled;
    isRepeated = false;
  }
  if (batch.file.phase === 'storing') throw new Error(`The file of ${batch.batchId} became shorter than it was`);
  return 'advanced';
};

/** Stores what can be stored of a stretch, keeps the rejections, and only then counts its lines as settled. */
const settleStretch = async (
  deps: ImportDeps,
  before: FileBatch,
  stretch: readonly ReadLine[],
  isRepeated: boolean,
): Promise<FileBatch | 'moved-on'> => {
  const waits = (await deps.orders.waiting(before.productId, 1)).length > 0;
  const batch = waits && before.lane === 'public' ? useReserve(before) : before;
  if (batch !== before && !(await deps.batches.write(before, batch))) return 'moved-on';
  const screened = screenLines(stretch, batch.createdAt);
  const lane = waits ? 'reserve' : 'public';
  const duplicates = await deps.store(batch, screened.keys, { checks: checksOf(deps, batch), lane, isRepeated });
  if (duplicates === 'moved-on') return 'moved-on';
  const rejections = [...screened.rejections, ...duplicates].sort((a, b) => a.line - b.line);
  if (rejections.length > 0) await deps.files.keepPart(batch.batchId, stretch[0]?.line ?? 0, rejectionRows(rejections));
  if (waits) await deps.announceDelivery({ productId: batch.productId });
  const after = recordStretch(batch, { lines: stretch.length, rejected: rejections.length }, deps.now());
  return (await deps.batches.write(batch, after)) ? after : 'moved-on';
};

const checksOf = ({ stockTable }: ImportDeps, { batchId, status }: FileBatch) => {
  const check = (gate: number): TransactionItem => checkGate(stockTable, batchId, gate, status);
  return [check(0), ...Array.from({ length: importGates - 1 }, (_, gate) => check(gate + 1))] as const;
};

const report = async (deps: ImportDeps, batch: FileBatch): Promise<Outcome> => {
  await deps.files.joinReport(batch.batchId, rejectionsHeader);
  const now = deps.now();
  return move(deps, batch, completeImport(batch, now));
};

/** Lines in runs of one length, the first so many passed over; the last run may be shorter. */
async function* inStretches(
  blocks: AsyncIterable<readonly ReadLine[]>,
  passOver: number,
  size: number,
): AsyncGenerator<readonly ReadLine[]> {
  let left = passOver;
  let stretch: ReadLine[] = [];
  for await (const block of blocks) {
    const from = Math.min(left, block.length);
    left -= from;
    for (let index = from; index < block.length; index += 1) {
      const line = block[index];
      if (line) stretch.push(line);
      if (stretch.length < size) continue;
      yield stretch;
      stretch = [];
    }
  }
  if (stretch.length > 0) yield stretch;
}
