import type { ImportFiles } from '../../adapters/import-files.ts';

type Files = Pick<ImportFiles, 'uploadedBytes' | 'takeIn' | 'openWork' | 'keepPart' | 'joinReport' | 'clear'>;

/** The files of imports in memory, read in pieces of a given size. */
export const memoryImportFiles = (pieceBytes = 65_536) => {
  const uploads = new Map<string, Buffer>();
  const works = new Map<string, Buffer>();
  const parts = new Map<string, Map<number, string>>();
  const reports = new Map<string, string>();
  const partsOf = (batchId: string): Map<number, string> => {
    const standing = parts.get(batchId) ?? new Map<number, string>();
    parts.set(batchId, standing);
    return standing;
  };
  const files: Files = {
    uploadedBytes: async (batchId) => uploads.get(batchId)?.length,
    takeIn: async (batchId) => {
      const upload = works.get(batchId) ?? uploads.get(batchId);
      if (upload) works.set(batchId, upload);
      return upload !== undefined;
    },
    openWork: async (batchId) => {
      const work = works.get(batchId);
      if (!work) throw new Error(`The working copy of ${batchId} is gone`);
      return {
        sizeBytes: work.length,
        read: async function* (start, end) {
          for (let at = start; at < end; at += pieceBytes) yield work.subarray(at, Math.min(end, at + pieceBytes));
        },
      };
    },
    keepPart: async (batchId, firstLine, rows) => void partsOf(batchId).set(firstLine, rows),
    joinReport: async (batchId, header) => {
      const inOrder = [...partsOf(batchId)].sort(([a], [b]) => a - b).map(([, rows]) => rows);
      reports.set(batchId, header + inOrder.join(''));
    },
    clear: async (batchId) => {
      for (const kept of [uploads, works, parts]) kept.delete(batchId);
    },
  };
  return {
    files,
    upload: (batchId: string, bytes: Buffer): void => void uploads.set(batchId, bytes),
    /** The report of an import; empty where there is none. */
    reportOf: (batchId: string): string => reports.get(batchId) ?? '',
    /** Whether anything is kept that holds secrets in the clear. */
    holdsSecretsOf: (batchId: string): boolean => uploads.has(batchId) || works.has(batchId),
  };
};
