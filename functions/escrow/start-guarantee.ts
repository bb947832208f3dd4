import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { required } from '../../adapters/environment.ts';
import { guaranteeMessage, hideFor } from '../../adapters/queues.ts';
import { startGuaranteeOn } from '../../adapters/workflows.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { createQueueWorker } from '../queue-worker.ts';

const start = startGuaranteeOn(new SFNClient(clientTimeouts), required(environmentVariables.guaranteeMachine));

export const handler = createQueueWorker({
  message: guaranteeMessage,
  handle: ({ orderId, dueAt }) => start(orderId, dueAt),
  hide: hideFor(new SQSClient(clientTimeouts), required(environmentVariables.guaranteeQueue)),
});
