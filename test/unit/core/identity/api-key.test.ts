import { describe, expect, it } from 'vitest';
import {
  type ApiKey,
  type ApiKeyState,
  addToRing,
  apiKeyState,
  apiKeyStates,
  type KeyRing,
  maxLiveApiKeys,
  rotate,
} from '../../../../core/identity/api-key.ts';

const now = '2026-11-22T00:00:00.000Z';
const later = '2026-11-22T01:00:00.000Z';
const key: ApiKey = {
  apiKeyId: 'key_old',
  accountId: 'acc_a',
  role: 'buyer',
  name: 'shop',
  secretHash: '',
  createdAt: '2026-11-01T00:00:00.000Z',
};
const ringOf = (count: number): KeyRing =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key_${index}`, 'never']));

describe('an API key', () => {
  it.each<[string, Partial<ApiKey>, ApiKeyState, boolean]>([
    ['was just issued', {}, 'live', true],
    ['was rotated and its overlap runs', { expiresAt: later }, 'rotated', true],
    ['was rotated and its overlap ends now', { expiresAt: now }, 'expired', false],
    ['was revoked', { revokedAt: now }, 'revoked', false],
    ['was rotated, then revoked', { expiresAt: later, revokedAt: now }, 'revoked', false],
  ])('that %s', (_, change, state, identifies) => {
    expect(apiKeyState({ ...key, ...change }, now)).toBe(state);
    expect(apiKeyStates[state].identifies).toBe(identifies);
  });
});

describe('the ring of an account', () => {
  it('takes ten valid keys and refuses the eleventh', () => {
    expect(addToRing(ringOf(maxLiveApiKeys - 1), 'key_new', now).ok).toBe(true);
    expect(addToRing(ringOf(maxLiveApiKeys), 'key_new', now)).toMatchObject({
      ok: false,
      refusal: { code: 'api-key-limit-reached' },
    });
  });

  it('forgets keys whose overlap has run out', () => {
    const ring = { ...ringOf(maxLiveApiKeys - 1), key_out: now };
    const added = addToRing(ring, 'key_new', now);
    expect(added.ok && Object.keys(added.value)).not.toContain('key_out');
  });
});

describe('a rotation', () => {
  it('keeps the old key valid for the overlap', () => {
    expect(rotate({ key_old: 'never' }, key, 'key_new', 3_600, now)).toEqual({
      ok: true,
      value: { ring: { key_old: later, key_new: 'never' }, expiresAt: later },
    });
  });

  it('without overlap needs no place more', () => {
    const ring = { ...ringOf(maxLiveApiKeys - 1), key_old: 'never' } as const;
    expect(rotate(ring, key, 'key_new', 0, now).ok).toBe(true);
    expect(rotate(ring, key, 'key_new', 1, now)).toMatchObject({ refusal: { code: 'api-key-limit-reached' } });
  });

  it.each([{ expiresAt: later }, { expiresAt: now }, { revokedAt: now }])('is refused for a key with %o', (change) => {
    expect(rotate({}, { ...key, ...change }, 'key_new', 0, now)).toMatchObject({
      refusal: { code: 'api-key-state-unfit' },
    });
  });
});
