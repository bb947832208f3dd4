/** Characters of one line that are looked at; what is longer is no key. */
export const maxLineCharacters = 4_096;

/** A line of text, or `'too-long'` for one that was let go while it was read. */
export type TextLine = string | 'too-long';

const lineBreak = /[\r\n]/g;

/**
 * Splits text that arrives in pieces into lines. A line ends with LF, CR LF or CR; one at the end of the text need not
 * end. Of a line that is too long nothing is kept, so that a text of one endless line costs no memory.
 */
export class LineSplitter {
  #held = '';
  #isTooLong = false;
  #afterReturn = false;

  /** The lines that end in this piece. */
  push(piece: string): TextLine[] {
    if (piece === '') return [];
    const lines: TextLine[] = [];
    let from = this.#afterReturn && piece.startsWith('\n') ? 1 : 0;
    for (let end = nextBreak(piece, from); end >= 0; end = nextBreak(piece, from)) {
      lines.push(this.#close(piece.slice(from, end)));
      from = end + (piece[end] === '\r' && piece[end + 1] === '\n' ? 2 : 1);
    }
    this.#hold(piece.slice(from));
    this.#afterReturn = piece.endsWith('\r');
    return lines;
  }

  /** The last line, where the text does not end with a line break. */
  end(): TextLine[] {
    return this.#held === '' && !this.#isTooLong ? [] : [this.#close('')];
  }

  #hold(rest: string): void {
    if (this.#held.length + rest.length > maxLineCharacters) this.#isTooLong = true;
    this.#held = this.#isTooLong ? '' : this.#held + rest;
  }

  #close(rest: string): TextLine {
    this.#hold(rest);
    const line = this.#isTooLong ? 'too-long' : this.#held;
    this.#held = '';
    this.#isTooLong = false;
    return line;
  }
}

const nextBreak = (piece: string, from: number): number => {
  lineBreak.lastIndex = from;
  return lineBreak.exec(piece)?.index ?? -1;
};
