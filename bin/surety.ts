#!/usr/bin/env node
/** The CDK app. `cdk deploy -c stage=production`; without a stage it is `dev`. `-c selling=closed` closes selling. */
import { existsSync, readFileSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import { type RestoredTables, restoredTablesSchema } from '../contract/restored-tables.ts';
import { parseSelling, parseStage, type Settings, settingsOf } from '../lib/settings.ts';
import { suretyApp } from '../lib/surety-app.ts';
import { requireInForce } from '../policy/index.ts';

const contextOf = (app: App, name: string): string | undefined => {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' ? value : undefined;
};

const settingsFrom = (app: App): Settings => {
  const settings = settingsOf(parseStage(contextOf(app, 'stage') ?? 'dev'));
  if (!settings.rehearsal) requireInForce(settings.policyVersion, new Date().toISOString());
  return {
    ...settings,
    selling: parseSelling(contextOf(app, 'selling') ?? settings.selling),
    restoredTables: readRestoredTables(settings.stage, contextOf(app, 'restoredTables')),
  };
};

/** A deployment that was restored says so in a file that goes with the sources; `-c restoredTables` names another. */
const readRestoredTables = (stage: string, named: string | undefined): RestoredTables | undefined => {
  const file = named ?? `restored/${stage}.json`;
  if (named === undefined && !existsSync(file)) return undefined;
  return restoredTablesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
};

const { app } = suretyApp({ settings: settingsFrom });
app.synth();
