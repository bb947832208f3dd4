import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RoomFunction } from './constructs/room-function.ts';
import { DataExports } from './data-exports.ts';
import { eraseAccounts, exportPersonalData, identify, manageAccounts, manageOrderTokens } from './grants.ts';
import type { House } from './house.ts';

/** Accounts, their API keys and what is stored about them, and the authorizer that tells who is calling. */
export class Identity extends Construct {
  readonly authorizer: RoomFunction;
  readonly api: RoomFunction;
  readonly personalData: RoomFunction;

  constructor(scope: Construct, id: string, { site, tables }: House) {
    super(scope, id);
    this.authorizer = new RoomFunction(this, 'Authorizer', {
      site,
      name: 'authorizer',
      description: 'Tells which account and role an API key belongs to, or which order a guest may see.',
      timeout: Duration.seconds(5),
    });
    identify(tables, this.authorizer);

    this.api = new RoomFunction(this, 'Api', {
      site,
      name: 'identity',
      description: 'Answers the routes of accounts, API keys and order tokens.',
      timeout: Duration.seconds(10),
    });
    manageAccounts(tables, this.api);
    manageOrderTokens(tables, this.api);

    this.personalData = new RoomFunction(this, 'PersonalData', {
      site,
      name: 'personalData',
      description: 'Exports what is stored about an account, and erases whose it is.',
      timeout: Duration.seconds(28),
      memoryMb: 1_024,
    });
    exportPersonalData(tables, this.personalData);
    eraseAccounts(tables, this.personalData);
    new DataExports(this, 'DataExports', site).grantKeeping(this.personalData);
  }
}
