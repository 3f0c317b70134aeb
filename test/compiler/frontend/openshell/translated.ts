import type { Diagnostic } from '../../../../compiler/diagnostics/diagnostic.ts';
import type { Blueprint, Endpoint } from '../../../../compiler/frontend/blueprint/blueprint.ts';
import { openshellFrontEnd } from '../../../../compiler/frontend/openshell/front-end.ts';
import { readYaml } from '../../../../compiler/frontend/yaml/read.ts';

export interface Translated {
  readonly blueprint: Blueprint | null;
  /** One line a finding: `line:column code underlined text`. */
  readonly findings: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a file as the front end would, from its bytes on. */
export function translate(text: string, path = 'policy.yaml'): Translated {
  const { tree, diagnostics } = readYaml(path, new TextEncoder().encode(text));
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  if (!openshellFrontEnd.claims(tree)) throw new Error('not claimed');
  const parsed = openshellFrontEnd.parse(tree);
  return {
    blueprint: parsed.blueprint,
    findings: parsed.diagnostics.map(placeAndCode),
    diagnostics: parsed.diagnostics,
  };
}

function placeAndCode({ primary, code }: Diagnostic): string {
  if (primary === null) return `nowhere ${code}`;
  const { source, start, end } = primary;
  const { line, column } = source.positionAt(start);
  return `${line}:${column} ${code} ${source.text.slice(start, end).replace(/\s+/g, ' ')}`;
}

/** Findings that every policy has, about what a blueprint says differently from the start. */
const ALWAYS = ['NC1301', 'NC1304', 'NC1306', 'NC1307', 'NC1308', 'NC1309', 'NC1276', 'NC1283', 'NC1303'];

/** The findings that are about what this text says, as `code underlined text`. */
export function telling({ findings }: Translated): string[] {
  return findings
    .map((finding) => finding.replace(/^\S+ /, ''))
    .filter((finding) => !ALWAYS.includes(finding.slice(0, 6)));
}

/** A policy with one network policy, `api`, for curl. */
export function withEndpoint(endpoint: string, binary = '/usr/bin/curl'): string {
  return `version: 1
network_policies:
  api:
    endpoints:
      - ${endpoint}
    binaries:
      - { path: ${binary} }
`;
}

/** What a blueprint may do on the network, short enough to read in a test. */
export function network(blueprint: Blueprint | null): string[] {
  return (blueprint?.network ?? []).flatMap(({ key, endpoints }) =>
    endpoints.map((endpoint) => `${key.value}: ${spell(endpoint)}`),
  );
}

function spell(endpoint: Endpoint): string {
  const rule = ({ method, path, query, ...inside }: Endpoint['denyRules'][number]) =>
    [
      method?.value,
      path?.value ?? 'any path',
      ...operationWords(inside),
      ...query.map(({ key, value }) => `${key.value}=${value.value}`),
    ]
      .filter((word) => word !== undefined)
      .join(' ');
  const words = [
    endpoint.protocol?.value,
    `${endpoint.host.value}:${endpoint.ports.map(({ value }) => value).join(',')}`,
    endpoint.tls && `tls ${endpoint.tls.value}`,
    endpoint.enforcement?.value,
    endpoint.access?.value,
    endpoint.rules && `allow [${endpoint.rules.value.map(rule).join(', ')}]`,
    endpoint.denyRules.length > 0 && `deny [${endpoint.denyRules.map(rule).join(', ')}]`,
    endpoint.allowedIps && `in [${endpoint.allowedIps.value.map(({ value }) => value).join(', ')}]`,
  ];
  return words.filter((word) => typeof word === 'string').join(' ');
}

function operationWords(rule: Omit<Endpoint['denyRules'][number], 'method' | 'path' | 'query'>): string[] {
  const { rpcMethod, tool, operationType, operationName, fields, message } = rule;
  const named = { rpcMethod, tool, operationType, operationName, message };
  const words = Object.entries(named).flatMap(([key, one]) => (one === null ? [] : `${key}=${one.value}`));
  return fields === null ? words : [...words, `fields=${fields.value.map(({ value }) => value).join('|')}`];
}
