import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Channel } from '../../core/payments/channel.ts';
import { clientTimeouts } from '../client-timeouts.ts';
import type { Surroundings } from '../clock.ts';
import { AlipayNotifications } from './alipay-notifications.ts';
import { type VerifyingCredentials, verifyingCredentials } from './credentials.ts';
import type { NotificationReader } from './payment-channel.ts';
import { WechatPayNotifications } from './wechat-notifications.ts';

export const notificationReadersOf = (
  verifying: VerifyingCredentials,
  now: Surroundings['now'],
): Readonly<Record<Channel, NotificationReader>> => ({
  alipay: new AlipayNotifications(verifying.alipay),
  wechat_pay: new WechatPayNotifications(verifying.wechatPay, now),
});

/**
 * The readers as the environment tells of the credentials; once for each cold start. Apart from the channels
 * themselves, because the function that hears the public must hold nothing that signs, nor the code that does.
 */
export const connectNotificationReaders = ({
  now,
}: Pick<Surroundings, 'now'>): Readonly<Record<Channel, NotificationReader>> => {
  const source = { secrets: new SecretsManagerClient(clientTimeouts), nowMs: () => Date.parse(now()) };
  return notificationReadersOf(verifyingCredentials(source), now);
};
