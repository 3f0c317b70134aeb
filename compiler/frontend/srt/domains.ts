import { type Located, located } from '../../source/span.ts';
import type { Endpoint } from '../blueprint/blueprint.ts';

/**
 * One entry of `allowedDomains` or `deniedDomains`. Grammar and meaning: isValidDomainPattern and splitDomainPatternPort
 * of sandbox-runtime's src/sandbox/sandbox-config.ts, and its README: `*.example.com` is every name below example.com, not
 * example.com itself; without a port every port is meant; IPv6 stands in brackets; `*` alone only denies.
 */
export interface Domain {
  readonly written: Located<string>;
  readonly kind: 'name' | 'below' | 'address' | 'everything';
  /** In lower case; what stands behind `*.` for `below`, without brackets for an address. */
  readonly name: string;
  readonly port: number | null;
}

const LABEL = String.raw`[\p{L}\p{N}_-]{1,63}`;
const NAME = new RegExp(String.raw`^${LABEL}(?:\.${LABEL})+$`, 'u');
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const IPV6 = /^\[([0-9a-f:.]{2,45})\](?::(.*))?$/;
const HIGHEST_PORT = 65535;

/** Null for what sandbox-runtime refuses. */
export function parseDomain(written: Located<string>, mayBeEverything: boolean): Domain | null {
  const text = written.value.toLowerCase();
  const bracketed = IPV6.exec(text);
  const [, host, portText] = bracketed ?? /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  if (host === undefined) return null;
  const port = portText === undefined ? null : portOf(portText);
  if (port === undefined) return null;
  if (bracketed) return { written, kind: 'address', name: host, port };
  if (host === '*') return mayBeEverything ? { written, kind: 'everything', name: '', port } : null;
  if (host.startsWith('*.')) {
    const name = host.slice(2);
    return NAME.test(name) ? { written, kind: 'below', name, port } : null;
  }
  if (host !== 'localhost' && !NAME.test(host)) return null;
  return { written, kind: IPV4.test(host) ? 'address' : 'name', name: host, port };
}

function portOf(text: string): number | undefined {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= HIGHEST_PORT ? port : undefined;
}

/** The host as a blueprint writes it: any number of labels in front of a dot is `**`. */
export function hostOf({ kind, name, written }: Domain): Located<string> {
  return located(kind === 'below' ? `**.${name}` : name, written.span);
}

/** The host of this machine, by whatever name. */
export function isLoopback({ kind, name }: Domain): boolean {
  if (kind === 'name') return name === 'localhost' || name.endsWith('.localhost');
  return kind === 'address' && (name.startsWith('127.') || /^[0:]+:0*1$/.test(name));
}

/** Whether some host is meant by both. */
export function overlaps(a: Domain, b: Domain): boolean {
  if (a.kind === 'everything' || b.kind === 'everything') return true;
  if (a.kind !== 'below' && b.kind !== 'below') return a.name === b.name;
  if (a.kind === 'address' || b.kind === 'address') return false;
  if (a.kind === 'below' && b.kind === 'below') {
    return a.name === b.name || isBelow(a.name, b.name) || isBelow(b.name, a.name);
  }
  const [exact, wide] = a.kind === 'below' ? [b, a] : [a, b];
  return isBelow(exact.name, wide.name);
}

function isBelow(name: string, base: string): boolean {
  return name.endsWith(`.${base}`);
}

/** The ports of an entry without those that are denied for every host. */
export function portsWithout({ port, written }: Domain, closed: ReadonlySet<number>): Endpoint['ports'] {
  if (port !== null) return closed.has(port) ? [] : [located(port, written.span)];
  const ports: Located<string | number>[] = [];
  let low = 1;
  for (const high of [...[...closed].sort((a, b) => a - b), HIGHEST_PORT + 1]) {
    if (low === high - 1) ports.push(located(low, written.span));
    else if (low < high) ports.push(located(`${low}-${high - 1}`, written.span));
    low = high + 1;
  }
  return ports;
}
