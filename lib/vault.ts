import { RemovalPolicy } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import { keptByAdministrators, openUse } from './constructs/guarded-key.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import type { Settings } from './settings.ts';

/** The two keys that guard what card keys are worth. Each use is open to one function, in its role and in the key. */
export class Vault extends Construct {
  readonly #secrets: Key;
  readonly #fingerprints: Key;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const removalPolicy = settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.#secrets = new Key(this, 'Secrets', {
      description: `Surety ${settings.stage}: wraps the data keys under which secrets are sealed`,
      enableKeyRotation: true,
      policy: keptByAdministrators(),
      removalPolicy,
    });
    this.#fingerprints = new Key(this, 'Fingerprints', {
      description: `Surety ${settings.stage}: fingerprints by which a duplicate key is known`,
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      policy: keptByAdministrators(),
      removalPolicy,
    });
  }

  /** Lets a function seal secrets under fresh data keys; it cannot open what it sealed before. */
  grantSealing(fn: RoomFunction): void {
    openUse(this.#secrets, 'kms:GenerateDataKey', fn);
    fn.tell(environmentVariables.secretsKey, this.#secrets.keyArn);
  }

  /** Lets a function open secrets. One function has this. */
  grantOpening(fn: RoomFunction): void {
    openUse(this.#secrets, 'kms:Decrypt', fn);
    fn.tell(environmentVariables.secretsKey, this.#secrets.keyArn);
  }

  /** Lets a function tell whether a key was ever stored before. */
  grantFingerprinting(fn: RoomFunction): void {
    openUse(this.#fingerprints, 'kms:GenerateMac', fn);
    fn.tell(environmentVariables.fingerprintKey, this.#fingerprints.keyArn);
  }
}
