import { S3Client } from '@aws-sdk/client-s3';
import { clientTimeouts } from '../../adapters/client-timeouts.ts';
import { realSurroundings } from '../../adapters/clock.ts';
import { documentStore } from '../../adapters/documents.ts';
import { required, tableNameOf } from '../../adapters/environment.ts';
import { randomToken } from '../../adapters/ids.ts';
import { catalogTable } from '../../adapters/tables/catalog.ts';
import { connectTables } from '../../adapters/tables/gateway.ts';
import { merchantsTable } from '../../adapters/tables/merchants.ts';
import { merchantLimits, merchantRoutes } from '../../contract/api/merchants.ts';
import { environmentVariables } from '../../contract/environment.ts';
import { policyOf } from '../../policy/index.ts';
import { createApi } from '../http/api.ts';
import { applyAsMerchant } from './apply-as-merchant.ts';
import { bringDocument } from './bring-document.ts';
import { decideMerchant } from './decide-merchant.ts';
import { listDocuments } from './list-documents.ts';
import { listMerchantHistory } from './list-merchant-history.ts';
import { listMerchants } from './list-merchants.ts';
import { listNotices } from './list-notices.ts';
import { readDocument } from './read-document.ts';
import { readMerchant } from './read-merchant.ts';
import { reapplyAsMerchant } from './reapply-as-merchant.ts';
import { relabelMerchant } from './relabel-merchant.ts';
import { reviewDocument } from './review-document.ts';

const gateway = connectTables(realSurroundings);
// Names of buckets stand in the path, so that one address serves whichever store the endpoint names.
const s3 = new S3Client({ ...clientTimeouts, forcePathStyle: true });
const deps = {
  merchants: merchantsTable(gateway, tableNameOf('identity')),
  catalog: catalogTable(gateway, tableNameOf('catalog')),
  documents: documentStore(s3, required(environmentVariables.documentsBucket), merchantLimits.linkSeconds),
  policy: policyOf(required(environmentVariables.policyVersion)),
  surroundings: realSurroundings,
  newSecret: randomToken,
};

export const handler = createApi(merchantRoutes, {
  applyAsMerchant: applyAsMerchant(deps),
  reapplyAsMerchant: reapplyAsMerchant(deps),
  listMerchants: listMerchants(deps),
  readMerchant: readMerchant(deps),
  decideMerchant: decideMerchant(deps),
  relabelMerchant: relabelMerchant(deps),
  listMerchantHistory: listMerchantHistory(deps),
  bringDocument: bringDocument(deps),
  listDocuments: listDocuments(deps),
  readDocument: readDocument(deps),
  reviewDocument: reviewDocument(deps),
  listNotices: listNotices(deps),
});
