import { notificationPaths } from '../channels.ts';

/**
 * Routes whose requests or answers are no JSON of ours, beside the table of routes: public, each answered by a function
 * that reads the event itself. They are no part of the OpenAPI document.
 */
export type RawFunction = 'reference' | 'channelNotifications';

export type RawRoute = {
  readonly method: 'GET' | 'POST';
  /** API Gateway's form. */
  readonly path: `/${string}`;
  readonly function: RawFunction;
  /** Why anybody may call it. */
  readonly reason: string;
};

export const rawRoutes: readonly RawRoute[] = [
  {
    method: 'GET',
    path: '/openapi.json',
    function: 'reference',
    reason: 'The description of the API is for everybody who thinks of using it.',
  },
  { method: 'GET', path: '/docs', function: 'reference', reason: 'The reference is for everybody.' },
  { method: 'GET', path: '/docs/{file}', function: 'reference', reason: 'The reference is for everybody.' },
  ...Object.values(notificationPaths).map((path) => ({
    method: 'POST' as const,
    path,
    function: 'channelNotifications' as const,
    reason: 'A payment channel has no API key of ours; its notifications are told by its signature.',
  })),
];
