import { guardrailsKinds } from '../../diagnostics/catalog/guardrails.ts';
import type { Located } from '../../source/span.ts';
import type { Fields, Reading } from '../blueprint/reading.ts';
import type { YamlNode } from '../yaml/tree.ts';
import {
  type AccessesItem,
  type EgressItem,
  ENTRY_KINDS,
  GRANT_WORDS,
  type GrantsItem,
  type GuardrailItem,
  type PropertyItem,
  RIGHT_WORDS,
} from './guardrails.ts';

/** Reads one guardrail; null with a finding where it is not one property. */
export function readGuardrail(reading: Reading, node: YamlNode): GuardrailItem | null {
  return reading.fields(node, (fields) => {
    const name = fields.required('name', (text) => reading.text(text));
    const reason = fields.optional('reason', (text) => reading.text(text));
    const property = exactlyOne(reading, fields, name, 'kinds of guardrails', [
      fields.optional('never', (never) => {
        const accesses = readAccesses(reading, never, name);
        return accesses && ({ kind: 'never', accesses } as const);
      }),
      fields.optional('only', (only) => readOnly(reading, only)),
      fields.optional('require', (requirement) => readRequirement(reading, requirement, name)),
      fields.optional('maximum', (file) => ({ kind: 'maximum', file: reading.text(file) }) as const),
    ]);
    return property && { span: fields.span, name, reason, property };
  });
}

/** What stands there; a finding and null when it is none or several. */
function exactlyOne<T>(
  reading: Reading,
  fields: Fields,
  name: Located<string>,
  what: string,
  found: readonly (T | null)[],
): T | null {
  const given = found.filter((one) => one !== null);
  if (given.length === 1) return given[0]!;
  reading.refuse(guardrailsKinds, fields.span, { name: name.value, what, count: given.length });
  return null;
}

/** Reads what stands under `only`. */
export function readOnly(reading: Reading, node: YamlNode): PropertyItem {
  return reading.fields(node, (fields) => ({
    kind: 'only',
    binaries: fields.list('binaries', (text) => reading.text(text)),
    egress: fields.required('egress', (egress) => readEgress(reading, egress)),
  }));
}

/** Reads what stands under `never`; null with a finding where it is not one facet. */
export function readAccesses(reading: Reading, node: YamlNode, name: Located<string>): AccessesItem | null {
  const texts = (list: YamlNode) => reading.list(list, (text) => reading.text(text));
  return reading.fields(node, (fields) =>
    exactlyOne<AccessesItem>(reading, fields, name, 'facets', [
      fields.optional('egress', (egress) => ({ facet: 'egress', egress: readEgress(reading, egress) })),
      fields.optional('filesystem', (files) =>
        reading.fields(files, (inner) => ({
          facet: 'filesystem',
          paths: inner.required('paths', texts),
          rights:
            inner.optional('rights', (list) =>
              reading.list(list, (word) => reading.word(word, RIGHT_WORDS).value),
            ) ?? RIGHT_WORDS,
        })),
      ),
      fields.optional('syscalls', (names) => ({ facet: 'syscalls', names: texts(names) })),
      fields.optional('environment', (variables) => ({ facet: 'process', variables: texts(variables) })),
      fields.optional('inference', (calls) =>
        reading.fields(calls, (inner) => ({
          facet: 'inference',
          providers: inner.optional('providers', texts),
          hosts: inner.optional('hosts', texts),
          models: inner.optional('models', texts),
        })),
      ),
    ]),
  );
}

function readEgress(reading: Reading, node: YamlNode): EgressItem {
  const texts = (list: YamlNode) => reading.list(list, (text) => reading.text(text));
  return reading.fields(node, (fields) => ({
    hosts: fields.optional('hosts', texts),
    ports: fields.optional('ports', (list) => reading.list(list, (port) => reading.textOrInteger(port))),
    binaries: fields.optional('binaries', texts),
    addresses: fields.optional('addresses', texts),
    methods: fields.optional('methods', texts),
    paths: fields.optional('paths', texts),
    rpcMethods: fields.optional('rpc_methods', texts),
    tools: fields.optional('tools', texts),
    fields: fields.optional('fields', texts),
    uninspected: fields.optional('uninspected', (flag) => reading.flag(flag).value) ?? false,
  }));
}

function readRequirement(reading: Reading, node: YamlNode, name: Located<string>): PropertyItem | null {
  return reading.fields(node, (fields) =>
    exactlyOne<PropertyItem>(reading, fields, name, 'requirements', [
      fields.optional('landlock', (word) => {
        reading.word(word, ['hard_requirement']);
        return { kind: 'landlock' };
      }),
      fields.optional('residency', (list) => ({
        kind: 'residency',
        regions: reading.list(list, (text) => reading.text(text)),
      })),
      fields.optional('grants', (grants) => ({ kind: 'grants', grants: readGrants(reading, grants) })),
    ]),
  );
}

function readGrants(reading: Reading, node: YamlNode): GrantsItem {
  return reading.fields(node, (fields) => ({
    say: fields.list('say', (word) => reading.word(word, GRANT_WORDS).value),
    of:
      fields.optional('of', (list) => reading.list(list, (word) => reading.word(word, ENTRY_KINDS).value)) ??
      (['egress'] as const),
    outside: fields.list('outside', (text) => reading.text(text).value),
    withinDays: fields.optional('within_days', (number) => reading.integer(number).value),
  }));
}
