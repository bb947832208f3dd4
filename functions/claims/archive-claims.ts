import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { S3Client } from '@aws-sdk/client-s3';
import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { ClaimsArchive } from '../../adapters/claims-archive.ts';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { required } from '../../adapters/environment.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { describeError } from '../describe-error.ts';
import { readClaim } from './read-claim.ts';

const logger = new Logger();
const metrics = new Metrics();
const archive = new ClaimsArchive(new S3Client(clientTimeouts), required(environmentVariables.claimsArchive));

/**
 * Reads the changes of the keys table and keeps each claim where nothing removes it. A run that fails comes again, in
 * halves, until the change that cannot be kept stands alone in the failure queue.
 */
export const handler = middy<DynamoDBStreamEvent, void>().handler(async ({ Records }) => {
  try {
    await archive.append(Records.map(readClaim));
    metrics.addMetric('ClaimsArchived', MetricUnit.Count, Records.length);
    metrics.publishStoredMetrics();
  } catch (error) {
    logger.error('claims not archived', { records: Records.length, error: describeError(error) });
    throw error;
  }
});
