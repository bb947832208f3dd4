#!/usr/bin/env node
/** The CDK app. `cdk deploy -c stage=production`; without a stage it is `dev`. */
import type { App } from 'aws-cdk-lib';
import { parseStage, settingsOf } from '../lib/settings.ts';
import { suretyApp } from '../lib/surety-app.ts';

const contextOf = (app: App, name: string): string | undefined => {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' ? value : undefined;
};

const { app } = suretyApp({ settings: (app) => settingsOf(parseStage(contextOf(app, 'stage') ?? 'dev')) });
app.synth();
