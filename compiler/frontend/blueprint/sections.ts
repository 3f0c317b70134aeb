import {
  blueprintExtensionKind,
  blueprintSetPattern,
  blueprintTierAccess,
} from '../../diagnostics/catalog/blueprint.ts';
import { located } from '../../source/span.ts';
import type { YamlNode } from '../yaml/tree.ts';
import type {
  Acceptance,
  Blueprint,
  EnvironmentItem,
  Extension,
  InferenceRouteItem,
  InferenceSection,
  LandlockSection,
  Limit,
  ProcessSection,
  Variable,
} from './blueprint.ts';
import { readCredentials } from './credentials.ts';
import { readFilesystem } from './filesystem.ts';
import { readGrant } from './grant.ts';
import { readNetwork } from './network.ts';
import { readPolicyTest } from './policy-test.ts';
import { type Fields, keyNode, type Reading } from './reading.ts';
import { readSyscalls } from './syscalls.ts';

const EXTENSION_KINDS = ['tier', 'preset', 'file'] as const;

type Grants = Pick<
  Blueprint,
  'filesystem' | 'process' | 'syscalls' | 'resources' | 'network' | 'credentials' | 'inference'
>;

/** The sections that grant something. What is not written comes out empty. */
export function readGrants(reading: Reading, fields: Fields): Grants {
  return {
    filesystem: fields.optional('filesystem_policy', (node) => readFilesystem(reading, node)),
    process: fields.optional('process', (node) => readProcess(reading, node)),
    syscalls: fields.optional('syscalls', (node) => readSyscalls(reading, node)),
    resources: fields.optional('resources', (node) => readResources(reading, node)) ?? [],
    network: fields.optional('network_policies', (node) => readNetwork(reading, node)) ?? [],
    credentials: fields.optional('credentials', (node) => readCredentials(reading, node)) ?? [],
    inference: fields.optional('inference', (node) => readInference(reading, node)),
  };
}

/** The sections that only whole files have. */
export function readWhole(
  reading: Reading,
  fields: Fields,
): Omit<Blueprint, 'span' | 'metadata' | keyof Grants> {
  return {
    extends: fields.list('extends', (node) => readExtension(reading, node)),
    variables: fields.optional('variables', (node) => readVariables(reading, node)) ?? [],
    landlock: fields.optional('landlock', (node) => readLandlock(reading, node)),
    residency: fields.optional('residency', (node) => readResidency(reading, node)),
    accept: fields.list('accept', (node) => readAcceptance(reading, node)),
    tests: fields.list('tests', (node) => readPolicyTest(reading, node)),
  };
}

function readExtension(reading: Reading, node: YamlNode): Extension {
  return reading.fields(node, (fields) => {
    const named = EXTENSION_KINDS.flatMap((kind) => {
      const entry = fields.entry(kind);
      return entry === null ? [] : [{ kind, key: reading.keySpan(entry), name: reading.text(entry.value) }];
    }).sort((a, b) => a.key.start - b.key.start);
    const level = fields.entry('access');
    const access = level === null ? null : reading.text(level.value);
    if (named.length !== 1) {
      const found = named.map(({ kind }) => kind);
      reading.refuse(
        blueprintExtensionKind,
        named[1]?.key ?? fields.span,
        { found },
        named.slice(0, 1).map(({ key }) => key),
      );
    }
    const { kind, name } = named[0] ?? { kind: 'file' as const, name: located('', fields.span) };
    if (kind === 'tier' && level !== null) reading.refuse(blueprintTierAccess, reading.keySpan(level), {});
    return { kind, name, access, span: fields.span };
  });
}

function readVariables(reading: Reading, node: YamlNode): readonly Variable[] {
  return reading.named(node, (entry) => ({ name: reading.key(entry), value: reading.text(entry.value) }));
}

function readLandlock(reading: Reading, node: YamlNode): LandlockSection {
  return reading.fields(node, (fields) => ({
    compatibility: fields.required('compatibility', (mode) =>
      reading.word(mode, ['hard_requirement', 'best_effort']),
    ),
  }));
}

function readProcess(reading: Reading, node: YamlNode): ProcessSection {
  return reading.fields(node, (fields) => ({
    runAsUser: fields.optionalText('run_as_user'),
    runAsGroup: fields.optionalText('run_as_group'),
    environment: fields.list('environment', (item) => readEnvironmentItem(reading, item)),
  }));
}

function readEnvironmentItem(reading: Reading, node: YamlNode): EnvironmentItem {
  if (node.kind !== 'mapping') return { name: reading.text(node), value: null, grant: null };
  return reading.fields(node, (fields) => {
    const name = fields.requiredText('name');
    const value = fields.optionalText('value');
    if (value !== null && name.value.endsWith('*')) {
      reading.refuse(blueprintSetPattern, name.span, { name: name.value });
    }
    return { name, value, grant: readGrant(reading, fields) };
  });
}

function readResources(reading: Reading, node: YamlNode): readonly Limit[] {
  return reading.named(node, (entry) => {
    const name = reading.word(keyNode(entry), [
      'processes',
      'open_files',
      'file_size',
      'process_memory',
      'cpu_time',
      'scratch_size',
    ]);
    if (entry.value.kind !== 'mapping')
      return { name, value: reading.textOrInteger(entry.value), grant: null };
    return reading.fields(entry.value, (fields) => ({
      name,
      value: fields.required('limit', (limit) => reading.textOrInteger(limit)),
      grant: readGrant(reading, fields),
    }));
  });
}

function readInference(reading: Reading, node: YamlNode): InferenceSection {
  return reading.fields(node, (fields) => ({
    routes: fields.required('routes', (routes) => reading.list(routes, (route) => readRoute(reading, route))),
  }));
}

function readRoute(reading: Reading, node: YamlNode): InferenceRouteItem {
  const text = (value: YamlNode) => reading.text(value);
  return reading.fields(node, (fields) => ({
    name: fields.requiredText('name'),
    provider: fields.requiredText('provider'),
    endpoint: fields.requiredText('endpoint'),
    models: fields.optional('models', (models) => located(reading.list(models, text), reading.span(models))),
    credentialEnv: fields.optionalText('credential_env'),
    grant: readGrant(reading, fields),
  }));
}

function readResidency(reading: Reading, node: YamlNode): Blueprint['residency'] {
  return located(
    reading.list(node, (region) => reading.text(region)),
    reading.span(node),
  );
}

function readAcceptance(reading: Reading, node: YamlNode): Acceptance {
  return reading.fields(node, (fields) => ({
    gap: fields.requiredText('gap'),
    reason: fields.requiredText('reason'),
    grant: readGrant(reading, fields),
  }));
}
