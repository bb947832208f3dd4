import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RoomFunction } from './constructs/room-function.ts';
import type { House } from './house.ts';

/** The reference of the API. All it says is part of its bundle, so this function may touch nothing. */
export class Reference extends Construct {
  readonly api: RoomFunction;

  constructor(scope: Construct, id: string, { site }: House) {
    super(scope, id);
    this.api = new RoomFunction(this, 'Api', {
      site,
      name: 'reference',
      description: 'Shows the OpenAPI document and the pages made from it.',
      timeout: Duration.seconds(10),
    });
  }
}
