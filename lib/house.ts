import type { Channels } from './channels.ts';
import type { ClaimsArchive } from './claims-archive.ts';
import type { Site } from './constructs/site.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './tables.ts';
import type { Vault } from './vault.ts';

/** What rooms share. A room takes from it by the grants in `lib/grants.ts`. */
export type House = {
  readonly site: Site;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly vault: Vault;
  readonly archive: ClaimsArchive;
  readonly channels: Channels;
};
