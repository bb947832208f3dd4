import { fieldsOf } from '../api/naming.ts';
import type { Route } from '../api/route.ts';
import type { Link, Reference } from './types.ts';

const paramsOf = (route: Route): readonly string[] => Object.keys(fieldsOf(route.params));
const isId = (name: string): boolean => name.endsWith('Id');
/** Ids that a route's body asks for; their names are those of the responses that hold them. */
const bodyIdsOf = (route: Route): readonly string[] =>
  Object.entries(fieldsOf(route.body)).flatMap(([name]) =>
    isId(name) && typeof route.example.body === 'object' && route.example.body !== null && name in route.example.body
      ? [name]
      : [],
  );

const isReachedBy = (target: Route, source: Route): boolean => {
  const held = fieldsOf(source.response);
  const needed = [...paramsOf(target), ...bodyIdsOf(target)];
  return needed.length > 0 && needed.every((name) => isId(name) && name in held);
};

/** What can be called next with the ids that an answer holds, by the operation that is called. */
export const linksOf = (source: Route, routes: readonly Route[]): Readonly<Record<string, Reference>> =>
  Object.fromEntries(
    routes
      .filter((target) => target !== source && isReachedBy(target, source))
      .map(({ operation }) => [operation, { $ref: `#/components/links/${operation}` }]),
  );

/** One link for each operation that ids lead to, whichever answer holds them. */
export const allLinks = (routes: readonly Route[]): Readonly<Record<string, Link>> =>
  Object.fromEntries(
    routes
      .filter((target) => routes.some((source) => source !== target && isReachedBy(target, source)))
      .map((target) => [target.operation, linkTo(target)]),
  );

const linkTo = (target: Route): Link => {
  const params = paramsOf(target);
  const bodyIds = bodyIdsOf(target);
  return {
    operationId: target.operation,
    description: target.summary,
    ...(params.length > 0 && {
      parameters: Object.fromEntries(params.map((name) => [name, `$response.body#/${name}`])),
    }),
    ...(bodyIds.length > 0 && {
      requestBody: {
        ...(typeof target.example.body === 'object' && target.example.body),
        ...Object.fromEntries(bodyIds.map((name) => [name, `{$response.body#/${name}}`])),
      },
    }),
  };
};
