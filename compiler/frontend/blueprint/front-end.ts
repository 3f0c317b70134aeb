import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { hasErrors } from '../../diagnostics/entry.ts';
import type { FrontEnd, Parsed, ParsedPart, Part, PresetHeader } from '../front-end.ts';
import { checkSchema } from '../schema/check.ts';
import type { SchemaName } from '../schema/published.ts';
import type { YamlNode, YamlTree } from '../yaml/tree.ts';
import type { Blueprint, Metadata } from './blueprint.ts';
import { type Fields, keyNode, Reading } from './reading.ts';
import { readGrants, readWhole } from './sections.ts';

const ACCESS_LEVELS = ['read-only', 'read-write'];
const NOTHING_WHOLE = {
  extends: [],
  variables: [],
  landlock: null,
  residency: null,
  accept: [],
  tests: [],
} as const;
const OWN_KEYS = ['apiversion', 'kind', 'metadata'];

/** The project's own language: `apiVersion: nemoclaw.dev/v1`, `kind: Blueprint`. */
export const blueprintFrontEnd: FrontEnd = {
  name: 'blueprint',
  claims: ({ root }) =>
    root?.kind === 'mapping' && root.entries.some(({ key }) => OWN_KEYS.includes(key.toLowerCase())),
  parse: (tree) => {
    const { value, diagnostics } = parseAs('blueprint', tree, readBlueprint);
    return { blueprint: value, diagnostics } satisfies Parsed;
  },
};

/** Reads a preset or a tier. */
export function parsePart(tree: YamlTree): ParsedPart {
  const { value, diagnostics } = parseAs('preset', tree, readPart);
  return { part: value, diagnostics };
}

/**
 * Checks the tree against a schema and, only if that finds nothing, reads it.
 *
 * @returns null exactly when there is an error
 */
export function parseAs<T>(
  name: SchemaName,
  tree: YamlTree,
  read: (reading: Reading, root: YamlNode) => T,
): { value: T | null; diagnostics: readonly Diagnostic[] } {
  const checked = checkSchema(name, tree);
  if (tree.root === null || hasErrors(checked)) return { value: null, diagnostics: checked };
  const reading = new Reading(tree.source);
  const value = read(reading, tree.root);
  const all = [...checked, ...reading.diagnostics].sort(inOrderOfText);
  return { value: hasErrors(all) ? null : value, diagnostics: all };
}

function inOrderOfText(a: Diagnostic, b: Diagnostic): number {
  return (a.primary?.start ?? 0) - (b.primary?.start ?? 0);
}

/** Reads what the schema accepted. Throws a SchemaDisagreement on anything else. */
export function readBlueprint(reading: Reading, root: YamlNode): Blueprint {
  return reading.fields(root, (fields) => {
    readKind(reading, fields, ['Blueprint']);
    const metadata = fields.required('metadata', (node) => readMetadata(reading, node));
    return { span: fields.span, metadata, ...readWhole(reading, fields), ...readGrants(reading, fields) };
  });
}

/** The same for `kind: Preset` and `kind: Tier`. */
export function readPart(reading: Reading, root: YamlNode): Part {
  return reading.fields(root, (fields) => {
    readKind(reading, fields, ['Preset', 'Tier']);
    const metadata = fields.required('metadata', (node) => readPartMetadata(reading, node));
    const whole = { span: fields.span, metadata, ...readWhole(reading, fields) };
    const common = { ...whole, ...readGrants(reading, fields) };
    const levels = new Map<string, Blueprint>();
    fields.optional('access_levels', (node) =>
      reading.named(node, (entry) => {
        const level = reading.word(keyNode(entry), ACCESS_LEVELS).value;
        levels.set(level, readLevel(reading, entry.value, metadata));
      }),
    );
    return { header: headerOf(metadata, [...levels.keys()]), common, levels };
  });
}

function readLevel(reading: Reading, node: YamlNode, metadata: Metadata): Blueprint {
  return reading.fields(node, (fields) => ({
    ...NOTHING_WHOLE,
    span: fields.span,
    metadata,
    ...readGrants(reading, fields),
  }));
}

function headerOf(metadata: Metadata, accessLevels: readonly string[]): PresetHeader {
  return { name: metadata.name.value, description: metadata.description?.value ?? '', accessLevels };
}

function readKind(reading: Reading, fields: Fields, kinds: readonly string[]): void {
  fields.required('apiVersion', (node) => reading.word(node, ['nemoclaw.dev/v1']));
  fields.required('kind', (node) => reading.word(node, kinds));
}

function readMetadata(reading: Reading, node: YamlNode): Metadata {
  const text = (value: YamlNode) => reading.text(value);
  return reading.fields(node, (fields) => ({
    name: fields.requiredText('name'),
    description: fields.optionalText('description'),
    owners: fields.list('owners', text),
    labels:
      fields.optional('labels', (labels) =>
        reading.named(labels, (entry) => ({ key: reading.key(entry), value: reading.text(entry.value) })),
      ) ?? [],
  }));
}

function readPartMetadata(reading: Reading, node: YamlNode): Metadata {
  return reading.fields(node, (fields) => ({
    name: fields.requiredText('name'),
    description: fields.requiredText('description'),
    owners: [],
    labels: [],
  }));
}
