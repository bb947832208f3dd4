import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** Starts the guarantee of an order, named after it; a second start is no fault. */
export type StartGuarantee = (orderId: string, dueAt: string) => Promise<void>;

export const startGuaranteeOn =
  (sfn: SFNClient, stateMachineArn: string): StartGuarantee =>
  async (orderId, dueAt) => {
    try {
      await sfn.send(
        new StartExecutionCommand({ stateMachineArn, name: orderId, input: JSON.stringify({ orderId, dueAt }) }),
      );
    } catch (error) {
      // The name was used before: this order is watched already, or was until it needed nothing more.
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  };
