import type { Path } from './syntax.ts';
import { type Item, isList, isMap, type Value } from './values.ts';

export const readPath = (item: Item, path: Path): Value | undefined => {
  let value: Value | undefined = item;
  for (const segment of path) {
    if (value === undefined) return undefined;
    if (typeof segment === 'number') value = isList(value) ? value[segment] : undefined;
    else value = isMap(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
  }
  return value;
};

/** Two paths overlap when one leads to the other or into it. */
export const overlapping = (paths: readonly Path[]): readonly [Path, Path] | undefined => {
  for (const [position, one] of paths.entries()) {
    for (const other of paths.slice(position + 1)) {
      if (startsWith(one, other) || startsWith(other, one)) return [one, other];
    }
  }
  return undefined;
};

const startsWith = (path: Path, start: Path): boolean => start.every((segment, index) => path[index] === segment);

export const renderPath = (path: Path): string =>
  `[${path.map((segment) => (typeof segment === 'number' ? `[${segment}]` : segment)).join(', ')}]`;

/** The parts of an item that the paths name, in the shape in which they stand in it; list elements close up. */
export const project = (item: Item, paths: readonly Path[]): Item => {
  const tree: Tree = { children: new Map() };
  for (const path of paths) plant(tree, path);
  const projected = pick(item, tree);
  return projected !== undefined && isMap(projected) ? projected : {};
};

type Tree = { readonly children: Map<string | number, Tree> };

const plant = (tree: Tree, path: Path): void => {
  let node = tree;
  for (const segment of path) {
    const child = node.children.get(segment) ?? { children: new Map<string | number, Tree>() };
    node.children.set(segment, child);
    node = child;
  }
};

const pick = (value: Value, tree: Tree): Value | undefined => {
  if (tree.children.size === 0) return value;
  if (isList(value)) return pickElements(value, tree);
  if (!isMap(value)) return undefined;
  const picked: Record<string, Value> = {};
  for (const [segment, child] of tree.children) {
    const member = typeof segment === 'string' && Object.hasOwn(value, segment) ? value[segment] : undefined;
    const part = member === undefined ? undefined : pick(member, child);
    if (part !== undefined) picked[segment] = part;
  }
  return Object.keys(picked).length === 0 ? undefined : picked;
};

const pickElements = (list: readonly Value[], tree: Tree): Value | undefined => {
  const indexes = [...tree.children.keys()].filter((segment) => typeof segment === 'number').toSorted((a, b) => a - b);
  const picked = indexes.flatMap((index) => {
    const element = list[index];
    const child = tree.children.get(index);
    const part = element === undefined || child === undefined ? undefined : pick(element, child);
    return part === undefined ? [] : [part];
  });
  return picked.length === 0 ? undefined : picked;
};
