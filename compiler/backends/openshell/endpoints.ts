import {
  exportBlockLeftOut,
  exportControlPorts,
  exportLeftOut,
  exportPrivateAddresses,
  exportRequestDenialLost,
} from '../../diagnostics/catalog/exported.ts';
import type { EgressEntry } from '../../ir/egress.ts';
import { hostProblem, isBlocked } from './hosts.ts';
import { operationKeys } from './operations.ts';
import { requestKeys } from './requests.ts';
import type { Plain, Translation } from './translation.ts';
import { websocketKeys } from './websocket.ts';

/** One endpoint on its way out. How TLS is treated is settled when all of them are known. */
export interface Draft {
  readonly entry: EgressEntry;
  readonly ports: readonly number[];
  readonly allowedIps: readonly string[] | null;
  /** Empty for a tunnel. */
  readonly requests: Readonly<Record<string, Plain>>;
}

/** Ports are listed one by one there; a longer list is no longer a list. */
const MOST_PORTS = 64;
const CONTROL_PORTS = [2379, 2380, 6443, 10250, 10255];

/** An entry as an endpoint of OpenShell, or null where it cannot be one, which is reported. */
export function draftOf(entry: EgressEntry, translation: Translation): Draft | null {
  const expiresAt = entry.grant.approval?.expiresAt ?? null;
  if (expiresAt !== null && translation.now >= expiresAt) {
    return leftOut(entry, 'the grant has ended', translation);
  }
  const problem = hostProblem(entry.host);
  if (problem !== null) return leftOut(entry, problem, translation);
  if (entry.allow.kind === 'none' || (entry.allow.kind === 'only' && entry.allow.of.length === 0)) {
    return leftOut(entry, 'it allows no request', translation);
  }
  const ports = portsOf(entry);
  if (ports === null) {
    return leftOut(
      entry,
      `OpenShell lists ports one by one, and these are more than ${MOST_PORTS}`,
      translation,
    );
  }
  const allowedIps = blocksOf(entry, translation);
  if (allowedIps?.length === 0) {
    return leftOut(entry, 'OpenShell connects to none of its addresses', translation);
  }
  const requests = keysOf(entry, translation);
  if ('why' in requests) return leftOut(entry, requests.why, translation);
  reportReach(entry, ports, allowedIps, translation);
  return { entry, ports, allowedIps, requests: requests.keys };
}

type Keys = { readonly keys: Readonly<Record<string, Plain>> } | { readonly why: string };

function keysOf(entry: EgressEntry, translation: Translation): Keys {
  switch (entry.visibility) {
    case 'opaque':
      return { keys: {} };
    case 'http':
    case 'websocket': {
      const keysFor = entry.visibility === 'http' ? requestKeys : websocketKeys;
      const keys = keysFor(entry, translation);
      return keys === null ? { why: 'a pattern would take too many of OpenShell' } : { keys };
    }
    default:
      return operationKeys(entry, translation);
  }
}

/** Says that nothing of an entry is exported, and what that opens. */
export function leftOut(entry: EgressEntry, why: string, translation: Translation): null {
  translation.change(exportLeftOut, entry.grant, { host: entry.host.text, why });
  if (entry.deny.length > 0 && entry.enforcement === 'enforce') {
    translation.change(exportRequestDenialLost, entry.grant, { host: entry.host.text });
  }
  return null;
}

function portsOf({ ports }: EgressEntry): number[] | null {
  const width = ports.reduce((sum, { low, high }) => sum + high - low + 1, 0);
  if (width > MOST_PORTS) return null;
  const all = ports.flatMap(({ low, high }) => Array.from({ length: high - low + 1 }, (_, at) => low + at));
  return [...new Set(all)].sort((a, b) => a - b);
}

function blocksOf({ addresses, grant }: EgressEntry, translation: Translation): string[] | null {
  if (addresses.kind !== 'only') return null;
  return addresses.of.flatMap((block) => {
    if (!isBlocked(block)) return [block.text];
    translation.change(exportBlockLeftOut, grant, { block: block.text });
    return [];
  });
}

function reportReach(
  { host, grant }: EgressEntry,
  ports: readonly number[],
  allowedIps: readonly string[] | null,
  translation: Translation,
): void {
  if (host.kind === 'name' && allowedIps === null) {
    translation.changeOnce(exportPrivateAddresses, grant, {});
  }
  const closed = ports.filter((port) => CONTROL_PORTS.includes(port));
  if (closed.length > 0 && (host.kind !== 'wildcard' || allowedIps !== null)) {
    translation.change(exportControlPorts, grant, { ports: closed });
  }
}
