import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { resourcesOf, synthesize } from './synthesized.ts';

/** Whoever is woken at night copies commands from the runbook; they must name what is there. */
const template = synthesize();
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const found = (pattern: RegExp) => [
  ...new Set([...runbook.matchAll(pattern)].map((match) => match.slice(1).join(' '))),
];
const startingWith = (prefix: string, type: string) =>
  resourcesOf(template, type).filter(([id]) => id.startsWith(prefix));

it.each(found(/\boutput ([A-Z]\w+)/g))('output %s is an output', (name) => {
  expect(Object.keys(template.Outputs)).toContain(name);
});

it.each(found(/\bresource ([A-Z]\w+) (AWS::[\w:]+)/g))('resource %s is exactly one', (named) => {
  const [prefix = '', type = ''] = named.split(' ');
  expect(startingWith(prefix, type)).toHaveLength(1);
});

it.each(found(/\blogs ([A-Z]\w+)/g))('logs %s follows exactly one log', (prefix) => {
  expect(startingWith(prefix, 'AWS::Logs::LogGroup')).toHaveLength(1);
});

it('names every log', () => {
  const listed = /the prefixes are ([^.]+)\./.exec(runbook)?.[1] ?? '';
  const prefixes = [...listed.matchAll(/`(\w+)`/g)].map(([, prefix]) => prefix ?? '');
  expect(prefixes.map((prefix) => startingWith(prefix, 'AWS::Logs::LogGroup').length)).toEqual(prefixes.map(() => 1));
  expect(prefixes.length).toBe(resourcesOf(template, 'AWS::Logs::LogGroup').length);
});

it.each(found(/npm run redrive -- ([a-z][a-z-]+)/g))('there is a queue %s to redrive', (name) => {
  const names = resourcesOf(template, 'AWS::SQS::Queue').map(([, { Properties }]) => Properties['QueueName']);
  expect(names).toContain(`surety-production-${name}-dead-letters`);
});
