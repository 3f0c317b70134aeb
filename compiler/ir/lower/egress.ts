import {
  binaryHash,
  cidrInvalid,
  hostInvalid,
  methodInvalid,
  opaqueTunnel,
  portInvalid,
  rulesInTunnel,
  saysNothing,
} from '../../diagnostics/catalog/egress.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import { type CidrBlock, parseCidrBlock } from '../../domain/address.ts';
import type { Glob } from '../../domain/glob.ts';
import { type HostPattern, parseHostPattern } from '../../domain/host.ts';
import { type MethodSet, NO_METHODS, parseMethod } from '../../domain/method.ts';
import { type PortRange, parsePortRange } from '../../domain/port.ts';
import type { BinaryItem, Endpoint, NetworkPolicy, RequestRule } from '../../frontend/blueprint/blueprint.ts';
import type { InnerProtocol } from '../../frontend/blueprint/inner-protocol.ts';
import type { Resolved } from '../../resolve/resolved.ts';
import type { Located } from '../../source/span.ts';
import type { BinaryPattern, EgressEntry, EgressPolicy, HttpRule } from '../egress.ts';
import { ALL, type Extent, only } from '../extent.ts';
import type { OperationSet } from '../operation.ts';
import { globOf } from './glob.ts';
import type { Lowering } from './lowering.ts';
import {
  allowedOperations,
  deniedOperations,
  methodsNamed,
  methodsOfProtocol,
  operationsOfAccess,
} from './operations.ts';

/** What the access words allow: safe methods (RFC 9110 section 9.2.1), those and the ones that create or change, all. */
const ACCESS_METHODS = {
  'read-only': ['GET', 'HEAD', 'OPTIONS'],
  'read-write': ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'],
  full: ['*'],
} as const;

export function lowerEgress(resolved: Resolved, lowering: Lowering): EgressPolicy {
  const entries: EgressEntry[] = [];
  for (const { item, trail } of resolved.network) {
    const binaries = binariesOf(item, lowering);
    for (const [index, endpoint] of item.endpoints.entries()) {
      const id = `egress:${item.key.value}#${index}`;
      entries.push(entryOf(endpoint, { policy: item, id, binaries, trail }, lowering));
    }
  }
  return { entries };
}

interface Surroundings {
  readonly policy: NetworkPolicy;
  readonly id: string;
  readonly binaries: Extent<readonly BinaryPattern[]>;
  readonly trail: readonly string[];
}

function entryOf(endpoint: Endpoint, around: Surroundings, lowering: Lowering): EgressEntry {
  const opaque = endpoint.protocol?.value === 'tcp' || endpoint.tls?.value === 'skip';
  const host = endpoint.host.value;
  const inside = protocolInside(endpoint);
  if (opaque && (endpoint.access || endpoint.rules || endpoint.denyRules.length > 0)) {
    lowering.report(rulesInTunnel, (endpoint.access ?? endpoint.rules ?? endpoint).span, { host });
  } else if (opaque) {
    lowering.report(opaqueTunnel, endpoint.host.span, { host });
  } else if (!endpoint.access && !endpoint.rules) {
    lowering.report(saysNothing, endpoint.host.span, { host });
  }
  return {
    host: hostOf(endpoint.host, lowering),
    ports: portsOf(endpoint, lowering),
    binaries: around.binaries,
    addresses: addressesOf(endpoint, lowering),
    visibility: opaque ? 'opaque' : (inside ?? 'http'),
    allow: opaque ? ALL : allowedRequests(endpoint, lowering),
    deny: endpoint.denyRules.map((rule) =>
      requestOf(rule, inside, deniedOperations(rule, inside, lowering), lowering),
    ),
    enforcement: endpoint.enforcement?.value ?? 'enforce',
    grant: lowering.grant(around.id, endpoint.host.span, around.trail, endpoint.grant ?? around.policy.grant),
  };
}

function hostOf(host: Located<string>, lowering: Lowering): HostPattern {
  const parsed = parseHostPattern(host.value);
  if (parsed.ok) return parsed.pattern;
  lowering.report(hostInvalid, host.span, { host: host.value, problem: parsed.problem });
  return unusedHost();
}

/** Stands in for a host that was refused; the policy with it is never sealed. */
function unusedHost(): HostPattern {
  const parsed = parseHostPattern('invalid');
  if (!parsed.ok) throw new Error(`the name that stands in for a refused host is refused: ${parsed.problem}`);
  return parsed.pattern;
}

function portsOf({ ports }: Endpoint, lowering: Lowering): PortRange[] {
  const ranges: PortRange[] = [];
  for (const port of ports) {
    const parsed = parsePortRange(port.value);
    if (parsed.ok) ranges.push(parsed.range);
    else lowering.report(portInvalid, port.span, { port: String(port.value) });
  }
  return ranges;
}

function binariesOf(policy: NetworkPolicy, lowering: Lowering): Extent<readonly BinaryPattern[]> {
  if (policy.binaries === null) return ALL;
  const patterns: BinaryPattern[] = [];
  for (const binary of policy.binaries.value) {
    const path = globOf(binary.path, 'file', lowering);
    const digest = digestOf(binary, lowering);
    if (path !== null) patterns.push({ path, sha256: digest });
  }
  return only(patterns);
}

function digestOf({ sha256 }: BinaryItem, lowering: Lowering): string | null {
  if (sha256 === null) return null;
  const digest = sha256.value.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) lowering.report(binaryHash, sha256.span, { text: sha256.value });
  return digest;
}

function addressesOf(endpoint: Endpoint, lowering: Lowering): Extent<readonly CidrBlock[]> {
  if (endpoint.allowedIps === null) return ALL;
  return only(
    endpoint.allowedIps.value.flatMap((block) => {
      const parsed = parseCidrBlock(block.value);
      if (parsed.ok) return [parsed.block];
      lowering.report(cidrInvalid, block.span, { block: block.value, problem: parsed.problem });
      return [];
    }),
  );
}

function allowedRequests(endpoint: Endpoint, lowering: Lowering): Extent<readonly HttpRule[]> {
  const inside = protocolInside(endpoint);
  if (endpoint.rules) {
    return only(
      endpoint.rules.value.map((rule) =>
        requestOf(rule, inside, allowedOperations(rule, inside, lowering), lowering),
      ),
    );
  }
  const access = endpoint.access;
  if (access === null || access.value === 'full') return ALL;
  if (inside !== null) return operationsOfAccess(access.value, access.span, inside, lowering);
  const methods = methodsNamed(ACCESS_METHODS[access.value]);
  return only([{ methods, path: ALL, query: [], operations: ALL }]);
}

function protocolInside({ protocol }: Endpoint): InnerProtocol | null {
  const word = protocol?.value ?? 'http';
  return word === 'http' || word === 'tcp' ? null : word;
}

function requestOf(
  rule: RequestRule,
  inside: InnerProtocol | null,
  operations: Extent<OperationSet>,
  lowering: Lowering,
): HttpRule {
  const path = rule.path === null ? null : globOf(rule.path, 'url', lowering);
  const methods = rule.method === null ? methodsOfProtocol(inside) : methodsOf(rule.method, lowering);
  return { methods, path: path === null ? ALL : only(path), query: queryOf(rule, lowering), operations };
}

function queryOf({ query }: RequestRule, lowering: Lowering): HttpRule['query'] {
  const wanted: { readonly key: string; readonly value: Glob }[] = [];
  for (const { key, value } of query) {
    const glob = globOf(value, 'text', lowering);
    if (glob !== null) wanted.push({ key: key.value, value: glob });
  }
  return wanted;
}

function methodsOf(method: Located<string>, lowering: Lowering): MethodSet {
  const parsed = parseMethod(method.value);
  if (parsed.ok) return parsed.methods;
  const nearest = nearestWord(method.value, parsed.suggestions);
  lowering.report(methodInvalid, method.span, { method: method.value, nearest });
  return NO_METHODS;
}
