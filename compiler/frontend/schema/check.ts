import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { YamlMapping, YamlNode, YamlScalar, YamlSequence, YamlTree } from '../yaml/tree.ts';
import { type Concealed, concealSecrets } from './conceal.ts';
import { Mistakes } from './mistakes.ts';
import type { SchemaName, SchemaType } from './published.ts';
import { type ReadySchema, readySchema } from './ready.ts';

/** Where a node stands: the key that it belongs to, for messages, and that key's place. */
export interface Standing {
  /** Null for the document itself. */
  readonly key: string | null;
  readonly keyStart: number;
  readonly keyEnd: number;
}

/**
 * Checks a document against a published schema, by the rules of JSON Schema 2020-12 for the keywords of `Schema`, and
 * for credentials. One diagnostic a mistake, at the key or value that is wrong, in the order of the text; what lies
 * below a wrong value is not looked at. Where there is a credential, no diagnostic shows it, nor does the source text
 * that they point into.
 */
export function checkSchema(name: SchemaName, written: YamlTree): readonly Diagnostic[] {
  const { tree, secrets, diagnostics } = concealSecrets(written);
  const mistakes = new Mistakes(tree.source);
  const ready = readySchema(name);
  const standing = { key: null, keyStart: 0, keyEnd: 0 };
  if (tree.root === null) mistakes.emptyDocument(ready.schema);
  else new Check(mistakes).node(tree.root, ready, standing);
  const found = mistakes.reported();
  return secrets.length === 0
    ? found
    : [...diagnostics, ...found.filter((mistake) => !isIn(mistake, secrets))];
}

/** What is wrong with a concealed value is that it was concealed. */
function isIn({ primary }: Diagnostic, secrets: readonly Concealed[]): boolean {
  return primary !== null && secrets.some(({ start, end }) => start <= primary.start && primary.end <= end);
}

class Check {
  readonly #mistakes: Mistakes;

  constructor(mistakes: Mistakes) {
    this.#mistakes = mistakes;
  }

  node(node: YamlNode, ready: ReadySchema, standing: Standing): void {
    if (!hasType(node, ready)) {
      this.#mistakes.wrongType(node, ready.schema, standing);
    } else if (node.kind === 'scalar') {
      this.scalar(node, ready, standing);
    } else if (node.kind === 'sequence') {
      this.sequence(node, ready, standing);
    } else {
      this.mapping(node, ready, standing);
    }
  }

  private scalar(node: YamlScalar, ready: ReadySchema, standing: Standing): void {
    const { value } = node;
    if (ready.words !== null) {
      const known = ready.words.some((word) => word === value);
      if (!known) this.#mistakes.unknownValue(node, ready.schema, standing);
    } else if (typeof value === 'string') {
      if (value.length < ready.minLength) this.#mistakes.empty(node, ready.schema, standing);
      else if (!fits(value, ready)) this.#mistakes.invalidFormat(node, ready.schema, standing);
    } else if (typeof value === 'number') {
      const isOut = value < ready.minimum || value > ready.maximum;
      if (isOut) this.#mistakes.outOfRange(node, ready.schema, standing);
    }
  }

  private sequence(node: YamlSequence, ready: ReadySchema, standing: Standing): void {
    const count = node.items.length;
    if (count < ready.minItems) this.#mistakes.empty(node, ready.schema, standing);
    if (count > ready.maxItems) this.#mistakes.tooMany(node, ready.schema, standing);
    const { items } = ready.below;
    if (items === null) return;
    for (const item of node.items) this.node(item, items, standing);
  }

  private mapping(node: YamlMapping, ready: ReadySchema, standing: Standing): void {
    if (node.entries.length < ready.minProperties) this.#mistakes.empty(node, ready.schema, standing);
    for (const key of ready.required) {
      if (!hasKey(node, key)) this.#mistakes.missingKey(node, key, ready, standing);
    }
    const { properties, others, names } = ready.below;
    for (const entry of node.entries) {
      if (names !== null && !fits(entry.key, names)) {
        this.#mistakes.invalidKey(entry, names.schema, standing);
      }
      const below = properties.get(entry.key) ?? others;
      if (typeof below === 'object') this.node(entry.value, below, entry);
      else if (!below) this.#mistakes.unknownKey(entry, [...properties.keys()], standing);
    }
  }
}

function hasKey({ entries }: YamlMapping, key: string): boolean {
  for (const entry of entries) if (entry.key === key) return true;
  return false;
}

function hasType(node: YamlNode, { types, words }: ReadySchema): boolean {
  if (types === null) return words === null || (node.kind === 'scalar' && node.value !== null);
  const found = typeOf(node);
  for (const type of types) if (type === found) return true;
  return false;
}

function typeOf(node: YamlNode): SchemaType | 'null' | 'number' {
  if (node.kind === 'sequence') return 'array';
  if (node.kind === 'mapping') return 'object';
  const { value } = node;
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'string' ? 'string' : 'boolean';
}

function fits(text: string, { pattern }: ReadySchema): boolean {
  return pattern === null || pattern.test(text);
}
