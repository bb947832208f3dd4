import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * The same role for a resource that names it. The library makes such a resource wait for the role a second time, which
 * linters of templates rightly call idle, and adds permissions to it that belong into the open.
 */
export const withoutWaiting = (role: Role): IRole =>
  Role.fromRoleArn(role, 'Reference', role.roleArn, { mutable: false });

/** Has a resource be created after the permissions of its role. */
export const waitForPermissions = (resource: IConstruct, role: Role): void => {
  const policy = role.node.tryFindChild('DefaultPolicy');
  if (policy === undefined) throw new Error(`The role ${role.node.path} has no permissions to wait for.`);
  resource.node.addDependency(policy);
};
