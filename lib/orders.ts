import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { addJournalEntries, keepOrders, readProducts } from './grants.ts';
import type { House } from './house.ts';

/** Orders from placing to confirmation, which releases their escrow. */
export class Orders extends Construct {
  readonly api: RoomFunction;

  constructor(scope: Construct, id: string, { site, tables }: House) {
    super(scope, id);
    this.api = new RoomFunction(this, 'Api', {
      site,
      name: 'orders',
      description: 'Answers the routes of orders; confirming one releases its escrow.',
      timeout: Duration.seconds(10),
      memoryMb: 1_024,
    });
    readProducts(tables, this.api);
    keepOrders(tables, this.api);
    addJournalEntries(tables, this.api);
    this.api.tell(environmentVariables.policyVersion, site.settings.policyVersion);
    this.api.tell(environmentVariables.selling, site.settings.selling);
  }
}
