import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Claim } from '../../core/claims/claim.ts';

/** The attributes of a key that a claim needs. The sealed secret travels beside them and is not even looked at. */
const attributes = ['pk', 'owner', 'batchId', 'productId', 'sellUntilDay'] as const;

const keyImage = z.object({
  pk: z.string(),
  owner: z.optional(z.string()),
  batchId: z.string(),
  productId: z.string(),
  sellUntilDay: z.string(),
});

/** DynamoDB's own form of an item, as a stream carries it. */
const image = z.custom<Record<string, AttributeValue>>((value) => typeof value === 'object' && value !== null);

/** What a change of a key says about its owner; throws if it is no change of a key. */
export const readClaim = ({ dynamodb }: DynamoDBRecord): Claim => {
  const whole = image.parse(dynamodb?.NewImage);
  const wanted = attributes.flatMap((name) => (whole[name] === undefined ? [] : [[name, whole[name]] as const]));
  const { pk, ...key } = keyImage.parse(unmarshall(Object.fromEntries(wanted)));
  return {
    keyId: pk,
    ...key,
    at: new Date((dynamodb?.ApproximateCreationDateTime ?? Number.NaN) * 1000).toISOString(),
    position: z.string().parse(dynamodb?.SequenceNumber),
  };
};
