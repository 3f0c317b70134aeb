import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { YamlMapping, YamlNode, YamlScalar, YamlSequence, YamlTree } from '../yaml/tree.ts';
import { type Concealed, concealSecrets } from './conceal.ts';
import { Mistakes } from './mistakes.ts';
import { follow, type PlacedSchema, publishedSchema, type Schema, type SchemaName } from './published.ts';

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
  const schema = publishedSchema(name);
  const standing = { key: null, keyStart: 0, keyEnd: 0 };
  if (tree.root === null) mistakes.emptyDocument(schema);
  else new Check(mistakes).node(tree.root, { file: name, schema }, standing);
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

  node(node: YamlNode, asked: PlacedSchema, standing: Standing): void {
    const placed = follow(asked);
    const { schema } = placed;
    if (!hasType(node, schema)) {
      this.#mistakes.wrongType(node, schema, standing);
    } else if (node.kind === 'scalar') {
      this.scalar(node, schema, standing);
    } else if (node.kind === 'sequence') {
      this.sequence(node, placed, standing);
    } else {
      this.mapping(node, placed, standing);
    }
  }

  private scalar(node: YamlScalar, schema: Schema, standing: Standing): void {
    const { value } = node;
    if (schema.const !== undefined || schema.enum !== undefined) {
      const known = schema.enum?.some((word) => word === value) ?? schema.const === value;
      if (!known) this.#mistakes.unknownValue(node, schema, standing);
    } else if (typeof value === 'string') {
      if (value.length < (schema.minLength ?? 0)) this.#mistakes.empty(node, schema, standing);
      else if (!fits(value, schema)) this.#mistakes.invalidFormat(node, schema, standing);
    } else if (typeof value === 'number') {
      const { minimum = -Infinity, maximum = Infinity } = schema;
      if (value < minimum || value > maximum) this.#mistakes.outOfRange(node, schema, standing);
    }
  }

  private sequence(node: YamlSequence, { file, schema }: PlacedSchema, standing: Standing): void {
    const count = node.items.length;
    if (count < (schema.minItems ?? 0)) this.#mistakes.empty(node, schema, standing);
    if (count > (schema.maxItems ?? Infinity)) this.#mistakes.tooMany(node, schema, standing);
    if (schema.items === undefined) return;
    for (const item of node.items) this.node(item, { file, schema: schema.items }, standing);
  }

  private mapping(node: YamlMapping, { file, schema }: PlacedSchema, standing: Standing): void {
    const { required, properties, additionalProperties = true } = schema;
    if (node.entries.length < (schema.minProperties ?? 0)) this.#mistakes.empty(node, schema, standing);
    if (required !== undefined) {
      for (const key of required) {
        if (!hasKey(node, key)) this.#mistakes.missingKey(node, key, { file, schema }, standing);
      }
    }
    for (const entry of node.entries) {
      if (schema.propertyNames !== undefined && !fits(entry.key, schema.propertyNames)) {
        this.#mistakes.invalidKey(entry, schema.propertyNames, standing);
      }
      if (properties !== undefined && Object.hasOwn(properties, entry.key)) {
        this.node(entry.value, { file, schema: properties[entry.key]! }, entry);
      } else if (additionalProperties === false) {
        this.#mistakes.unknownKey(entry, Object.keys(properties ?? {}), standing);
      } else if (additionalProperties !== true) {
        this.node(entry.value, { file, schema: additionalProperties }, entry);
      }
    }
  }
}

function hasKey({ entries }: YamlMapping, key: string): boolean {
  for (const entry of entries) if (entry.key === key) return true;
  return false;
}

function hasType(node: YamlNode, schema: Schema): boolean {
  const { type } = schema;
  if (type === undefined) {
    const takesWords = schema.enum !== undefined || schema.const !== undefined;
    return !takesWords || (node.kind === 'scalar' && node.value !== null);
  }
  const found = typeOf(node);
  return typeof type === 'string' ? type === found : type.some((one) => one === found);
}

function typeOf(node: YamlNode): string {
  if (node.kind === 'sequence') return 'array';
  if (node.kind === 'mapping') return 'object';
  if (node.value === null) return 'null';
  if (typeof node.value === 'number') return Number.isInteger(node.value) ? 'integer' : 'number';
  return typeof node.value;
}

const patterns = new Map<string, RegExp>();

function fits(text: string, { pattern }: Schema): boolean {
  if (pattern === undefined) return true;
  let regexp = patterns.get(pattern);
  if (regexp === undefined) {
    regexp = new RegExp(pattern, 'u');
    patterns.set(pattern, regexp);
  }
  return regexp.test(text);
}
