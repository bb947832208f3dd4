import { randomUUID } from 'node:crypto';
import { AwsError, type Endpoint, type Fields, serveAwsJson } from './aws-json.ts';
import type { Execution, ExecutionStore } from './execution-store.ts';
import type { StateMachines } from './state-machines.ts';

const pageLimit = 1000;

/** Speaks the Step Functions protocol for the calls that functions make. */
export const startStepFunctionsEndpoint = (
  machines: StateMachines,
  store: ExecutionStore,
  report: (line: string) => void,
): Promise<Endpoint> =>
  serveAwsJson(
    'application/x-amz-json-1.0',
    {
      StartExecution: (input) =>
        machines.start(
          required(input, 'stateMachineArn'),
          optional(input, 'name') ?? randomUUID(),
          optional(input, 'input') ?? '{}',
        ),
      StopExecution: (input) => {
        const stoppedAt = machines.stopExecution(
          required(input, 'executionArn'),
          optional(input, 'error'),
          optional(input, 'cause'),
        );
        return { stopDate: stoppedAt / 1000 };
      },
      DescribeExecution: (input) => {
        const arn = required(input, 'executionArn');
        const execution = store.find(arn);
        if (execution === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
        const { output, error, cause } = execution;
        return {
          ...summaryOf(execution),
          input: execution.input,
          ...(output === null ? {} : { output }),
          ...(error === null ? {} : { error }),
          ...(cause === null ? {} : { cause }),
        };
      },
      ListExecutions: (input) => {
        const machineArn = required(input, 'stateMachineArn');
        if (!machines.knows(machineArn))
          throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${machineArn}'`);
        const limit = Math.min(Math.max(Number(input['maxResults'] ?? 100), 1), pageLimit);
        const token = optional(input, 'nextToken');
        const page = store.list(
          machineArn,
          optional(input, 'statusFilter'),
          limit,
          token === undefined ? undefined : Number(token),
        );
        const last = page.at(-1);
        return {
          executions: page.map(summaryOf),
          ...(page.length < limit || last === undefined ? {} : { nextToken: String(last.startedAt) }),
        };
      },
    },
    report,
  );

const summaryOf = (execution: Execution): Fields => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machineArn,
  name: execution.name,
  status: execution.status,
  startDate: execution.startedAt / 1000,
  ...(execution.stoppedAt === null ? {} : { stopDate: execution.stoppedAt / 1000 }),
});

const required = (input: Fields, field: string): string => {
  const value = input[field];
  if (typeof value !== 'string') throw new AwsError('ValidationException', `${field} is missing.`);
  return value;
};

const optional = (input: Fields, field: string): string | undefined => {
  const value = input[field];
  return typeof value === 'string' ? value : undefined;
};
