/**
 * What the floors share about payment channels: their credentials in Secrets Manager and where they send notifications.
 * Each channel has two secrets: what can sign for the merchant, and what tells a genuine answer or notification.
 */
import type { Channel } from '../core/payments/channel.ts';

export const channelSecrets = {
  alipaySigning: {
    variable: 'ALIPAY_SIGNING_SECRET_ARN',
    output: 'SecretAlipaySigning',
    holds: 'The private key that signs for our app at Alipay.',
  },
  alipayVerifying: {
    variable: 'ALIPAY_VERIFYING_SECRET_ARN',
    output: 'SecretAlipayVerifying',
    holds: 'Our app and seller id at Alipay, and the public key of Alipay.',
  },
  wechatPaySigning: {
    variable: 'WECHAT_PAY_SIGNING_SECRET_ARN',
    output: 'SecretWechatPaySigning',
    holds: 'The private key that signs for our merchant number at WeChat Pay.',
  },
  wechatPayVerifying: {
    variable: 'WECHAT_PAY_VERIFYING_SECRET_ARN',
    output: 'SecretWechatPayVerifying',
    holds:
      'Our merchant number and app at WeChat Pay, its public keys, and the APIv3 key that opens its notifications.',
  },
} as const;

export type ChannelSecretName = keyof typeof channelSecrets;
export const signingSecrets = ['alipaySigning', 'wechatPaySigning'] as const;
export const verifyingSecrets = ['alipayVerifying', 'wechatPayVerifying'] as const;
export const channelSecretNames: readonly ChannelSecretName[] = [...signingSecrets, ...verifyingSecrets];

/** Where each channel sends its notifications: public routes with bodies of the channel's own form. */
export const notificationPaths: Readonly<Record<Channel, `/${string}`>> = {
  alipay: '/v1/channels/alipay/notifications',
  wechat_pay: '/v1/channels/wechat-pay/notifications',
};
