import { Aws } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { RoomFunction } from './room-function.ts';

/**
 * What an administrator may do to a key that guards secrets: keep it, but not use it. The usual policy, which leaves
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

/** The policy of a key that administrators keep; uses of it are opened one by one. */
export const keptByAdministrators = (): PolicyDocument =>
  new PolicyDocument({
    statements: [
      new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: keepingActions, resources: ['*'] }),
    ],
  });

/** Opens one use of a key to one function, on both sides: neither its role nor the key's policy suffices alone. */
export const openUse = (key: Key, action: string, fn: RoomFunction): void => {
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
