import { Refusal } from './refusal.ts';

export type Match<Target> = {
  readonly target: Target;
  readonly routeKey: string;
  readonly pathParameters: Record<string, string>;
};

type Node<Target> = {
  readonly fixed: Map<string, Node<Target>>;
  variable: Node<Target> | undefined;
  readonly ends: Map<string, Route<Target>>;
  readonly greedy: Map<string, Route<Target>>;
};
type Route<Target> = { readonly routeKey: string; readonly names: readonly string[]; readonly target: Target };

const createNode = <Target>(): Node<Target> => ({
  fixed: new Map(),
  variable: undefined,
  ends: new Map(),
  greedy: new Map(),
});

const routeKeyPattern = /^(?<method>[A-Z]+) (?<path>\/.*)$/;
const variablePattern = /^\{(?<name>[^+}]+)(?<greedy>\+?)\}$/;

/**
 * Finds the route of a request as API Gateway does for HTTP APIs: a route that fits the whole path, the most specific
 * first and its own method before ANY; then a greedy `{name+}`; then `$default`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export const createRouter = <Target>(
  routes: readonly { readonly routeKey: string; readonly target: Target }[],
): ((method: string, rawPath: string) => Match<Target> | undefined) => {
  const root = createNode<Target>();
  let fallback: Match<Target> | undefined;

  for (const { routeKey, target } of routes) {
    if (routeKey === '$default') {
      fallback = { target, routeKey, pathParameters: {} };
      continue;
    }
    const groups = routeKeyPattern.exec(routeKey)?.groups;
    if (groups === undefined) throw new Refusal(`The template has a route "${routeKey}", which is not "METHOD /path".`);
    const { method = '', path = '' } = groups;
    const names: string[] = [];
    let node = root;
    let greedy = false;
    for (const segment of segmentsOf(path)) {
      if (greedy) throw new Refusal(`The route "${routeKey}" goes on behind its greedy part.`);
      const variable = variablePattern.exec(segment)?.groups;
      if (variable === undefined) {
        const next = node.fixed.get(segment) ?? createNode<Target>();
        node.fixed.set(segment, next);
        node = next;
        continue;
      }
      names.push(variable['name'] ?? '');
      greedy = variable['greedy'] === '+';
      if (!greedy) {
        node.variable ??= createNode<Target>();
        node = node.variable;
      }
    }
    (greedy ? node.greedy : node.ends).set(method, { routeKey, names, target });
  }

  return (method, rawPath) => {
    const segments = segmentsOf(rawPath);
    const found = matchWhole(root, method, segments, 0, []) ?? matchGreedy(root, method, segments, 0, []);
    if (found === undefined) return fallback;
    const pathParameters: Record<string, string> = {};
    for (const [index, name] of found.route.names.entries()) pathParameters[name] = decode(found.values[index] ?? '');
    return { target: found.route.target, routeKey: found.route.routeKey, pathParameters };
  };
};

type Found<Target> = { readonly route: Route<Target>; readonly values: readonly string[] };

const byMethod = <Target>(routes: Map<string, Route<Target>>, method: string): Route<Target> | undefined =>
  routes.get(method) ?? routes.get('ANY');

const matchWhole = <Target>(
  node: Node<Target>,
  method: string,
  segments: readonly string[],
  index: number,
  values: readonly string[],
): Found<Target> | undefined => {
  const segment = segments[index];
  if (segment === undefined) {
    const route = byMethod(node.ends, method);
    return route === undefined ? undefined : { route, values };
  }
  const fixed = node.fixed.get(segment);
  const found = fixed === undefined ? undefined : matchWhole(fixed, method, segments, index + 1, values);
  if (found !== undefined || node.variable === undefined || segment === '') return found;
  return matchWhole(node.variable, method, segments, index + 1, [...values, segment]);
};

const matchGreedy = <Target>(
  node: Node<Target>,
  method: string,
  segments: readonly string[],
  index: number,
  values: readonly string[],
): Found<Target> | undefined => {
  const segment = segments[index];
  if (segment === undefined) return undefined;
  const fixed = node.fixed.get(segment);
  const deeper =
    (fixed === undefined ? undefined : matchGreedy(fixed, method, segments, index + 1, values)) ??
    (node.variable === undefined
      ? undefined
      : matchGreedy(node.variable, method, segments, index + 1, [...values, segment]));
  if (deeper !== undefined) return deeper;
  const route = byMethod(node.greedy, method);
  return route === undefined ? undefined : { route, values: [...values, segments.slice(index).join('/')] };
};

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign is not an encoding; API Gateway hands it on as it came.
    return text;
  }
};
