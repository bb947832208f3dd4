import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { notificationPaths } from '../../contract/channels.ts';
import { environmentVariables } from '../../contract/environment.ts';
import type { Channel } from '../../core/payments/channel.ts';
import { clientTimeouts } from '../client-timeouts.ts';
import type { Surroundings } from '../clock.ts';
import { required } from '../environment.ts';
import { AlipayChannel } from './alipay.ts';
import {
  type SigningCredentials,
  signingCredentials,
  type VerifyingCredentials,
  verifyingCredentials,
} from './credentials.ts';
import type { PaymentChannel } from './payment-channel.ts';
import { WechatPayChannel } from './wechat-pay.ts';

export type ChannelsSetup = {
  readonly signing: SigningCredentials;
  readonly verifying: VerifyingCredentials;
  readonly alipayGateway: string;
  readonly wechatPayGateway: string;
  /** Where the channels notify us, without a path. */
  readonly notifyBaseUrl: string;
  readonly now: Surroundings['now'];
};

export const paymentChannelsOf = (setup: ChannelsSetup): Readonly<Record<Channel, PaymentChannel>> => {
  const { signing, verifying, notifyBaseUrl, now } = setup;
  const notifyUrlOf = (channel: Channel): string => new URL(notificationPaths[channel], notifyBaseUrl).href;
  return {
    alipay: new AlipayChannel({
      signing: signing.alipay,
      verifying: verifying.alipay,
      gatewayUrl: setup.alipayGateway,
      notifyUrl: notifyUrlOf('alipay'),
      now,
    }),
    wechat_pay: new WechatPayChannel({
      signing: signing.wechatPay,
      verifying: verifying.wechatPay,
      gatewayUrl: setup.wechatPayGateway,
      notifyUrl: notifyUrlOf('wechat_pay'),
      now,
    }),
  };
};

/** The channels as the environment tells of them; once for each cold start. Needs both grants of `lib/channels.ts`. */
export const connectPaymentChannels = ({
  now,
}: Pick<Surroundings, 'now'>): Readonly<Record<Channel, PaymentChannel>> => {
  const source = { secrets: new SecretsManagerClient(clientTimeouts), nowMs: () => Date.parse(now()) };
  return paymentChannelsOf({
    signing: signingCredentials(source),
    verifying: verifyingCredentials(source),
    alipayGateway: required(environmentVariables.alipayGateway),
    wechatPayGateway: required(environmentVariables.wechatPayGateway),
    notifyBaseUrl: required(environmentVariables.notifyBaseUrl),
    now,
  });
};
