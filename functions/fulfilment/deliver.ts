import { required } from '../../adapters/environment.ts';
import { deliveryMessage, hideFor } from '../../adapters/queues.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { connectSpine } from '../connect.ts';
import { createQueueWorker } from '../queue-worker.ts';
import { deliverProduct } from './deliver-product.ts';
import { openReserve } from './open-reserve.ts';

const { gateway, tables, sqs, spine, announceDelivery } = connectSpine();

export const handler = createQueueWorker({
  message: deliveryMessage,
  handle: deliverProduct(spine, openReserve(gateway, tables.stock, spine), announceDelivery),
  hide: hideFor(sqs, required(environmentVariables.deliveryQueue)),
});
