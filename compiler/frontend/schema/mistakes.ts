import {
  schemaEmpty,
  schemaInvalidFormat,
  schemaLandlockStrict,
  schemaMissingKey,
  schemaMoreMistakes,
  schemaOutOfRange,
  schemaTooMany,
  schemaUnknownKey,
  schemaUnknownValue,
  schemaWrongType,
} from '../../diagnostics/catalog/schema.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type CatalogEntry, diagnose } from '../../diagnostics/entry.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import type { SourceFile } from '../../source/source-file.ts';
import type { Span } from '../../source/span.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../yaml/tree.ts';
import type { Standing } from './check.ts';
import { keyElsewhere, valueElsewhere } from './other-words.ts';
import type { Schema, SchemaType } from './published.ts';
import type { ReadySchema } from './ready.ts';
import { inWords, quoted, shortened } from './wording.ts';

const REPORTED = 20;

/** Turns what a schema refuses into diagnostics: words, place and suggestion. Counts, but hides, all after the first 20. */
export class Mistakes {
  readonly #source: SourceFile;
  readonly #diagnostics: Diagnostic[] = [];
  #hidden = 0;

  constructor(source: SourceFile) {
    this.#source = source;
  }

  reported(): readonly Diagnostic[] {
    if (this.#hidden === 0) return this.#diagnostics;
    const last = this.#diagnostics[this.#diagnostics.length - 1]!.primary;
    return [...this.#diagnostics, diagnose(schemaMoreMistakes, last, { hidden: this.#hidden })];
  }

  emptyDocument(schema: Schema): void {
    const expected = nameOf(schema);
    this.add(schemaEmpty, { start: 0, end: 0 }, () => ({ label: 'the file', expected, example: null }));
  }

  wrongType(node: YamlNode, schema: Schema, standing: Standing): void {
    const place = isNothing(node) && standing.key !== null ? keyPlace(standing) : this.firstLine(node);
    this.add(schemaWrongType, place, () => ({
      label: labelOf(standing),
      expected: nameOf(schema),
      found: inWords(node),
      hint: typeHint(node, schema),
    }));
  }

  unknownValue(node: YamlScalar, schema: Schema, standing: Standing): void {
    const words = (schema.enum ?? [schema.const]).map(String);
    if (words.includes(String(node.value))) {
      this.wrongType(node, schema, standing);
      return;
    }
    if (node.value === 'strict' && words.includes('hard_requirement')) {
      this.add(schemaLandlockStrict, node, () => ({}));
      return;
    }
    this.add(schemaUnknownValue, node, () => ({
      label: labelOf(standing),
      value: quoted(node.value),
      nearest: nearest(String(node.value), words, valueElsewhere(String(node.value), words)),
      allowed: words,
    }));
  }

  invalidFormat(node: YamlScalar, schema: Schema, standing: Standing): void {
    this.add(schemaInvalidFormat, node, () => ({
      label: labelOf(standing),
      value: quoted(node.value),
      expected: nameOf(schema),
      example: exampleOf(schema),
    }));
  }

  invalidKey(entry: YamlEntry, names: Schema, standing: Standing): void {
    this.add(schemaInvalidFormat, keyPlace(entry), () => ({
      label: labelOf(standing),
      value: quoted(entry.key),
      expected: nameOf(names),
      example: exampleOf(names),
    }));
  }

  outOfRange(node: YamlScalar, schema: Schema, standing: Standing): void {
    this.add(schemaOutOfRange, node, () => ({
      label: labelOf(standing),
      value: quoted(node.value),
      minimum: schema.minimum ?? null,
      maximum: schema.maximum ?? null,
    }));
  }

  empty(node: YamlNode, schema: Schema, standing: Standing): void {
    this.add(schemaEmpty, node, () => ({
      label: labelOf(standing),
      expected: nameOf(schema),
      example: exampleOf(schema),
    }));
  }

  tooMany(node: YamlSequence, schema: Schema, standing: Standing): void {
    this.add(schemaTooMany, node, () => ({
      label: labelOf(standing),
      found: node.items.length,
      maximum: schema.maxItems ?? 0,
    }));
  }

  missingKey(node: YamlMapping, key: string, { below }: ReadySchema, standing: Standing): void {
    const first = node.entries[0];
    const place = standing.key !== null ? keyPlace(standing) : first ? keyPlace(first) : node;
    this.add(schemaMissingKey, place, () => {
      const wanted = below.properties.get(key);
      return {
        key,
        inside: standing.key,
        example: wanted === undefined ? null : exampleOf(wanted.schema),
      };
    });
  }

  unknownKey(entry: YamlEntry, known: readonly string[], standing: Standing): void {
    const atRoot = standing.key === null;
    this.add(schemaUnknownKey, keyPlace(entry), () => ({
      key: shortened(entry.key),
      inside: standing.key === null ? null : shortened(standing.key),
      nearest: nearest(entry.key, known, keyElsewhere(entry.key, known, atRoot)),
      known,
    }));
  }

  /** A collection over several lines is shown by its beginning. */
  private firstLine(node: YamlNode): { readonly start: number; readonly end: number } {
    if (node.kind === 'scalar' || !this.#source.text.slice(node.start, node.end).includes('\n')) return node;
    if (node.kind === 'mapping') return node.entries[0] ? keyPlace(node.entries[0]) : node;
    return node.items[0] ? this.firstLine(node.items[0]) : node;
  }

  /** Parameters are made only for what is shown, so that a file of mistakes costs no more than a file. */
  private add<P>(
    kind: CatalogEntry<P>,
    place: { readonly start: number; readonly end: number },
    parameters: () => P,
  ): void {
    if (this.#diagnostics.length >= REPORTED) {
      this.#hidden++;
      return;
    }
    const span: Span = { source: this.#source, start: place.start, end: place.end };
    this.#diagnostics.push(diagnose(kind, span, parameters()));
  }
}

function keyPlace({ keyStart, keyEnd }: { readonly keyStart: number; readonly keyEnd: number }) {
  return { start: keyStart, end: keyEnd };
}

function labelOf({ key }: Standing): string {
  return key === null ? 'the file' : shortened(key);
}

const PLAIN_NAMES = {
  string: 'text',
  integer: 'whole number',
  boolean: '`true` or `false`',
  array: 'list',
  object: 'mapping',
} as const;

function nameOf(schema: Schema): string {
  if (schema.title !== undefined) return schema.title;
  const allowed = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  if (allowed.length > 0) return allowed.map((word) => `\`${word}\``).join(' or ');
  return typesOf(schema)
    .map((type) => PLAIN_NAMES[type])
    .join(' or ');
}

function typesOf({ type = [] }: Schema): readonly SchemaType[] {
  return typeof type === 'string' ? [type] : type;
}

function exampleOf(schema: Schema): string | null {
  const example = schema.examples?.[0] ?? schema.enum?.[0] ?? schema.const;
  return example === undefined ? null : String(example);
}

function isNothing(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function nearest(word: string, known: readonly string[], elsewhere: string | null): string | null {
  return elsewhere ?? nearestWord(word, known);
}

function typeHint(node: YamlNode, schema: Schema): string | null {
  const types = typesOf(schema);
  if (isNothing(node)) return 'write a value, or remove the key';
  if (node.kind !== 'scalar') {
    const single = node.kind === 'sequence' && !types.includes('object') && types.length > 0;
    return single ? 'write one value, not a list' : null;
  }
  if (schema.const !== undefined)
    return `write \`${schema.const}\`${typeof schema.const === 'number' ? ', without quotes' : ''}`;
  if (typeof node.value === 'string') return stringHint(node.value, types);
  if (types.includes('string')) return `put it in quotes: \`"${String(node.value)}"\``;
  return types.includes('array') ? 'write it as a list, each entry after `- `' : null;
}

function stringHint(value: string, types: readonly string[]): string | null {
  if (types.includes('boolean')) {
    if (/^(true|yes|on|y|1)$/i.test(value)) return 'write `true`, without quotes';
    if (/^(false|no|off|n|0)$/i.test(value)) return 'write `false`, without quotes';
  }
  if (types.includes('integer') && /^\d+$/.test(value)) return `write \`${value}\`, without quotes`;
  return types.includes('array') ? 'write it as a list, each entry after `- `' : null;
}
