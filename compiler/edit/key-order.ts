import { follow, type PlacedSchema, publishedSchema, type SchemaName } from '../frontend/schema/published.ts';
import type { YamlNode } from '../frontend/yaml/tree.ts';
import type { Piece, Slot } from './layout.ts';

/** Sorts keys into the order of the schema. The user's own names keep their order, as do unknown keys at the end. */
export function orderKeys(root: Piece, name: SchemaName): void {
  orderPiece(root, { file: name, schema: publishedSchema(name) });
}

function orderPiece(piece: Piece, asked: PlacedSchema | null): void {
  if (piece.kind === 'scalar' || asked === null) return;
  const { file, schema } = follow(asked);
  const { properties = {}, additionalProperties, items } = schema;
  for (const { key, value } of piece.slots) {
    const own = key !== null && Object.hasOwn(properties, key.text) ? properties[key.text] : undefined;
    const other = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const below = key === null ? items : (own ?? other);
    orderPiece(value, below === undefined ? null : { file, schema: below });
  }
  const order = Object.keys(properties);
  if (piece.kind === 'mapping' && order.length > 0) {
    const rank = ({ key }: Slot) =>
      key !== null && order.includes(key.text) ? order.indexOf(key.text) : order.length;
    piece.slots.sort((a, b) => rank(a) - rank(b));
  }
}

/** Which schema a document is meant for, by its first keys; null when none is recognised. */
export function schemaFor(root: YamlNode): SchemaName | null {
  if (root.kind !== 'mapping') return null;
  const has = (key: string) => root.entries.some((entry) => entry.key === key);
  const kind = root.entries.find(({ key }) => key === 'kind')?.value;
  if (kind?.kind === 'scalar' && (kind.value === 'Preset' || kind.value === 'Tier')) return 'preset';
  if (kind?.kind === 'scalar' && kind.value === 'Target') return 'target';
  if (kind?.kind === 'scalar' && kind.value === 'PolicyTest') return 'policy-test';
  if (has('apiVersion') || has('kind')) return 'blueprint';
  if (has('preset')) return 'nemoclaw-preset';
  if (has('components')) return 'nemoclaw-blueprint';
  return has('version') ? 'openshell-policy' : null;
}
