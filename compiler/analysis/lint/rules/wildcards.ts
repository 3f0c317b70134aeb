import {
  lintAnyProgram,
  lintDeepWildcardHost,
  lintFullAccess,
  lintOnlyLogged,
  lintWidePorts,
} from '../../../diagnostics/catalog/lint/wildcards.ts';
import { type Finding, finding } from '../finding.ts';
import { type EgressWords, egressWords, isOwn, type Subject } from '../subject.ts';

/** Ports that one range may hold before somebody is asked; the usual ranges of services hold some dozens. */
const MOST_PORTS = 1000;
/** Programs wherever they stand. */
const ANYWHERE = /^\/\*\*(?:\/|$)/;

/** Network policies that any program may use. */
export function anyProgram(subject: Subject): Finding[] {
  return subject.resolved.network.flatMap(({ item: { key, binaries } }) => {
    if (!isOwn(subject, key.span)) return [];
    const what = `the network policy \`${key.value}\``;
    if (binaries === null) return [finding(lintAnyProgram, key.span, { what })];
    return binaries.value
      .filter(({ path, sha256 }) => sha256 === null && ANYWHERE.test(path.value))
      .map(({ path }) => finding(lintAnyProgram, path.span, { what }));
  });
}

/** Hosts, ports and requests that are granted more widely than a service needs. */
export function wideEndpoints(subject: Subject): Finding[] {
  return egressWords(subject).flatMap((words) => (words.isOwn ? widenessOf(words) : []));
}

function widenessOf({ endpoint, entry }: EgressWords): Finding[] {
  const { host, access, enforcement } = endpoint;
  const ports = endpoint.ports.flatMap((port, at) => {
    const { low, high } = entry.ports[at]!;
    const count = high - low + 1;
    return count > MOST_PORTS
      ? [finding(lintWidePorts, port.span, { ports: String(port.value), count })]
      : [];
  });
  return [
    ...ports,
    ...(access?.value === 'full' ? [finding(lintFullAccess, access.span, { host: host.value })] : []),
    ...(host.value.startsWith('**.') ? [finding(lintDeepWildcardHost, host.span, { host: host.value })] : []),
    ...(enforcement?.value === 'audit'
      ? [finding(lintOnlyLogged, enforcement.span, { host: host.value })]
      : []),
  ];
}
