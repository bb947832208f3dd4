import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Settings } from '../settings.ts';
import type { AlarmDesk } from './alarm-desk.ts';
import type { CodeOf } from './function-code.ts';

/** What every construct of the house stands on. */
export type Site = {
  readonly settings: Settings;
  readonly codeOf: CodeOf;
  /** Encrypts tables, queues, files, topics, logs and the credentials of payment channels at rest. */
  readonly dataKey: IKey;
  readonly alarms: AlarmDesk;
};
