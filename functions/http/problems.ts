import { type ProblemCode, problemTypes } from '../../contract/problems.ts';
import type { Refusal } from '../../core/shared/result.ts';

/** The languages in which a problem has a title. */
export type Language = 'en' | 'zh';

/**
 * The language of a title, by the request's Accept-Language (RFC 9110, 12.5.4): Chinese where it is weighed above
 * English. What cannot be read counts as no wish.
 */
export const languageOf = (acceptLanguage: string | undefined): Language => {
  const weights = { en: 0, zh: 0 };
  for (const range of (acceptLanguage ?? '').toLowerCase().split(',')) {
    const { tag, weight = '1' } =
      /^\s*(?<tag>[a-z]+)(-[\w-]+)?\s*(;\s*q=(?<weight>[01](\.\d{0,3})?)\s*)?$/.exec(range)?.groups ?? {};
    if (tag === 'zh' || tag === 'en') weights[tag] = Math.max(weights[tag], Number(weight));
  }
  return weights.zh > weights.en ? 'zh' : 'en';
};

/** A problem document (RFC 9457). The title is in the caller's language; the detail names values, in English. */
export const problemOf = (refusal: Refusal, requestId: string, language: Language) => ({
  ...typeOf(refusal.code, language),
  requestId,
  ...refusal,
});

/** A problem that no rule decides: its detail is what the catalogue says to everybody. */
export const ownProblem = (code: ProblemCode, requestId: string, language: Language) => {
  const { meaning, advice } = problemTypes[code][language];
  return {
    ...typeOf(code, language),
    code,
    detail: language === 'zh' ? meaning + advice : `${meaning} ${advice}`,
    requestId,
  };
};

/** Headers that go with a problem: when to come again, where that is known to help (RFC 9110, 10.2.3). */
export const headersOf = (code: ProblemCode): Record<string, string> => {
  const { retryAfterSeconds } = problemTypes[code];
  return retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
};

const typeOf = (code: ProblemCode, language: Language) => {
  const { status, [language]: text } = problemTypes[code];
  return { type: `urn:surety:problem:${code}`, status, title: text.title };
};
