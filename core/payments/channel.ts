/** The payment channels that Surety speaks to, beside the buyer's wallet. */
export const channels = ['alipay', 'wechat_pay'] as const;
export type Channel = (typeof channels)[number];

/**
 * How the buyer meets the channel: a page to go to, parameters for an app, a code to scan, or parameters for a page
 * inside WeChat.
 */
export const paymentScenes = ['page', 'app', 'qr', 'jsapi'] as const;
export type PaymentScene = (typeof paymentScenes)[number];

export const scenesOf: Readonly<Record<Channel, readonly PaymentScene[]>> = {
  alipay: ['page', 'app', 'qr'],
  wechat_pay: ['qr', 'jsapi'],
};
