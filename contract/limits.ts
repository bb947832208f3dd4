/** How many requests a caller may send in a window, by what he is and what he does. The numbers are settings. */
import * as z from 'zod/mini';
import { accountRoles } from '../core/identity/account.ts';

/** Seconds of a window. Windows begin at whole multiples of it since the epoch, for everybody at once. */
export const rateWindowSeconds = 60;

/** Routes that only read are counted apart from those that change something. */
const rateClasses = ['read', 'write'] as const;
type RateClass = (typeof rateClasses)[number];

/** Who is counted: an API key by its role, an order token as a guest, everybody else by the address he calls from. */
const ratedCallers = [...accountRoles, 'guest', 'public'] as const;
export type RatedCaller = (typeof ratedCallers)[number];

const requests = z.int().check(z.minimum(1));

/** Requests in a window, as a stage's settings say and the environment of a function carries them. */
export const rateLimitsSchema = z.record(z.enum(rateClasses), z.record(z.enum(ratedCallers), requests));
export type RateLimits = Readonly<Record<RateClass, Readonly<Record<RatedCaller, number>>>>;
