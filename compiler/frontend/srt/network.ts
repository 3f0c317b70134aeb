import { importHostInvalid, localhostClosed, publicOnly } from '../../diagnostics/catalog/imported.ts';
import type { Located, Span } from '../../source/span.ts';
import type { NetworkPolicy } from '../blueprint/blueprint.ts';
import { closed, networkPolicy, tunnel } from '../imported/draft.ts';
import { type Importing, short } from '../imported/importing.ts';
import { type Domain, hostOf, isLoopback, overlaps, parseDomain, portsWithout } from './domains.ts';

/**
 * Domains as tunnels for any program: sandbox-runtime forwards bytes and neither looks at requests nor at who sends them.
 * A denied domain becomes an entry that refuses, where a granted one reaches it; what is not granted is denied anyway.
 */
export function translateDomains(
  allowed: readonly Located<string>[],
  denied: readonly Located<string>[],
  place: Span,
  importing: Importing,
): NetworkPolicy[] {
  const denials = domainsOf(denied, true, importing);
  const everything = denials.filter(({ kind }) => kind === 'everything');
  const grants = withoutRepeats(domainsOf(allowed, false, importing)).filter((grant) => {
    if (!isLoopback(grant)) return true;
    importing.change(localhostClosed, grant.written.span, { host: short(grant.written.value) });
    return false;
  });
  const closedPorts = new Set(everything.flatMap(({ port }) => (port === null ? [] : [port])));
  const isShut = everything.some(({ port }) => port === null);
  const tunnels = grants.flatMap((grant) => {
    const ports = isShut ? [] : portsWithout(grant, closedPorts);
    importing.exact(grant.written, ports.length === 0 ? 'is denied by `*`' : 'may be reached by any program');
    if (ports.length > 0 && grant.kind !== 'address')
      importing.changeOnce(publicOnly, grant.written.span, {});
    return ports.length === 0 ? [] : [tunnel(hostOf(grant), ports)];
  });
  const refusals = withoutRepeats(denials).flatMap((denial) => {
    importing.exact(denial.written, 'is refused');
    const matters = denial.kind !== 'everything' && grants.some((grant) => overlaps(grant, denial));
    return matters && !isShut ? [closed(hostOf(denial), portsWithout(denial, new Set()))] : [];
  });
  return [
    ...networkPolicy('allowed_domains', place, tunnels),
    ...networkPolicy('denied_domains', place, refusals),
  ];
}

function domainsOf(
  texts: readonly Located<string>[],
  mayBeEverything: boolean,
  importing: Importing,
): Domain[] {
  return texts.flatMap((text) => {
    const domain = parseDomain(text, mayBeEverything);
    if (domain !== null) return [domain];
    importing.refuse(importHostInvalid, text.span, { host: short(text.value) });
    return [];
  });
}

/** Two entries for one host and port are one; the first gives its place. */
function withoutRepeats(domains: readonly Domain[]): Domain[] {
  const seen = new Set<string>();
  return domains.filter(({ kind, name, port }) => {
    const key = `${kind} ${name} ${port}`;
    return !seen.has(key) && seen.add(key);
  });
}
