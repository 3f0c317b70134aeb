import type { YamlNode } from './tree.ts';

/** A node as plain JavaScript: null, booleans, finite numbers, strings, arrays and objects without a prototype. */
export type PlainValue = null | boolean | number | string | PlainValue[] | { [key: string]: PlainValue };

/**
 * The value of a node without its places. Objects have no prototype: a key such as `__proto__` or `constructor` is a
 * key like any other, and looking up one that the text does not have gives undefined.
 */
export function toValue(node: YamlNode): PlainValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'sequence':
      return node.items.map(toValue);
    case 'mapping': {
      const value = Object.create(null) as { [key: string]: PlainValue };
      for (const entry of node.entries) value[entry.key] = toValue(entry.value);
      return value;
    }
  }
}
