import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Moment } from '../../../shared/kernel/clock.ts';

/** A new secret as the Standard Webhooks specification writes it: `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/**
 * The three headers that let a receiver check the sender of a body, its time, and that it is whole: one signature a secret, newest first.
 * Of several signatures the last stands twice: the public library for .NET stops before the last of a list, so a receiver that
 * still has the old secret would refuse every message of a rotation.
 */
export function signedHeaders(
  id: string,
  now: Moment,
  body: string,
  secrets: readonly string[],
): Record<string, string> {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(now), body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': [...signatures, ...(signatures.length > 1 ? signatures.slice(-1) : [])].join(' '),
  };
}
