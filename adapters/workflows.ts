import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Instant } from '../core/shared/instant.ts';

/**
 * When a workflow has to wake for what is due: the next whole second. A Wait state cuts milliseconds off its timestamp,
 * so that it would end too early, find nothing due yet and go round again, each round charged.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
 */
export const wakeAt = (dueAt: Instant): Instant => new Date(Math.ceil(Date.parse(dueAt) / 1000) * 1000).toISOString();

/** Starts the guarantee of an order, named after it; a second start is no fault. */
export type StartGuarantee = (orderId: string, dueAt: string) => Promise<void>;

export const startGuaranteeOn =
  (sfn: SFNClient, stateMachineArn: string): StartGuarantee =>
  async (orderId, dueAt) => {
    try {
      const input = JSON.stringify({ orderId, dueAt: wakeAt(dueAt) });
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name: orderId, input }));
    } catch (error) {
      // The name was used before: this order is watched already, or was until it needed nothing more.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  };

/** Starts an execution of the import workflow by name; a second start under the same name is no fault. */
export type StartImport = (batchId: string, executionName: string) => Promise<void>;

export const startImportOn =
  (sfn: SFNClient, stateMachineArn: string): StartImport =>
  async (batchId, name) => {
    try {
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ batchId }) }));
    } catch (error) {
      // This attempt is under way already, or was; whether it came to its end stands in the batch.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  };
