import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdkJson from '../cdk.json' with { type: 'json' };
import { bundleFunctions, type CodeOf } from './constructs/function-code.ts';
import type { Settings } from './settings.ts';
import { SuretyStack } from './surety-stack.ts';

export type SuretyAppProps = {
  /** Gives the settings, once the app knows the context that the command line set. */
  readonly settings: (app: App) => Settings;
  /**
   * Where each function's code comes from.
   * @default - bundled from its entry file
   */
  readonly codeOf?: CodeOf;
  /**
   * Where the cloud assembly goes.
   * @default - where the CDK command line says
   */
  readonly outdir?: string;
};

/** The CDK app with its stack and the checks that every synthesis must pass. */
export const suretyApp = (props: SuretyAppProps): { readonly app: App; readonly stack: SuretyStack } => {
  const app = new App({
    // The flags count however the app is run: by the CDK command line, by a test or by itself.
    context: cdkJson.context,
    analyticsReporting: false,
    ...(props.outdir === undefined ? {} : { outdir: props.outdir }),
  });
  const settings = props.settings(app);
  refuseToSellTwice(settings);
  const stack = new SuretyStack(app, `surety-${settings.stage}`, {
    settings,
    codeOf: props.codeOf ?? bundleFunctions(join(app.outdir, 'bundles')),
    description: `Surety, a marketplace whose guarantee is executed by code (${settings.stage})`,
    tags: { 'surety:stage': settings.stage },
    terminationProtection: settings.keepData,
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack };
};

/** Restored tables would sell keys that were sold since: no template opens selling on them before claims are replayed. */
const refuseToSellTwice = ({ restoredTables, selling }: Settings): void => {
  if (restoredTables === undefined || restoredTables.claimsReplayedAt !== undefined || selling === 'closed') return;
  throw new Error(
    `The tables were restored to ${restoredTables.moment} and the claims made since are not replayed. Deploy with -c selling=closed and see "Restoring" in docs/runbook.md.`,
  );
};
