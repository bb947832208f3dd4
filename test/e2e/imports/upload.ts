import { setTimeout as wait } from 'node:timers/promises';
import type { Account, Answer, startMarket } from '../local-market.ts';

export type Market = Awaited<ReturnType<typeof startMarket>>;
type Body = Record<string, unknown>;
export type Upload = { readonly url: string; readonly fields: Record<string, string> };
export type Progress = {
  readonly phase: string;
  readonly lines?: number;
  readonly linesDone: number;
  readonly stored: number;
  readonly rejected: number;
  readonly refusal?: { readonly code: string; readonly detail: string };
};

const pollMs = 200;
/** A minute for what takes seconds; a bound, not an expectation. */
const maxPolls = 600;

/** Sends a form as a browser would. */
export const uploadForm = async (
  { url, fields }: Upload,
  file: Uint8Array,
  headers: Record<string, string> = {},
): Promise<number> => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([Buffer.from(file)]));
  return (await fetch(url, { method: 'POST', body: form, headers })).status;
};

/** What a merchant does with a file, step by step, over HTTP alone. */
export const importer = ({ call }: Pick<Market, 'call'>, merchant: Account) => {
  const announce = (productId: string, body: Body, idempotencyKey?: string): Promise<Answer> =>
    call('POST', `/v1/products/${productId}/imports`, {
      as: merchant,
      body: { source: { kind: 'supplier', name: 'S' }, ...body },
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
  const upload = async (
    productId: string,
    fileName: string,
    file: Uint8Array,
    headers?: Record<string, string>,
  ): Promise<string> => {
    const announced = await announce(productId, { fileName, sizeBytes: file.length });
    if (announced.status !== 201) throw new Error(`The announcement was answered with ${announced.text}`);
    const status = await uploadForm(announced.body['upload'] as Upload, file, headers);
    if (status >= 300) throw new Error(`The upload was answered with ${status}`);
    return String(announced.body['batchId']);
  };
  const start = (batchId: string): Promise<Answer> =>
    call('POST', `/v1/batches/${batchId}/start-import`, { as: merchant });
  const read = async (batchId: string): Promise<Body & { readonly progress: Progress }> =>
    (await call('GET', `/v1/batches/${batchId}`, { as: merchant })).body as Body & { progress: Progress };
  const untilOver = async (batchId: string) => {
    for (let poll = 0; poll < maxPolls; poll += 1) {
      const batch = await read(batchId);
      if (batch.progress.phase === 'complete' || batch.progress.phase === 'refused') return batch;
      await wait(pollMs);
    }
    throw new Error(`The import ${batchId} did not come to its end: ${JSON.stringify(await read(batchId))}`);
  };
  return {
    announce,
    upload,
    start,
    read,
    untilOver,
    importFile: async (productId: string, fileName: string, file: Uint8Array) => {
      const batchId = await upload(productId, fileName, file);
      const started = await start(batchId);
      if (started.status !== 200) throw new Error(`The start was answered with ${started.text}`);
      return untilOver(batchId);
    },
    rejections: async (batchId: string, headers: Record<string, string> = {}): Promise<string> => {
      const link = await call('GET', `/v1/batches/${batchId}/rejections-file`, { as: merchant });
      if (link.status !== 200) throw new Error(`The report was answered with ${link.text}`);
      return (await fetch(String(link.body['url']), { headers })).text();
    },
  };
};
