import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';

/** AWS keeps closed executions, and refuses their names, for 90 days. */
const keptMs = 90 * 24 * 60 * 60 * 1000;

const executionSchema = z.object({
  arn: z.string(),
  machineArn: z.string(),
  name: z.string(),
  input: z.string(),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
  startedAt: z.number(),
  stoppedAt: z.nullable(z.number()),
  output: z.nullable(z.string()),
  error: z.nullable(z.string()),
  cause: z.nullable(z.string()),
  transitions: z.number(),
});
export type Execution = z.infer<typeof executionSchema>;
type ExecutionStatus = Execution['status'];

export type ExecutionEnd = {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly stoppedAt: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly transitions: number;
};

export type ExecutionStore = {
  readonly find: (arn: string) => Execution | undefined;
  readonly insert: (execution: Pick<Execution, 'arn' | 'machineArn' | 'name' | 'input' | 'startedAt'>) => void;
  readonly close: (arn: string, end: ExecutionEnd) => void;
  readonly running: () => Execution[];
  readonly list: (
    machineArn: string,
    status: string | undefined,
    limit: number,
    before: number | undefined,
  ) => Execution[];
};

/** Remembers executions, so that a start goes on with those that a crash interrupted. */
export const createExecutionStore = (state: DatabaseSync, now: number): ExecutionStore => {
  state.exec(`
    CREATE TABLE IF NOT EXISTS executions (
      arn TEXT PRIMARY KEY, machineArn TEXT NOT NULL, name TEXT NOT NULL, input TEXT NOT NULL, status TEXT NOT NULL,
      startedAt INTEGER NOT NULL, stoppedAt INTEGER, output TEXT, error TEXT, cause TEXT, transitions INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS executions_by_machine ON executions (machineArn, startedAt);
    CREATE INDEX IF NOT EXISTS executions_running ON executions (status) WHERE status = 'RUNNING';
  `);
  state.prepare("DELETE FROM executions WHERE status <> 'RUNNING' AND stoppedAt < ?").run(now - keptMs);
  const byArn = state.prepare('SELECT * FROM executions WHERE arn = ?');
  const insertion = state.prepare(
    "INSERT INTO executions VALUES (?, ?, ?, ?, 'RUNNING', ?, NULL, NULL, NULL, NULL, 0)",
  );
  const ending = state.prepare(
    'UPDATE executions SET status = ?, stoppedAt = ?, output = ?, error = ?, cause = ?, transitions = ? WHERE arn = ?',
  );
  const open = state.prepare("SELECT * FROM executions WHERE status = 'RUNNING' ORDER BY startedAt");
  const page = state.prepare(
    'SELECT * FROM executions WHERE machineArn = ? AND (? IS NULL OR status = ?) AND startedAt < ? ORDER BY startedAt DESC LIMIT ?',
  );
  return {
    find: (arn) => {
      const row = byArn.get(arn);
      return row === undefined ? undefined : z.parse(executionSchema, row);
    },
    insert: ({ arn, machineArn, name, input, startedAt }) => {
      insertion.run(arn, machineArn, name, input, startedAt);
    },
    close: (arn, end) => {
      ending.run(
        end.status,
        end.stoppedAt,
        end.output ?? null,
        end.error ?? null,
        end.cause ?? null,
        end.transitions,
        arn,
      );
    },
    running: () => open.all().map((row) => z.parse(executionSchema, row)),
    list: (machineArn, status, limit, before) =>
      page
        .all(machineArn, status ?? null, status ?? null, before ?? Number.MAX_SAFE_INTEGER, limit)
        .map((row) => z.parse(executionSchema, row)),
  };
};
