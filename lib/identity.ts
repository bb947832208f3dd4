import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RoomFunction } from './constructs/room-function.ts';
import { identify, manageAccounts, manageOrderTokens } from './grants.ts';
import type { House } from './house.ts';

/** Accounts and their API keys, and the authorizer that tells who is calling. */
export class Identity extends Construct {
  readonly authorizer: RoomFunction;
  readonly api: RoomFunction;

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
  }
}
