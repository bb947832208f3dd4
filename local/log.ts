import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs';

const maximumBytes = 8 * 1024 * 1024;

/** What the local stack itself has to say, beside the functions' logs. A file and its predecessor, of bounded size. */
export const createLog = (file: string): ((line: string) => void) => {
  let size = existsSync(file) ? statSync(file).size : 0;
  return (line) => {
    const text = `${new Date().toISOString()} ${line}\n`;
    appendFileSync(file, text);
    size += text.length;
    if (size <= maximumBytes) return;
    renameSync(file, `${file}.1`);
    size = 0;
  };
};
