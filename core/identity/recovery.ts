import { addSeconds, type Instant, isPast } from '../shared/instant.ts';
import { accept, type Result, refuse } from '../shared/result.ts';

/** How long a recovery waits for its second operator. */
const openSeconds = 86_400;

/** The way back into an account whose holder lost every API key. One operator asks for it, another approves. */
export type Recovery = {
  readonly recoveryId: string;
  readonly accountId: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  /** Until then it can be approved. */
  readonly expiresAt: Instant;
  readonly approvedBy?: string;
  readonly approvedAt?: Instant;
  /** The one key that it issued; all earlier ones ended with it. */
  readonly apiKeyId?: string;
};

const another = refuse(
  'second-operator-needed',
  'A recovery takes two operators, and neither recovers his own account.',
);

/** Asks for the recovery of an account. Refuses `second-operator-needed` to an operator who means his own. */
export const requestRecovery = (
  what: Pick<Recovery, 'recoveryId' | 'accountId' | 'reason'>,
  operatorId: string,
  now: Instant,
): Result<Recovery> =>
  operatorId === what.accountId
    ? another
    : accept({ ...what, requestedBy: operatorId, requestedAt: now, expiresAt: addSeconds(now, openSeconds) });

/**
 * Approves a recovery, by which its key is issued.
 * Refuses in this order: `second-operator-needed`, `recovery-state-unfit`.
 */
export const approveRecovery = (
  recovery: Recovery,
  operatorId: string,
  apiKeyId: string,
  now: Instant,
): Result<Recovery> => {
  if (operatorId === recovery.requestedBy || operatorId === recovery.accountId) return another;
  if (recovery.approvedAt !== undefined)
    return refuse('recovery-state-unfit', `This recovery was approved at ${recovery.approvedAt}.`);
  if (isPast(recovery.expiresAt, now))
    return refuse(
      'recovery-state-unfit',
      `This recovery could be approved until ${recovery.expiresAt}. Ask for another.`,
    );
  return accept({ ...recovery, approvedBy: operatorId, approvedAt: now, apiKeyId });
};
