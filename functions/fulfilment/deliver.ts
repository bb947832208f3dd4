import { required } from '../../adapters/environment.ts';
import { deliveryMessage, hideFor } from '../../adapters/queues.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { connectDelivery, connectSpine } from '../connect.ts';
import { createQueueWorker } from '../queue-worker.ts';
import { deliverProduct } from './deliver-product.ts';
import { openReserve } from './open-reserve.ts';

const { gateway, tables, spine } = connectSpine();
const { sqs, announceDelivery } = connectDelivery();

export const handler = createQueueWorker({
  message: deliveryMessage,
  handle: deliverProduct(spine, openReserve(gateway, tables.stock, spine), announceDelivery),
  hide: hideFor(sqs, required(environmentVariables.deliveryQueue)),
});
