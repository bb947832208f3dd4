import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { ImportFiles } from '../../adapters/import-files.ts';
import { BatchesTable } from '../../adapters/tables/batches.ts';
import { catalogTable } from '../../adapters/tables/catalog.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { startImportOn } from '../../adapters/workflows.ts';
import { importRoutes } from '../../contract/api/imports.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { addSeconds } from '../../core/shared/instant.ts';
import { policyOf } from '../../policy/index.ts';
import { createApi } from '../http/api.ts';
import { announceFile } from './announce-file.ts';
import { readRejectionsFile } from './read-rejections-file.ts';
import { startImport } from './start-import.ts';

/** How long an upload may take to begin. */
const formSeconds = 3_600;
const linkSeconds = 300;

const { now } = realSurroundings;
const gateway = connectTables(realSurroundings);
const batches = new BatchesTable(gateway, tableNameOf('stock'));
const s3 = new S3Client(clientTimeouts);
const files = new ImportFiles(s3, required(environmentVariables.importsBucket));

export const handler = createApi(importRoutes, {
  announceFile: announceFile({
    catalog: catalogTable(gateway, tableNameOf('catalog')),
    batches,
    policy: policyOf(required(environmentVariables.policyVersion)),
    now,
    makeForm: async (batchId, sizeBytes) => {
      const expiresAt = addSeconds(now(), formSeconds);
      const form = await createPresignedPost(s3, {
        ...files.uploadTarget(batchId),
        Expires: formSeconds,
        Conditions: [['content-length-range', sizeBytes, sizeBytes]],
      });
      return { ...form, expiresAt };
    },
  }),
  startImport: startImport({
    batches,
    files,
    now,
    start: startImportOn(new SFNClient(clientTimeouts), required(environmentVariables.importMachine)),
  }),
  readRejectionsFile: readRejectionsFile({
    batches,
    makeLink: async (batchId, fileName) => {
      const command = await files.reportCommand(batchId, fileName);
      if (command === undefined) return undefined;
      const expiresAt = addSeconds(now(), linkSeconds);
      return { url: await getSignedUrl(s3, command, { expiresIn: linkSeconds }), expiresAt };
    },
  }),
});
