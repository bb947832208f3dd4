/** The queues of dead letters of one stage, and the way back from them. */
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  SQSServiceException,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

export type DeadLetters = {
  /** What work it holds the failures of: `delivery`. */
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** Messages in it, as SQS estimates them. */
  readonly depth: number;
  /** Where its messages came from; none for what was never a message, as the relay's records. */
  readonly workUrl: string | undefined;
};

export type Redriven =
  | { readonly how: 'moving'; readonly messages: number }
  | { readonly how: 'moved'; readonly messages: number };

const suffix = '-dead-letters';
/** A stack has a handful of queues; one page of a thousand names holds them. */
const maxQueues = 1_000;
/** Seconds in which one page of messages must be sent back, before SQS shows it to others again. */
const hiddenSeconds = 60;

/** Finds the stage's queues of dead letters by their names. */
export const listDeadLetters = async (sqs: SQSClient, stage: string): Promise<readonly DeadLetters[]> => {
  const prefix = `surety-${stage}-`;
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: maxQueues }));
  const queues = new Map(QueueUrls.map((url) => [url.slice(url.lastIndexOf('/') + 1 + prefix.length), url]));
  const names = [...queues.keys()].filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
  return Promise.all(
    names.toSorted().map(async (name) => {
      const url = queues.get(name + suffix) ?? '';
      return { name, url, workUrl: queues.get(name), ...(await look(sqs, url)) };
    }),
  );
};

const look = async (sqs: SQSClient, url: string): Promise<Pick<DeadLetters, 'arn' | 'depth'>> => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages'] }),
  );
  return {
    arn: Attributes?.['QueueArn'] ?? '',
    depth: Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0),
  };
};

/**
 * Puts dead letters back where they came from. Without `max` SQS moves them all, in the background; where an endpoint
 * cannot, and with `max`, they are moved here one by one. A message may come twice, which every worker allows for.
 */
export const redrive = async (sqs: SQSClient, letters: DeadLetters, max: number | undefined): Promise<Redriven> => {
  if (letters.workUrl === undefined)
    throw new Error(`What lies in "${letters.name}" is no work that could be put back. See docs/runbook.md.`);
  if (max !== undefined) return moveOneByOne(sqs, letters.url, letters.workUrl, max);
  try {
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: letters.arn }));
    return { how: 'moving', messages: letters.depth };
  } catch (error) {
    // Stand-ins for SQS on one machine do not know the task.
    if (!isUnknownAction(error)) throw error;
    return moveOneByOne(sqs, letters.url, letters.workUrl, letters.depth);
  }
};

const isUnknownAction = (error: unknown): boolean =>
  error instanceof SQSServiceException && /UnsupportedOperation|InvalidAction|UnknownOperation/.test(error.name);

const moveOneByOne = async (sqs: SQSClient, from: string, to: string, max: number): Promise<Redriven> => {
  let messages = 0;
  while (messages < max) {
    const page = await receive(sqs, from, Math.min(10, max - messages));
    if (page.length === 0) break;
    for (const message of page) await moveMessage(sqs, from, to, message);
    messages += page.length;
  }
  return { how: 'moved', messages };
};

const receive = async (sqs: SQSClient, from: string, limit: number): Promise<readonly Message[]> => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: from,
      MaxNumberOfMessages: limit,
      MessageAttributeNames: ['All'],
      VisibilityTimeout: hiddenSeconds,
      WaitTimeSeconds: 1,
    }),
  );
  return Messages;
};

/** Sent before it is deleted: an interruption in between doubles a message rather than losing it. */
const moveMessage = async (sqs: SQSClient, from: string, to: string, message: Message): Promise<void> => {
  const { Body, MessageAttributes, ReceiptHandle } = message;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: to,
      MessageBody: Body,
      ...(MessageAttributes === undefined ? {} : { MessageAttributes }),
    }),
  );
  await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
};
