import {
  credentialAudited,
  credentialBoundTwice,
  credentialFilePath,
  credentialHeader,
  credentialInTunnel,
  credentialMaxUses,
  credentialNotGranted,
  credentialPassedIn,
  credentialVariableMissing,
  credentialVariableTwice,
  credentialWildcard,
  credentialWithinReach,
} from '../../diagnostics/catalog/credentials.ts';
import { hostInvalid, portInvalid } from '../../diagnostics/catalog/egress.ts';
import { hostMatches, parseHost, parseHostPattern } from '../../domain/host.ts';
import { parseAbsolutePath } from '../../domain/path.ts';
import { parsePortRange } from '../../domain/port.ts';
import type { CredentialEndpoint, CredentialItem } from '../../frontend/blueprint/blueprint.ts';
import type { Resolved, Sourced } from '../../resolve/resolved.ts';
import type { Located } from '../../source/span.ts';
import type { BoundCredential, CredentialBinding, CredentialSource } from '../credential.ts';
import type { EgressEntry, EgressPolicy } from '../egress.ts';
import { type FilesystemPolicy, rightsOf } from '../filesystem.ts';
import { entryAbove } from '../path-lookup.ts';
import { environmentEntryFor, type ProcessPolicy } from '../process.ts';
import type { Lowering } from './lowering.ts';

const HTTPS = 443;
const USUAL_HEADER = 'authorization';
/** RFC 9110 section 5.6.2, of which `-` and `_` are all that fields of credentials use beside letters and digits. */
const FIELD_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** Fields that are about the connection or say what the message is: the gateway writes them or decides by them. */
const NOT_A_CREDENTIAL =
  /^(host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|range|date|origin|content-.*|proxy-.*|sec-.*|if-.*|accept.*|http2-settings)$/;

/** The facets that a credential has to agree with. */
interface Around {
  readonly egress: EgressPolicy;
  readonly process: ProcessPolicy;
  readonly filesystem: FilesystemPolicy;
}

export function lowerCredentials(resolved: Resolved, around: Around, lowering: Lowering): BoundCredential[] {
  const credentials: BoundCredential[] = [];
  const variables = new Set<string>();
  for (const sourced of resolved.credentials) {
    const credential = credentialOf(sourced, around, lowering);
    if (credential === null) continue;
    const { name, variable } = credential;
    if (variables.has(variable)) {
      lowering.report(credentialVariableTwice, sourced.item.name.span, { name, variable });
    }
    variables.add(variable);
    credentials.push(credential);
  }
  return credentials.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function credentialOf(
  { item, trail }: Sourced<CredentialItem>,
  around: Around,
  lowering: Lowering,
): BoundCredential | null {
  const name = item.name.value;
  const source = sourceOf(item, around.filesystem, lowering);
  const variable = item.placeholderEnv ?? item.env;
  if (source === null) return null;
  if (variable === null) {
    lowering.report(credentialVariableMissing, item.name.span, { name });
    return null;
  }
  refusePassedIn(item, source, variable, around.process, lowering);
  const { maxUses = null } = item.grant ?? {};
  if (maxUses !== null) lowering.report(credentialMaxUses, maxUses.span, { name });
  return {
    name,
    source,
    variable: variable.value,
    isOptional: item.optional?.value ?? false,
    bindings: bindingsOf(item, around.egress, lowering),
    // Refused above, so that nothing more is said of it.
    grant: lowering.grant(
      `credential:${name}`,
      item.name.span,
      trail,
      item.grant && { ...item.grant, maxUses: null },
    ),
  };
}

function sourceOf(
  { name, env, file }: CredentialItem,
  { entries }: FilesystemPolicy,
  lowering: Lowering,
): CredentialSource | null {
  if (file === null) return env === null ? null : { kind: 'variable', name: env.value };
  const parsed = parseAbsolutePath(file.value);
  if (!parsed.ok) {
    lowering.report(credentialFilePath, file.span, { path: file.value });
    return null;
  }
  const { path } = parsed;
  // Where links lead is known when it is started, and asked once more then.
  const around = entryAbove(entries, path);
  if (around?.source === 'host' && (around.rights & rightsOf('read_file', 'write_file')) !== 0) {
    const label = 'granted here';
    lowering.report(credentialWithinReach, file.span, { name: name.value, path, entry: around.path }, [
      { span: around.grant.origin.span, label },
    ]);
  }
  return { kind: 'file', path };
}

/** Neither may the real variable pass in, nor may anything else set the one of the placeholder. */
function refusePassedIn(
  item: CredentialItem,
  source: CredentialSource,
  variable: Located<string>,
  process: ProcessPolicy,
  lowering: Lowering,
): void {
  const name = item.name.value;
  const report = (written: Located<string>, isValue: boolean) => {
    const entry = environmentEntryFor(process, written.value);
    if (entry === null || (isValue && entry.value !== null)) return false;
    const label = 'here';
    lowering.report(credentialPassedIn, written.span, { name, variable: written.value, isValue }, [
      { span: entry.grant.origin.span, label },
    ]);
    return true;
  };
  const isPassed = source.kind === 'variable' && report(item.env!, true);
  if (!isPassed) report(variable, false);
}

function bindingsOf(item: CredentialItem, egress: EgressPolicy, lowering: Lowering): CredentialBinding[] {
  const bindings = new Map<string, CredentialBinding>();
  for (const endpoint of item.endpoints) {
    const binding = bindingOf(item.name.value, endpoint, lowering);
    if (binding === null) continue;
    const { host, port, header } = binding;
    refuseUnseen(item.name.value, endpoint, binding, egress, lowering);
    const place = `${host} ${port} ${header}`;
    if (bindings.has(place)) {
      const name = item.name.value;
      lowering.report(credentialBoundTwice, endpoint.host.span, { name, host, port, header });
    }
    bindings.set(place, binding);
  }
  return [...bindings.values()].sort(inOrder);
}

function inOrder(a: CredentialBinding, b: CredentialBinding): number {
  if (a.host !== b.host) return a.host < b.host ? -1 : 1;
  return a.port - b.port || (a.header < b.header ? -1 : 1);
}

function bindingOf(name: string, endpoint: CredentialEndpoint, lowering: Lowering): CredentialBinding | null {
  const { host, plainHttp } = endpoint;
  const pattern = parseHostPattern(host.value);
  const port = portOf(endpoint, lowering);
  const header = headerOf(endpoint, lowering);
  if (!pattern.ok) {
    lowering.report(hostInvalid, host.span, { host: host.value, problem: pattern.problem });
    return null;
  }
  if (pattern.pattern.kind === 'wildcard') {
    lowering.report(credentialWildcard, host.span, { name, host: host.value });
    return null;
  }
  if (port === null || header === null) return null;
  return { host: pattern.pattern.text, port, header, plainHttp: plainHttp?.value ?? false };
}

/** One port: a credential goes to a service, and a range would be many. */
function portOf({ port }: CredentialEndpoint, lowering: Lowering): number | null {
  if (port === null) return HTTPS;
  const parsed = parsePortRange(port.value);
  if (parsed.ok && parsed.range.low === parsed.range.high) return parsed.range.low;
  lowering.report(portInvalid, port.span, { port: String(port.value) });
  return null;
}

function headerOf({ header }: CredentialEndpoint, lowering: Lowering): string | null {
  if (header === null) return USUAL_HEADER;
  const name = header.value.toLowerCase();
  if (FIELD_NAME.test(name) && !NOT_A_CREDENTIAL.test(name)) return name;
  lowering.report(credentialHeader, header.span, { header: header.value });
  return null;
}

/** A binding needs an endpoint of its host and port at which requests are seen. */
function refuseUnseen(
  name: string,
  endpoint: CredentialEndpoint,
  { host, port }: CredentialBinding,
  { entries }: EgressPolicy,
  lowering: Lowering,
): void {
  const at = endpoint.host.span;
  const granting = entries.filter((entry) => grants(entry, host, port));
  const seen = granting.filter(({ visibility }) => visibility !== 'opaque');
  const here = (found: readonly EgressEntry[]) =>
    found.slice(0, 1).map(({ grant }) => ({ span: grant.origin.span, label: 'granted here' }));
  if (granting.length === 0) lowering.report(credentialNotGranted, at, { name, host, port });
  else if (seen.length === 0) {
    lowering.report(credentialInTunnel, at, { name, host, port }, here(granting));
  }
  const audited = seen.filter(({ enforcement }) => enforcement === 'audit');
  if (audited.length > 0) lowering.report(credentialAudited, at, { name, host }, here(audited));
}

/** Whether an entry speaks of a host in its one spelling, and a port. */
export function grants(
  { host, ports }: Pick<EgressEntry, 'host' | 'ports'>,
  name: string,
  port: number,
): boolean {
  const parsed = parseHost(name);
  return (
    parsed.ok && hostMatches(host, parsed.host) && ports.some(({ low, high }) => low <= port && port <= high)
  );
}
