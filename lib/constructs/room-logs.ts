import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Site } from './site.ts';

/** A log group, encrypted and kept as long as the stage says. */
export class RoomLogs extends Construct {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: { readonly site: Site }) {
    super(scope, id);
    const { settings, dataKey } = props.site;
    this.logGroup = new LogGroup(this, 'Group', {
      retention: settings.logRetentionDays,
      encryptionKey: dataKey,
      // A first deployment that fails leaves no empty groups behind, a later deletion leaves the logs.
      removalPolicy: settings.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }
}
