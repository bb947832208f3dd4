import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (name: string): string => readFileSync(join(import.meta.dirname, '../../..', name), 'utf8');
const english = read('README.md');
const chinese = read('README.zh-CN.md');

/** Blocks of code as a shell runs them, and lists of folders by their names: what is said beside them is translated. */
const codeOf = (page: string): string[] =>
  [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, code = '']) =>
    code
      .split('\n')
      .map((line) => (language === 'sh' ? line.replace(/\s+# .*$/, '') : (line.split(/\s{2,}/)[0] ?? '')))
      .join('\n'),
  );
const headingsOf = (page: string): string[] =>
  [...page.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^(#+) /gm)].map(([, level = '']) => level);
const commandsOf = (page: string): string[] =>
  [...page.matchAll(/^\| (`[^|]+`) +\|/gm)].map(([, command = '']) => command);
const linksOf = (page: string): string[] =>
  [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link).filter((link) => !link.startsWith('README'));

describe('the README in two languages', () => {
  it('has code to compare', () => {
    expect(codeOf(english).length).toBeGreaterThan(5);
    expect(codeOf(english)[0]).toContain('npm start\nnpm test');
    expect(commandsOf(english).length).toBeGreaterThan(5);
  });

  it.each<[string, (page: string) => string[]]>([
    ['runs the same commands', codeOf],
    ['has the same sections', headingsOf],
    ['lists the same commands', commandsOf],
    ['leads to the same pages', linksOf],
  ])('%s', (_, of) => {
    expect(of(chinese)).toEqual(of(english));
  });

  it('names the same files, settings and words of code', () => {
    const words = (page: string) =>
      [...page.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word).sort();
    expect(words(chinese)).toEqual(words(english));
  });

  it('leads from either page to the other, below its title', () => {
    expect(english).toMatch(/^# Surety\n\n\[中文\]\(README\.zh-CN\.md\)\n/);
    expect(chinese).toMatch(/^# Surety\n\n\[English\]\(README\.md\)\n/);
  });

  it('is Chinese where it is not code', () => {
    const prose = chinese.replace(/^```[\s\S]*?^```$/gm, '').split('\n\n');
    const untranslated = prose.filter((part) => /[a-z]{4,} [a-z]{3,} [a-z]{3,}/.test(part.replace(/`[^`]*`/g, '')));
    expect(untranslated).toEqual([]);
  });
});
