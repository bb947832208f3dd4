import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { RoomFunction } from './constructs/room-function.ts';
import { captureOrders, claimKeys, identify, postEntries } from './grants.ts';
import type { House } from './house.ts';

/** Captures: money and key change hands in one transaction, by a function that cannot read what it sells. */
export class Payments extends Construct {
  readonly api: RoomFunction;

  constructor(scope: Construct, id: string, { site, tables }: House) {
    super(scope, id);
    this.api = new RoomFunction(this, 'Api', {
      site,
      name: 'payments',
      description: 'Captures from a wallet and claims the keys with it; grants test top-ups.',
      timeout: Duration.seconds(20),
      memoryMb: 1_769,
    });
    identify(tables, this.api);
    captureOrders(tables, this.api);
    claimKeys(tables, this.api);
    postEntries(tables, this.api);
    this.api.tell(environmentVariables.policyVersion, site.settings.policyVersion);
  }
}
