import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { RoomFunction } from './constructs/room-function.ts';
import type { House } from './house.ts';

/** The published rules. They are part of the bundle, so this function may touch nothing. */
export class Policy extends Construct {
  readonly api: RoomFunction;

  constructor(scope: Construct, id: string, { site }: House) {
    super(scope, id);
    this.api = new RoomFunction(this, 'Api', {
      site,
      name: 'policy',
      description: 'Answers with the policy in force and with earlier versions.',
      timeout: Duration.seconds(5),
    });
    this.api.tell(environmentVariables.policyVersion, site.settings.policyVersion);
  }
}
