import type { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import { passingErrors, patientRetry, RoomMachine } from './constructs/room-machine.ts';
import type { Site } from './constructs/site.ts';

/**
 * The workflow of one file's import: a stretch of work, and again until it is done. The input is `{ batchId }`; the task
 * answers `{ batchId, done }` after at most ten minutes, having kept how far it came. So a file takes as many
 * invocations as it needs, and none of them comes near Lambda's limit.
 */
export const importDefinition = (functionArn: string) => ({
  Comment: 'Imports one file of keys, a stretch after the other',
  StartAt: 'ImportStretch',
  States: {
    ImportStretch: {
      Type: 'Task',
      Resource: functionArn,
      Parameters: { 'batchId.$': '$.batchId' },
      TimeoutSeconds: 960,
      // A function that dies half-way, out of memory or time, goes on from where it stood as well.
      Retry: [patientRetry([...passingErrors, 'Runtime.ExitError', 'Runtime.UnhandledError', 'Sandbox.Timedout'])],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'LeftToTheSweep' }],
      Next: 'Imported?',
    },
    'Imported?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.done', BooleanEquals: true, Next: 'Done' }],
      Default: 'ImportStretch',
    },
    Done: { Type: 'Succeed' },
    LeftToTheSweep: {
      Type: 'Fail',
      Error: 'ImportLeftToTheSweep',
      Cause: 'The import function kept failing for this file; the sweep starts it again, a bounded number of times.',
    },
  },
});

export type ImportMachineProps = {
  readonly site: Site;
  /** The function that imports a stretch. */
  readonly importFile: RoomFunction;
};

/** The state machine of imports; a batch has one execution, named after it, and another only if that one was lost. */
export class ImportMachine extends RoomMachine {
  constructor(scope: Construct, id: string, { site, importFile }: ImportMachineProps) {
    super(scope, id, {
      site,
      worker: importFile,
      definition: importDefinition,
      variable: environmentVariables.importMachine,
    });
  }
}
