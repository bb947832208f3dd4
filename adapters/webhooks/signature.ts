import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Instant } from '../../core/shared/instant.ts';

/** 24 to 64 bytes are asked for: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const secretBytes = 32;

/** A fresh signing secret in the form that receivers' libraries take. */
export const newSigningSecret = (): string => `whsec_${randomBytes(secretBytes).toString('base64')}`;

/** The headers of a webhook by Standard Webhooks: one signature for each secret that is valid. */
export const signedHeaders = (
  secrets: readonly string[],
  eventId: string,
  at: Instant,
  body: string,
): Record<string, string> => {
  const time = new Date(at);
  return {
    'content-type': 'application/json',
    'user-agent': 'Surety-Webhooks/1',
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(time.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(eventId, time, body)).join(' '),
  };
};
