import type { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import { patientRetry, RoomMachine } from './constructs/room-machine.ts';
import type { Site } from './constructs/site.ts';

/**
 * The workflow of one order's guarantee: wait until something is due, have it done, and again until the order is
 * settled. The input is `{ orderId, dueAt }`; the task answers `{ done: true }` or `{ done: false, orderId, dueAt }`.
 *
 * Times are absolute and the task reads the order anew, so an execution may start late, twice or not at all. The plain
 * ARN of the function as resource passes its answer on as it is, and costs what the longer integration costs.
 */
export const guaranteeDefinition = (functionArn: string) => ({
  Comment: "Keeps one order's promises at the time they are due",
  StartAt: 'WaitUntilDue',
  States: {
    WaitUntilDue: { Type: 'Wait', TimestampPath: '$.dueAt', Next: 'KeepPromise' },
    KeepPromise: {
      Type: 'Task',
      Resource: functionArn,
      Parameters: { 'orderId.$': '$.orderId' },
      TimeoutSeconds: 90,
      Retry: [patientRetry()],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'LeftToTheSweep' }],
      Next: 'Settled?',
    },
    'Settled?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.done', BooleanEquals: true, Next: 'Done' }],
      Default: 'WaitUntilDue',
    },
    Done: { Type: 'Succeed' },
    LeftToTheSweep: {
      Type: 'Fail',
      Error: 'PromiseLeftToTheSweep',
      Cause: 'The guarantee function kept failing for this order; the sweep goes on trying each minute.',
    },
  },
});

export type GuaranteeMachineProps = {
  readonly site: Site;
  /** The function that keeps what is due. */
  readonly guarantee: RoomFunction;
};

/** The state machine of the guarantee; an order has one execution, named after it. */
export class GuaranteeMachine extends RoomMachine {
  constructor(scope: Construct, id: string, { site, guarantee }: GuaranteeMachineProps) {
    super(scope, id, {
      site,
      worker: guarantee,
      definition: guaranteeDefinition,
      variable: environmentVariables.guaranteeMachine,
    });
  }
}
