import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { AwsError, type Endpoint, type Operations, serveAwsJson } from './aws-json.ts';
import { writePrivateFile } from './private-file.ts';
import { Refusal } from './refusal.ts';

const maximumBytes = 65_536;
const fileSchema = z.record(z.string(), z.string());

export type Secrets = {
  /** Gives a secret its first value; one that it has already stays. */
  readonly fill: (arn: string, text: string) => void;
  readonly operations: Operations;
};

/**
 * A stand-in for Secrets Manager: what the template's secrets hold lies in one file that only its owner reads.
 * @param arns the secrets there are; like the real ones they begin without a value
 */
export const createSecrets = (arns: readonly string[], file: string): Secrets => {
  const values = loadValues(file);
  const find = (asked: unknown): string => {
    const arn = arns.find((known) => known === asked);
    if (arn !== undefined) return arn;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  };
  const put = (arn: string, text: string): void => {
    values.set(arn, text);
    writePrivateFile(file, JSON.stringify(Object.fromEntries(values)));
  };
  const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

  return {
    fill: (arn, text) => {
      if (!values.has(find(arn))) put(arn, text);
    },
    operations: {
      GetSecretValue: (input) => {
        const arn = find(input['SecretId']);
        const text = values.get(arn);
        if (text === undefined) {
          throw new AwsError(
            'ResourceNotFoundException',
            "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
          );
        }
        return { ARN: arn, Name: nameOf(arn), SecretString: text, VersionStages: ['AWSCURRENT'] };
      },
      PutSecretValue: (input) => {
        const arn = find(input['SecretId']);
        const text = input['SecretString'];
        if (typeof text !== 'string' || text === '' || Buffer.byteLength(text) > maximumBytes)
          throw new AwsError('InvalidParameterException', `SecretString must be text of 1 to ${maximumBytes} bytes.`);
        put(arn, text);
        return { ARN: arn, Name: nameOf(arn), VersionStages: ['AWSCURRENT'] };
      },
      DescribeSecret: (input) => {
        const arn = find(input['SecretId']);
        return { ARN: arn, Name: nameOf(arn) };
      },
    },
  };
};

export const startSecretsService = (secrets: Secrets, report: (line: string) => void): Promise<Endpoint> =>
  serveAwsJson('application/x-amz-json-1.1', secrets.operations, report);

const loadValues = (file: string): Map<string, string> => {
  if (!existsSync(file)) return new Map();
  const stored = z.safeParse(fileSchema, JSON.parse(readFileSync(file, 'utf8')));
  if (!stored.success) throw new Refusal(`${file} does not hold local secrets: restore it, or start with --fresh.`);
  return new Map(Object.entries(stored.data));
};
