import { createHash } from 'node:crypto';
import type { TreePath } from '../../compiler/edit/places.ts';
import { keyOf } from '../../compiler/edit/values-after.ts';
import type { YamlMapping, YamlNode, YamlTree } from '../../compiler/frontend/yaml/tree.ts';
import { type PlainValue, toValue } from '../../compiler/frontend/yaml/value.ts';
import { parseExpiry } from '../../compiler/ir/lower/expiry.ts';

/** One entry of a blueprint's own text with a grant. */
export interface GrantedEntry {
  /** From the top of the repository. */
  readonly blueprint: string;
  /** `network_policies.req-1` or `filesystem_policy.read_only[2]`. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** What goes: the entry, or the endpoints of a network policy that have no grant of their own. */
  readonly removed: readonly TreePath[];
  readonly owner: string | null;
  readonly reason: string | null;
  readonly ticket: string | null;
  /** Milliseconds since 1970 UTC from which it no longer holds; null for never. */
  readonly expiresAt: number | null;
  /** Whose use a log tells of; null for entries whose use nothing writes down. */
  readonly network: NetworkPlace | null;
  /** The same for an entry that says the same at the same place, wherever it stands in a list. */
  readonly id: `sha256:${string}`;
}

/** Where in the network policies an entry stands. */
export interface NetworkPlace {
  /** Of the network policy. */
  readonly key: string;
  /** Of the one endpoint that the grant is about; null for the whole policy. */
  readonly endpoint: number | null;
  /** All that the network policy says, to tell whether it was so before. */
  readonly value: PlainValue;
}

/** What a `grant` may say (`schemas/blueprint.schema.json`); a mapping with other keys is an entry that is called so. */
const GRANT_KEYS = ['owner', 'reason', 'ticket', 'approved_by', 'expires', 'max_uses', 'request', 'audit'];

/** Every entry of a valid blueprint that carries a grant, in the order of the text. */
export function grantedEntries(blueprint: string, { root, source }: YamlTree): GrantedEntry[] {
  const found: GrantedEntry[] = [];
  const visit = (node: YamlNode, path: TreePath, start: number): void => {
    if (node.kind === 'scalar') return;
    if (node.kind === 'sequence') {
      for (const [at, item] of node.items.entries()) visit(item, [...path, at], item.start);
      return;
    }
    const grant = grantIn(node);
    const removed = grant === null ? [] : removedWith(node, path);
    if (grant !== null && removed.length > 0) {
      const { line } = source.positionAt(start);
      found.push(entryOf({ blueprint, root: root!, node, grant, path, removed, line }));
    }
    for (const { key, keyStart, value } of node.entries) visit(value, [...path, key], keyStart);
  };
  if (root !== null) visit(root, [], root.start);
  return found;
}

/** The network policy of a name, as values; null where there is none. */
export function networkPolicyIn(root: YamlNode | null, key: string): PlainValue {
  const section = root?.kind === 'mapping' ? childOf(root, 'network_policies') : undefined;
  const policy = section?.kind === 'mapping' ? childOf(section, key) : undefined;
  return policy === undefined ? null : toValue(policy);
}

function grantIn(node: YamlMapping): YamlMapping | null {
  const grant = childOf(node, 'grant');
  if (grant?.kind !== 'mapping' || grant.entries.length === 0) return null;
  return grant.entries.every(({ key }) => GRANT_KEYS.includes(key)) ? grant : null;
}

/** Endpoints with a grant of their own are held by that and by nothing around it. */
function removedWith(node: YamlMapping, path: TreePath): TreePath[] {
  const endpoints = isNetworkPolicy(path) ? childOf(node, 'endpoints') : undefined;
  if (endpoints?.kind !== 'sequence') return [path];
  const own = endpoints.items.map((item) => item.kind === 'mapping' && grantIn(item) !== null);
  if (!own.includes(true)) return [path];
  return own.flatMap((hasOwn, at) => (hasOwn ? [] : [[...path, 'endpoints', at]]));
}

function isNetworkPolicy(path: TreePath): boolean {
  return path.length === 2 && path[0] === 'network_policies';
}

function entryOf(at: {
  readonly blueprint: string;
  readonly root: YamlNode;
  readonly node: YamlMapping;
  readonly grant: YamlMapping;
  readonly path: TreePath;
  readonly removed: readonly TreePath[];
  readonly line: number;
}): GrantedEntry {
  const { blueprint, root, node, grant, path, removed, line } = at;
  const [section, key, , endpoint] = path;
  const expires = textIn(grant, 'expires');
  const isNetwork = section === 'network_policies' && typeof key === 'string';
  return {
    ...{ blueprint, line, removed, name: nameOf(path) },
    owner: textIn(grant, 'owner'),
    reason: textIn(grant, 'reason'),
    ticket: textIn(grant, 'ticket'),
    expiresAt: expires === null ? null : parseExpiry(expires),
    network: isNetwork
      ? {
          key,
          endpoint: typeof endpoint === 'number' ? endpoint : null,
          value: networkPolicyIn(root, key),
        }
      : null,
    id: idOf(blueprint, path, removed, node),
  };
}

/** Places in lists are left out: they change when others of the list go. */
function idOf(
  blueprint: string,
  path: TreePath,
  removed: readonly TreePath[],
  node: YamlMapping,
): GrantedEntry['id'] {
  const place = path.filter((step) => typeof step === 'string');
  const said = JSON.stringify([blueprint, keyOf(place), removed.length, toValue(node)]);
  return `sha256:${createHash('sha256').update(said).digest('hex')}`;
}

function nameOf(path: TreePath): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    return name === '' ? step : `${name}.${step}`;
  }, '');
}

function childOf(node: YamlMapping, key: string): YamlNode | undefined {
  return node.entries.find((entry) => entry.key === key)?.value;
}

function textIn(node: YamlMapping, key: string): string | null {
  const value = childOf(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : null;
}
