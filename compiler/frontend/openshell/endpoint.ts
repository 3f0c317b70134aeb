import {
  accessAndRules,
  allowsNothing,
  credentialsNotFilledIn,
  denyWithoutAllow,
  encodedSlash,
  gatewayName,
  hostMissing,
  onlyLogged,
  opaqueStream,
  portAndPorts,
  portMissing,
  rulesIgnored,
  rulesOnStream,
  withoutEffect,
} from '../../diagnostics/catalog/openshell.ts';
import { type Located, located, type Span } from '../../source/span.ts';
import type { Endpoint, RequestRule } from '../blueprint/blueprint.ts';
import { INNER_PROTOCOLS, type InnerProtocol } from '../blueprint/inner-protocol.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { addressBlocks, refuseBlockedRange, reportPrivateAddresses } from './addresses.ts';
import { withinPath } from './endpoint-path.ts';
import { innerRequests } from './inner.ts';
import { allowRules, denyRules } from './rules.ts';
import { entriesOf, entryAt, itemsOf, type Translation, valueAt, wordAt } from './translation.ts';

/** What became of one endpoint. Only `granted` ones reach the blueprint. */
export type TranslatedEndpoint =
  | { readonly kind: 'granted'; readonly endpoint: Endpoint }
  | { readonly kind: 'nothing' }
  | ({ readonly kind: 'not-inspected' } & NotInspected);

/** An endpoint whose messages nobody here can read. */
export interface NotInspected {
  readonly host: Located<string>;
  readonly ports: Endpoint['ports'];
  readonly protocol: Located<string>;
}

const NOTHING: TranslatedEndpoint = { kind: 'nothing' };

/** Names that OpenShell's gateway gives the sandbox for its model router and its host. */
const GATEWAY_NAME = /^(inference\.local|host\.openshell\.internal)$/i;

const CREDENTIAL_KEYS = [
  'websocket_credential_rewrite',
  'request_body_credential_rewrite',
  'credential_binding',
  'credential_signing',
];
const PROTOCOL_OPTIONS = [
  'persisted_queries',
  'graphql_persisted_queries',
  'graphql_max_body_bytes',
  'json_rpc',
  'mcp',
];

/** Of these, the ones that say something to a protocol. */
const OPTIONS_OF: Readonly<Record<string, readonly string[]>> = {
  graphql: ['persisted_queries', 'graphql_persisted_queries', 'graphql_max_body_bytes'],
  'json-rpc': ['json_rpc'],
  mcp: ['mcp'],
};

export function translateEndpoint(node: YamlNode, translation: Translation): TranslatedEndpoint {
  const host = hostOf(node, translation);
  const ports = portsOf(node, translation);
  if (host === null || ports === null) return NOTHING;
  if (GATEWAY_NAME.test(host.value)) {
    translation.report(gatewayName, host.span, { host: host.value });
    return NOTHING;
  }
  const protocol = wordAt(node, 'protocol');
  const inner = INNER_PROTOCOLS.find((one) => one === protocol) ?? null;
  if (inner === null && !['', 'rest', 'tcp'].includes(protocol)) {
    return { kind: 'not-inspected', host, ports, protocol: translation.text(valueAt(node, 'protocol')!) };
  }
  reportUnused(node, protocol, translation);
  const what =
    inner === null ? requestsOf(node, protocol, host, translation) : insideOf(node, inner, host, translation);
  if (what === null) return NOTHING;
  const allowedIps = addressBlocks(valueAt(node, 'allowed_ips'), translation);
  if (allowedIps === null) reportPrivateAddresses(host, translation);
  const tls = tlsOf(node, what.protocol?.value !== 'tcp', translation);
  return {
    kind: 'granted',
    endpoint: { span: translation.spanOf(node), host, ports, tls, allowedIps, grant: null, ...what },
  };
}

function hostOf(node: YamlNode, translation: Translation): Located<string> | null {
  if (wordAt(node, 'host') === '') {
    translation.report(hostMissing, translation.spanOf(node), {});
    return null;
  }
  const host = translation.text(valueAt(node, 'host')!);
  refuseBlockedRange(host, translation);
  return host;
}

function portsOf(node: YamlNode, translation: Translation): readonly Located<number>[] | null {
  const port = entryAt(node, 'port');
  const ports = itemsOf(valueAt(node, 'ports')).map((item) => translation.word<never>(item));
  if (port !== null && ports.length > 0) {
    translation.report(portAndPorts, translation.keySpan(port), {});
    return null;
  }
  if (port !== null) return [translation.word<never>(port.value)];
  if (ports.length > 0) return ports;
  translation.report(portMissing, translation.spanOf(node), { host: wordAt(node, 'host') });
  return null;
}

/** `passthrough` is an old word that OpenShell ignores: it opens TLS wherever it has rules to hold against requests. */
function tlsOf(node: YamlNode, isInspected: boolean, translation: Translation): Endpoint['tls'] {
  const tls = valueAt(node, 'tls');
  const word = wordAt(node, 'tls');
  return tls !== null && (word === 'skip' || (word === 'terminate' && isInspected))
    ? translation.word(tls)
    : null;
}

function insideOf(
  node: YamlNode,
  protocol: InnerProtocol,
  host: Located<string>,
  translation: Translation,
): Requests | null {
  const rules = entryAt(node, 'rules');
  if (rules === null || entryAt(node, 'access') === null)
    return innerRequests(node, protocol, host, translation);
  translation.report(accessAndRules, translation.keySpan(rules), {});
  return null;
}

type Requests = Pick<Endpoint, 'protocol' | 'enforcement' | 'access' | 'rules' | 'denyRules'>;

/** What may be asked of the endpoint, or null where that is nothing. */
function requestsOf(
  node: YamlNode,
  protocol: string,
  host: Located<string>,
  translation: Translation,
): Requests | null {
  const rules = entryAt(node, 'rules');
  const deny = entryAt(node, 'deny_rules');
  const access = entryAt(node, 'access');
  if (rules && access) {
    translation.report(accessAndRules, translation.keySpan(rules), {});
    return null;
  }
  const restricts = rules ?? deny ?? (wordAt(node, 'access') === 'full' ? null : access);
  if (protocol !== 'rest' && restricts === null) return opaque(node, protocol, host, translation);
  if (protocol === 'tcp') {
    translation.report(rulesOnStream, translation.keySpan(restricts!), { key: restricts!.key });
    return null;
  }
  const place = requestsPlace(node, host, translation);
  if (protocol === '' && restricts !== null) {
    translation.report(rulesIgnored, translation.keySpan(restricts), { key: restricts.key });
  }
  if (!rules && !access) {
    if (deny) translation.report(denyWithoutAllow, translation.keySpan(deny), {});
    else translation.report(allowsNothing, place, { host: host.value });
    return null;
  }
  return inspected(node, protocol, place, host, translation);
}

function inspected(
  node: YamlNode,
  protocol: string,
  place: Span,
  host: Located<string>,
  translation: Translation,
): Requests | null {
  const rulesNode = valueAt(node, 'rules');
  const accessNode = valueAt(node, 'access');
  const denied = denyRules(valueAt(node, 'deny_rules'), translation);
  const written = rulesNode === null ? null : allowRules(rulesNode, translation);
  const allowed = withinPath(node, written, translation);
  const reach = allowed?.value ?? null;
  if (reach?.length === 0) {
    translation.report(allowsNothing, place, { host: host.value });
    return null;
  }
  const enforcement = valueAt(node, 'enforcement');
  if (enforcement === null && protocol === 'rest') translation.report(onlyLogged, place, {});
  return {
    protocol: located('http', place),
    enforcement: enforcement && protocol === 'rest' ? translation.word(enforcement) : null,
    access: allowed === null && accessNode ? translation.word(accessNode) : null,
    rules: allowed,
    denyRules: denied,
  };
}

function requestsPlace(node: YamlNode, host: Located<string>, translation: Translation): Span {
  const protocol = valueAt(node, 'protocol');
  return protocol === null ? host.span : translation.spanOf(protocol);
}

function opaque(node: YamlNode, protocol: string, host: Located<string>, translation: Translation): Requests {
  const isRaw = protocol === 'tcp' || wordAt(node, 'tls') === 'skip';
  if (!isRaw) translation.reportOnce(opaqueStream, host.span, {});
  for (const key of ['enforcement', 'access']) {
    const entry = entryAt(node, key);
    if (entry === null) continue;
    const why = 'without `protocol: rest` requests are not looked at';
    translation.report(withoutEffect, translation.keySpan(entry), { key, why });
  }
  const place = requestsPlace(node, host, translation);
  const none: readonly RequestRule[] = [];
  return { protocol: located('tcp', place), enforcement: null, access: null, rules: null, denyRules: none };
}

function reportUnused(node: YamlNode, protocol: string, translation: Translation): void {
  for (const entry of entriesOf(node)) {
    const { key } = entry;
    const place = translation.keySpan(entry);
    const isOff = entry.value.kind === 'scalar' && entry.value.value === false;
    if (isOff) continue;
    if (CREDENTIAL_KEYS.includes(key)) translation.report(credentialsNotFilledIn, place, { key });
    if (key === 'allow_encoded_slash') translation.report(encodedSlash, place, {});
    const why = uselessBecause(key, wordAt(node, key), protocol);
    if (why !== null) translation.report(withoutEffect, place, { key, why });
  }
}

function uselessBecause(key: string, word: string, protocol: string): string | null {
  if (PROTOCOL_OPTIONS.includes(key) && !OPTIONS_OF[protocol]?.includes(key))
    return 'it belongs to another protocol';
  if (key === 'allow_uninspected_credentials') return 'a policy of OpenShell binds no credentials here';
  if (key === 'signing_service' || key === 'signing_region') return 'requests are not signed here';
  const isInspected = !['', 'tcp', 'sql'].includes(protocol);
  if (key === 'path' && !isInspected) return 'requests are not looked at';
  if (key === 'tls' && word === 'passthrough') return 'OpenShell decides about TLS by itself';
  if (key === 'tls' && word === 'terminate' && !isInspected) return 'requests are not looked at';
  return null;
}
