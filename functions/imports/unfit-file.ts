import { type FileRefusal, type FileRefusalCode, refuseFile } from '../../core/imports/file-refusal.ts';

/** Ends the reading of a file that is refused as a whole; whoever reads it answers with the refusal. */
export class UnfitFileError extends Error {
  override readonly name = 'UnfitFileError';
  readonly refusal: FileRefusal;

  constructor(refusal: FileRefusal) {
    super(`${refusal.code}: ${refusal.detail}`);
    this.refusal = refusal;
  }
}

export const unfit = (code: FileRefusalCode, detail: string): UnfitFileError =>
  new UnfitFileError(refuseFile(code, detail));
