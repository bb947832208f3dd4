import {
  type CancellationReason,
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  ResourceNotFoundException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './values.ts';

const metadata = { httpStatusCode: 400, attempts: 1, totalRetryDelay: 0 };

/** The SDK has no class of its own for this one either. */
export const validationError = (message: string): DynamoDBServiceException =>
  new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', $metadata: metadata, message });

export const tableNotFound = (): ResourceNotFoundException =>
  new ResourceNotFoundException({ message: 'Requested resource not found', $metadata: metadata });

/** The document client leaves items inside exceptions in DynamoDB's own form, and so do we. */
export const conditionFailed = (found: Item | undefined): ConditionalCheckFailedException =>
  new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: metadata,
    ...(found === undefined ? {} : { Item: marshall(found) }),
  });

export const transactionCancelled = (reasons: CancellationReason[]): TransactionCanceledException => {
  const codes = reasons.map((reason) => reason.Code ?? 'None').join(', ');
  return new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    $metadata: metadata,
    CancellationReasons: reasons,
  });
};

export const tokenMismatch = (): IdempotentParameterMismatchException =>
  new IdempotentParameterMismatchException({
    message: 'The client request token was used before with other parameters',
    $metadata: metadata,
  });

/** A fault of a test, not an answer of DynamoDB: the caller uses something this stand-in does not know. */
export const unsupported = (what: string): Error => new Error(`The memory tables do not support ${what}`);
