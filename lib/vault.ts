import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { environmentVariables } from '../contract/environment.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import type { Settings } from './settings.ts';

/**
 * What an administrator may do to a key of the vault: keep it, but not use it. The usual policy, which leaves
 * everything to IAM, would let every administrator of the account open every secret.
 */
const keepingActions = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

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
    open(this.#secrets, 'kms:GenerateDataKey', fn);
    fn.tell(environmentVariables.secretsKey, this.#secrets.keyArn);
  }

  /** Lets a function open secrets. One function has this. */
  grantOpening(fn: RoomFunction): void {
    open(this.#secrets, 'kms:Decrypt', fn);
    fn.tell(environmentVariables.secretsKey, this.#secrets.keyArn);
  }

  /** Lets a function tell whether a key was ever stored before. */
  grantFingerprinting(fn: RoomFunction): void {
    open(this.#fingerprints, 'kms:GenerateMac', fn);
    fn.tell(environmentVariables.fingerprintKey, this.#fingerprints.keyArn);
  }
}

const keptByAdministrators = (): PolicyDocument =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: keepingActions, resources: ['*'] }),
    ],
  });

/** Opens one use of a key to one function, on both sides: neither its role nor the key's policy suffices alone. */
const open = (key: Key, action: string, fn: RoomFunction): void => {
  fn.allow([action], key.keyArn);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new AccountRootPrincipal()],
      actions: [action],
      resources: ['*'],
      conditions: {
        StringEquals: { 'kms:CallerAccount': Aws.ACCOUNT_ID },
        ArnEquals: { 'aws:PrincipalArn': fn.roleArn },
      },
    }),
  );
};
