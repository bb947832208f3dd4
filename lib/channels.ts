import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  type ChannelSecretName,
  channelSecretNames,
  channelSecrets,
  signingSecrets,
  verifyingSecrets,
} from '../contract/channels.ts';
import { environmentVariables } from '../contract/environment.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import type { Site } from './constructs/site.ts';

/**
 * The way to Alipay and WeChat Pay: credentials, addresses, and who may use them.
 *
 * The secrets begin empty, and a channel without them answers that it is not available. They are read at run time, so
 * neither filling them nor changing a key needs a deployment.
 */
export class Channels extends Construct {
  readonly #site: Site;
  readonly #secrets = new Map<ChannelSecretName, CfnSecret>();
  readonly #notified: RoomFunction[] = [];

  constructor(scope: Construct, id: string, site: Site) {
    super(scope, id);
    this.#site = site;
    for (const name of channelSecretNames) this.#secrets.set(name, this.#makeSecret(name));
  }

  /** Lets a function sign for us at the channels, and tells it where they are. To understand an answer it also needs `grantVerifying`. */
  grantSigning(fn: RoomFunction): void {
    for (const name of signingSecrets) this.#grantSecret(name, fn);
    fn.tell(environmentVariables.alipayGateway, this.#site.settings.channels.alipayGateway);
    fn.tell(environmentVariables.wechatPayGateway, this.#site.settings.channels.wechatPayGateway);
    this.#notified.push(fn);
  }

  /** Lets a function tell what is genuinely the channels'; with this alone it can sign nothing. */
  grantVerifying(fn: RoomFunction): void {
    for (const name of verifyingSecrets) this.#grantSecret(name, fn);
  }

  /** Tells all who speak to the channels where these may send notifications; known once the API is. */
  notifyAt(baseUrl: string): void {
    for (const fn of this.#notified) fn.tell(environmentVariables.notifyBaseUrl, baseUrl);
  }

  secretArn(name: ChannelSecretName): string {
    const secret = this.#secrets.get(name);
    if (secret === undefined) throw new Error(`There is no secret ${name}.`);
    return secret.ref;
  }

  #grantSecret(name: ChannelSecretName, fn: RoomFunction): void {
    const arn = this.secretArn(name);
    fn.allow(['secretsmanager:GetSecretValue'], arn);
    fn.tell(channelSecrets[name].variable, arn);
  }

  /** Without a first value: a made-up one would look like a credential and be none. */
  #makeSecret(name: ChannelSecretName): CfnSecret {
    const { settings, dataKey } = this.#site;
    const secret = new CfnSecret(this, name.charAt(0).toUpperCase() + name.slice(1), {
      description: `Surety ${settings.stage}: ${channelSecrets[name].holds}`,
      kmsKeyId: dataKey.keyArn,
    });
    secret.applyRemovalPolicy(settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The channel gives these credentials out on its merchant site to a person; no API exists by which a function could rotate them.',
    });
    return secret;
  }
}
