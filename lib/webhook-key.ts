import { RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { keptByAdministrators, openUse } from './constructs/guarded-key.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import type { Settings } from './settings.ts';

/**
 * The key under which the signing secrets of webhook endpoints are sealed: one of its own, so that the function which
 * speaks to strangers' hosts holds nothing that could open a card key.
 */
export class WebhookKey extends Construct {
  readonly #key: Key;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.#key = new Key(this, 'Key', {
      description: `Surety ${settings.stage}: signing secrets of webhook endpoints`,
      enableKeyRotation: true,
      policy: keptByAdministrators(),
      removalPolicy: settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Lets a function seal secrets; it cannot open what it sealed. */
  grantSealing(fn: RoomFunction): void {
    openUse(this.#key, 'kms:Encrypt', fn);
    fn.tell(environmentVariables.webhookSecretsKey, this.#key.keyArn);
  }

  /** Lets a function open secrets, to sign with them. One function has this. */
  grantOpening(fn: RoomFunction): void {
    openUse(this.#key, 'kms:Decrypt', fn);
    fn.tell(environmentVariables.webhookSecretsKey, this.#key.keyArn);
  }
}
