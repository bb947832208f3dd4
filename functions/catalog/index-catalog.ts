import { Logger } from '@aws-lambda-powertools/logger';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import middy from '@middy/core';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { realSurroundings } from '../../adapters/clock.ts';
import { tableNameOf } from '../../adapters/environment.ts';
import { catalogTable, isProductItem, toProduct } from '../../adapters/tables/catalog.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { SearchTable } from '../../adapters/tables/search.ts';
import type { Product } from '../../core/catalog/product.ts';
import { describeError } from '../describe-error.ts';
import { indexProduct, type ProductChange } from './index-product.ts';

const logger = new Logger();
const gateway = connectTables(realSurroundings);
const index = indexProduct({
  catalog: catalogTable(gateway, tableNameOf('catalog')),
  search: new SearchTable(gateway, tableNameOf('search')),
});

/** DynamoDB's own form of an item, as a stream carries it. */
const image = z.optional(
  z.custom<Record<string, AttributeValue>>((value) => typeof value === 'object' && value !== null),
);
const productIn = (value: unknown): Product | undefined => {
  const attributes = image.parse(value);
  const item = attributes && unmarshall(attributes);
  return item && isProductItem(item) ? toProduct(item) : undefined;
};

const toChange = ({ dynamodb }: DynamoDBRecord): ProductChange => ({
  before: productIn(dynamodb?.OldImage),
  after: productIn(dynamodb?.NewImage),
});

/**
 * Follows the changes of products, one after the other. A run that fails comes again, in halves, until the change that
 * cannot be indexed stands alone in the failure queue.
 */
export const handler = middy<DynamoDBStreamEvent, void>().handler(async ({ Records }) => {
  try {
    for (const record of Records) await index(toChange(record));
  } catch (error) {
    logger.error('changes not indexed', { records: Records.length, error: describeError(error) });
    throw error;
  }
});
