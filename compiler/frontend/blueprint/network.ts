import {
  blueprintAccessAndRules,
  blueprintNoPort,
  blueprintNoRequests,
  blueprintPortTwice,
  blueprintSha256,
} from '../../diagnostics/catalog/blueprint.ts';
import { located } from '../../source/span.ts';
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';
import type { BinaryItem, Endpoint, NetworkPolicy, RequestRule } from './blueprint.ts';
import { readGrant } from './grant.ts';
import { INNER_PROTOCOLS, type InnerProtocol } from './inner-protocol.ts';
import type { Fields, Reading } from './reading.ts';
import { readRequest } from './request-rule.ts';

const SHA256_OR_VARIABLE = /^[0-9a-fA-F]{64}$|\$\{/;

export function readNetwork(reading: Reading, node: YamlNode): readonly NetworkPolicy[] {
  return reading.named(node, (entry) =>
    reading.fields(entry.value, (fields) => ({
      key: reading.key(entry),
      title: fields.optionalText('name'),
      endpoints: fields.required('endpoints', (endpoints) =>
        reading.list(endpoints, (endpoint) => readEndpoint(reading, endpoint)),
      ),
      binaries: fields.optional('binaries', (binaries) =>
        located(
          reading.list(binaries, (binary) => readBinary(reading, binary)),
          reading.span(binaries),
        ),
      ),
      grant: readGrant(reading, fields),
    })),
  );
}

function readBinary(reading: Reading, node: YamlNode): BinaryItem {
  if (node.kind !== 'mapping') return { path: reading.text(node), sha256: null };
  return reading.fields(node, (fields) => {
    const path = fields.requiredText('path');
    const sha256 = fields.optionalText('sha256');
    if (sha256 !== null && !SHA256_OR_VARIABLE.test(sha256.value)) {
      reading.refuse(blueprintSha256, sha256.span, { length: sha256.value.length });
    }
    return { path, sha256 };
  });
}

function readEndpoint(reading: Reading, node: YamlNode): Endpoint {
  return reading.fields(node, (fields) => {
    const host = fields.requiredText('host');
    const ports = readPorts(reading, fields);
    if (ports.length === 0) reading.refuse(blueprintNoPort, host.span, { host: host.value });
    // One literal: an object that is put together of others costs several times as much.
    const { protocol, tls, enforcement, access, rules, denyRules, allowedIps } = readTraffic(reading, fields);
    const grant = readGrant(reading, fields);
    const { span } = fields;
    return { span, host, ports, protocol, tls, enforcement, access, rules, denyRules, allowedIps, grant };
  });
}

function readPorts(reading: Reading, fields: Fields): Endpoint['ports'] {
  const one = fields.entry('port');
  const several = fields.entry('ports');
  if (one !== null && several !== null) {
    reading.refuse(blueprintPortTwice, reading.keySpan(several), {}, [reading.keySpan(one)]);
  }
  const single = one === null ? [] : [reading.textOrInteger(one.value)];
  const list = several === null ? [] : reading.list(several.value, (port) => reading.textOrInteger(port));
  return [...single, ...list];
}

type Traffic = Omit<Endpoint, 'span' | 'host' | 'ports' | 'grant'>;

function readTraffic(reading: Reading, fields: Fields): Traffic {
  const protocol = fields.optional('protocol', (node) => readProtocol(reading, node));
  const tls = fields.optional('tls', (node) => reading.word(node, ['terminate', 'skip']));
  const access = fields.entry('access');
  const rules = fields.entry('rules');
  const denyRules = fields.entry('deny_rules');
  const opaque = protocol?.value === 'tcp' ? 'protocol: tcp' : tls?.value === 'skip' ? 'tls: skip' : null;
  if (opaque !== null) refuseRequestKeys(reading, opaque, [access, rules, denyRules]);
  const inside = protocol === null || protocol.value === 'tcp' ? 'http' : protocol.value;
  if (access !== null && rules !== null) {
    reading.refuse(blueprintAccessAndRules, reading.keySpan(rules), {}, [reading.keySpan(access)]);
  }
  return {
    protocol,
    tls,
    enforcement: fields.optional('enforcement', (node) => reading.word(node, ['enforce', 'audit'])),
    access: access && reading.word(access.value, ['read-only', 'read-write', 'full']),
    rules: rules && located(readRules(reading, rules.value, inside), reading.span(rules.value)),
    denyRules: denyRules ? reading.list(denyRules.value, (rule) => readRequest(reading, rule, inside)) : [],
    allowedIps: fields.optional('allowed_ips', (node) =>
      located(
        reading.list(node, (block) => reading.text(block)),
        reading.span(node),
      ),
    ),
  };
}

/** `rest` is what OpenShell calls `http`. */
function readProtocol(reading: Reading, node: YamlNode): NonNullable<Endpoint['protocol']> {
  const { value, span } = reading.word(node, ['http', 'tcp', 'rest', ...INNER_PROTOCOLS]);
  return located(value === 'rest' ? 'http' : value, span);
}

function refuseRequestKeys(reading: Reading, because: string, entries: readonly (YamlEntry | null)[]): void {
  for (const entry of entries) {
    if (entry === null) continue;
    reading.refuse(blueprintNoRequests, reading.keySpan(entry), { key: entry.key, because });
  }
}

function readRules(
  reading: Reading,
  node: YamlNode,
  protocol: 'http' | InnerProtocol,
): readonly RequestRule[] {
  return reading.list(node, (rule) =>
    reading.fields(rule, (fields) =>
      fields.required('allow', (allow) => readRequest(reading, allow, protocol)),
    ),
  );
}
