import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { channelSecretNames, channelSecrets } from '../contract/channels.ts';
import { environmentVariables } from '../contract/environment.ts';
import { Admission } from './admission.ts';
import { Catalog } from './catalog.ts';
import { Channels } from './channels.ts';
import { Claims } from './claims.ts';
import { ClaimsArchive } from './claims-archive.ts';
import { AlarmDesk } from './constructs/alarm-desk.ts';
import type { DeadLetterQueue } from './constructs/dead-letter-queue.ts';
import type { CodeOf } from './constructs/function-code.ts';
import type { Site } from './constructs/site.ts';
import { Dashboard } from './dashboard.ts';
import { DataKey } from './data-key.ts';
import { Escrow } from './escrow.ts';
import { Fulfilment } from './fulfilment.ts';
import { countRequests } from './grants.ts';
import type { House } from './house.ts';
import { HttpApi } from './http-api.ts';
import { Identity } from './identity.ts';
import { Imports } from './imports.ts';
import { Ledger } from './ledger.ts';
import { Notifications } from './notifications.ts';
import { type FunctionGroups, HouseAlarms } from './observability.ts';
import { Orders } from './orders.ts';
import { Payments } from './payments.ts';
import { Policy } from './policy.ts';
import { Queues } from './queues.ts';
import { Reference } from './reference.ts';
import type { Settings } from './settings.ts';
import { Settlement } from './settlement.ts';
import { Stock } from './stock.ts';
import { Tables } from './tables.ts';
import { Vault } from './vault.ts';
import { Webhooks } from './webhooks.ts';

export type SuretyStackProps = StackProps & {
  readonly settings: Settings;
  /** Where each function's code comes from. */
  readonly codeOf: CodeOf;
};

/** The whole marketplace, one deployment of it. */
export class SuretyStack extends Stack {
  constructor(scope: Construct, id: string, { settings, codeOf, ...props }: SuretyStackProps) {
    super(scope, id, props);
    const house = this.#build(settings, codeOf);
    const rooms = this.#furnish(house);
    for (const fn of Object.values(apiFunctionsOf(rooms))) {
      countRequests(house.tables, fn);
      fn.tell(environmentVariables.rateLimits, JSON.stringify(settings.rateLimits));
    }
    rooms.imports.machine.grantStarting(rooms.escrow.sweep);
    const api = new HttpApi(this, 'HttpApi', {
      site: house.site,
      authorizer: rooms.identity.authorizer,
      functions: apiFunctionsOf(rooms),
      rawFunctions: { reference: rooms.reference.api, channelNotifications: rooms.payments.notifications },
    });
    house.channels.notifyAt(settings.channels.notifyBaseUrl ?? api.gateway.apiEndpoint);
    const functions = groupsOf(rooms);
    new HouseAlarms(this, 'Alarms', { site: house.site, api, functions });
    const dashboard = new Dashboard(this, 'Dashboard', {
      house,
      api,
      functions,
      machine: rooms.escrow.machine,
      imports: rooms.imports.machine,
      relay: rooms.notifications.relay,
    });
    const settlement = new Settlement(this, 'Settlement', house.site);
    this.#tell('ApiUrl', 'Where the HTTP API answers.', api.gateway.apiEndpoint);
    this.#tell('DashboardUrl', 'Are we keeping our promises?', dashboard.url);
    this.#tell('ExportsBucketName', 'Where finance reads its exports.', settlement.exports.bucketName);
    this.#tell('ClaimsArchiveBucketName', 'Every claim of a key, append-only.', house.archive.bucket.bucketName);
    this.#tell('AlarmTopicArn', 'What alarms are published to.', house.site.alarms.topic.topicArn);
    this.#tellTables(house);
    this.#tellChannelSecrets(house);
    this.#tellDeadLetters(house, rooms.notifications.failures, rooms.catalog.failures);
    this.#tell('DeadLettersClaims', 'Claims that were not archived.', rooms.claims.failures.queue.queueUrl);
  }

  #build(settings: Settings, codeOf: CodeOf): House {
    const dataKey = new DataKey(this, 'DataKey', settings).key;
    const alarms = new AlarmDesk(this, 'AlarmDesk', { dataKey, email: settings.alarmEmail });
    const site: Site = { settings, codeOf, dataKey, alarms };
    return {
      site,
      tables: new Tables(this, 'Tables', site),
      queues: new Queues(this, 'Queues', site),
      vault: new Vault(this, 'Vault', settings),
      archive: new ClaimsArchive(this, 'ClaimsArchive', site),
      channels: new Channels(this, 'Channels', site),
    };
  }

  #furnish(house: House) {
    return {
      identity: new Identity(this, 'Identity', house),
      admission: new Admission(this, 'Admission', house),
      catalog: new Catalog(this, 'Catalog', house),
      stock: new Stock(this, 'Stock', house),
      imports: new Imports(this, 'Imports', house),
      orders: new Orders(this, 'Orders', house),
      payments: new Payments(this, 'Payments', house),
      fulfilment: new Fulfilment(this, 'Fulfilment', house),
      escrow: new Escrow(this, 'Escrow', house),
      ledger: new Ledger(this, 'Ledger', house),
      policy: new Policy(this, 'Policy', house),
      reference: new Reference(this, 'Reference', house),
      notifications: new Notifications(this, 'Notifications', house),
      claims: new Claims(this, 'Claims', house),
      webhooks: new Webhooks(this, 'Webhooks', house),
    };
  }

  #tellTables({ tables }: House): void {
    for (const [name, { tableName }] of Object.entries(tables.byName)) {
      this.#tell(`Table${capitalized(name)}`, `The table ${name}.`, tableName);
    }
  }

  #tellChannelSecrets({ channels }: House): void {
    for (const name of channelSecretNames) {
      this.#tell(channelSecrets[name].output, `What to fill: ${channelSecrets[name].holds}`, channels.secretArn(name));
    }
  }

  #tellDeadLetters({ queues }: House, relayFailures: DeadLetterQueue, indexFailures: DeadLetterQueue): void {
    for (const { name, deadLetters } of queues.all) {
      const id = name.split('-').map(capitalized).join('');
      this.#tell(`DeadLetters${id}`, `Work of ${name} that was given up.`, deadLetters.queue.queueUrl);
    }
    this.#tell('DeadLettersRelay', 'Changes that were not passed on.', relayFailures.queue.queueUrl);
    this.#tell('DeadLettersIndexCatalog', 'Changes that were not indexed.', indexFailures.queue.queueUrl);
  }

  #tell(id: string, description: string, value: string): void {
    new CfnOutput(this, id, { description, value });
  }
}

type Rooms = {
  readonly identity: Identity;
  readonly admission: Admission;
  readonly catalog: Catalog;
  readonly stock: Stock;
  readonly imports: Imports;
  readonly orders: Orders;
  readonly payments: Payments;
  readonly fulfilment: Fulfilment;
  readonly escrow: Escrow;
  readonly ledger: Ledger;
  readonly policy: Policy;
  readonly reference: Reference;
  readonly notifications: Notifications;
  readonly claims: Claims;
  readonly webhooks: Webhooks;
};

const apiFunctionsOf = (rooms: Rooms) => ({
  identity: rooms.identity.api,
  personalData: rooms.identity.personalData,
  admission: rooms.admission.api,
  catalog: rooms.catalog.api,
  stock: rooms.stock.api,
  imports: rooms.imports.api,
  orders: rooms.orders.api,
  payments: rooms.payments.api,
  channelPayments: rooms.payments.channelApi,
  reveal: rooms.fulfilment.reveal,
  ledger: rooms.ledger.api,
  policy: rooms.policy.api,
  webhooks: rooms.webhooks.api,
});

const groupsOf = (rooms: Rooms): FunctionGroups => ({
  api: [rooms.identity.authorizer, ...Object.values(apiFunctionsOf(rooms)), rooms.reference.api],
  limited: Object.values(apiFunctionsOf(rooms)),
  workers: [
    rooms.admission.watch,
    rooms.notifications.relay,
    rooms.claims.archive,
    rooms.payments.notifications,
    rooms.payments.settleChannel,
    rooms.catalog.indexer,
    rooms.fulfilment.deliver,
    rooms.stock.countStock,
    rooms.imports.importFile,
    rooms.escrow.startGuarantee,
    rooms.escrow.guarantee,
    rooms.escrow.sweep,
    rooms.ledger.fold,
    rooms.ledger.audit,
    rooms.webhooks.recordEvents,
    rooms.webhooks.deliver,
    rooms.webhooks.sweep,
  ],
});

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
