import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { identify, manageProducts } from './grants.ts';
import type { House } from './house.ts';

/** Products and their immutable versions. */
export class Catalog extends Construct {
  readonly api: RoomFunction;

  constructor(scope: Construct, id: string, { site, tables }: House) {
    super(scope, id);
    this.api = new RoomFunction(this, 'Api', {
      site,
      name: 'catalog',
      description: 'Answers the routes of products.',
      timeout: Duration.seconds(10),
    });
    manageProducts(tables, this.api);
    identify(tables, this.api);
    this.api.tell(environmentVariables.policyVersion, site.settings.policyVersion);
  }
}
