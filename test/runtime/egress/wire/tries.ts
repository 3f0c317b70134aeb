import { parseAddress, printAddress } from '../../../../compiler/domain/address.ts';
import type { EgressAccess } from '../../../../compiler/ir/access.ts';
import type { EgressEntry } from '../../../../compiler/ir/egress.ts';
import { ALL } from '../../../../compiler/ir/extent.ts';
import { naiveAttempt, naiveDecide } from '../../../properties/difference/naive-egress.ts';
import type { ToSend } from '../../../support/egress/wire-bytes.ts';
import { REQUEST_CLIENTS, type STREAM_CLIENTS } from '../../../support/egress/wire-clients.ts';
import { egressOf, type PlainEntry, type PlainRule } from '../../../support/plain-egress.ts';
import { RandomEgress } from '../../../support/random-egress.ts';
import { RandomAccesses } from '../../../support/random-egress-access.ts';
import type { Seeded } from '../../../support/seeded.ts';

type Request = keyof typeof REQUEST_CLIENTS;
type Stream = keyof typeof STREAM_CLIENTS;

/** One access, and the program by which it is tried. */
export interface Try {
  readonly access: EgressAccess;
  /** Curl runs by itself, many at a time. */
  readonly client: Request | 'curl' | `stream-${Stream}`;
  readonly send: ToSend;
}

/** A policy in words, and with limits of uses where it has some. */
export interface WirePolicy {
  readonly plain: readonly PlainEntry[];
  readonly entries: readonly EgressEntry[];
  /** By the grant's id. */
  readonly uses: ReadonlyMap<string, number>;
}

const MOST_DRAWS = 40;
const PLAIN_HOST = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/;
const METHODS: Readonly<Record<string, string>> = { BREW: 'PROPFIND' };
const BROWSER_METHODS = /^(DELETE|GET|HEAD|POST|PUT)$/;

/** As plain entries say it, but of requests that nobody reads inside. */
function ofRequests(entry: PlainEntry): PlainEntry {
  const rule = (one: PlainRule): PlainRule => ({ ...one, operations: 'all' });
  return {
    ...entry,
    visibility: entry.visibility === 'opaque' ? 'opaque' : 'http',
    allow: typeof entry.allow === 'string' ? entry.allow : entry.allow.map(rule),
    deny: entry.deny.map(rule),
  };
}

export function randomPolicy(random: Seeded, number: number): WirePolicy {
  const generated = new RandomEgress(random);
  const plain = Array.from({ length: 2 + random.below(5) }, () => ofRequests(generated.entry()));
  const isCounted = random.fraction() < 0.2;
  const uses = new Map<string, number>();
  const entries = egressOf(plain).entries.map((entry) => {
    if (!isCounted || random.fraction() < 0.4) return entry;
    const maxUses = 1 + random.below(3);
    uses.set(entry.grant.id, maxUses);
    const nobody = { owner: null, reason: null, approvedBy: null, expiresAt: null, request: null };
    // Uses are counted by what was approved, so that another policy's are others.
    const approval = { ...nobody, ...entry.grant.approval, maxUses, ticket: `T-${number}` };
    return { ...entry, grant: { ...entry.grant, approval } };
  });
  return { plain, entries, uses };
}

/** A time, what names mean then, and what is tried under both. */
export interface Round {
  readonly at: number;
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  readonly tries: readonly Try[];
}

export class RandomTries {
  readonly #random: Seeded;
  readonly #accesses: RandomAccesses;
  #made = 0;
  readonly #plain: readonly PlainEntry[];
  readonly #prefix: string;

  constructor(random: Seeded, plain: readonly PlainEntry[], prefix: string) {
    this.#random = random;
    this.#accesses = new RandomAccesses(random, plain);
    this.#plain = plain;
    this.#prefix = prefix;
  }

  round(count: number): Round {
    const { at } = this.#accesses.next();
    const addresses = new Map<string, readonly string[]>();
    const tries = Array.from({ length: count }, () => this.#try(this.#drawn(at, addresses)));
    return { at, addresses, tries };
  }

  /** At random most are refused; every second one is drawn again until it is not, as far as that is likely at all. */
  #drawn(at: number, addresses: Map<string, readonly string[]>): EgressAccess {
    const isToBeAllowed = this.#random.fraction() < 0.5;
    for (let draws = 0; ; draws += 1) {
      const one = this.#accesses.next();
      const host = nameOf(one.host);
      const isLiteral = parseAddress(host.replace(/[[\]]/g, '')).ok;
      const address = isLiteral ? null : (addresses.get(host)?.[0] ?? usable(one.address));
      const access = { ...one, at, address, ...(one.http && { http: { ...one.http, operations: ALL } }) };
      const isAllowed = naiveDecide(this.#plain, naiveAttempt(access)) === 'allow';
      if (isToBeAllowed && !isAllowed && draws < MOST_DRAWS) continue;
      if (address !== null) addresses.set(host, [address]);
      return access;
    }
  }

  #try(access: EgressAccess): Try {
    const id = `${this.#prefix}-${this.#made++}`;
    const isSecure = this.#random.fraction() < 0.4;
    const common = { id, host: access.host, port: access.port, isSecure, mark: `m ${id}, "x"` };
    if (access.http === null) {
      const client = this.#random.pick(['stream-connect', 'stream-socks', 'stream-transparent'] as const);
      const send = { ...common, isSecure: false, method: 'GET', target: '/', body: null };
      return { access, client: this.#fitting(access, send, client), send };
    }
    const { query, method: drawn } = access.http;
    const path = access.http.path.replace('?', '%3F');
    const method = METHODS[drawn] ?? drawn;
    const body = /^(POST|PUT|PURGE)$/.test(method) ? `body of ${id}\r\n\0\xff` : null;
    const target = `${path}${query.length > 0 ? `?${query.map(([k, v]) => `${escaped(k)}=${escaped(v)}`).join('&')}` : ''}`;
    // No server of the test speaks such a thing in TLS, where only a tunnel would carry it.
    const isOdd = !/^[A-Z]+$/.test(method);
    const send = { ...common, isSecure: isSecure && !isOdd, method, target, body };
    const http = { path, method, query, operations: ALL };
    const client = this.#random.pick([...(Object.keys(REQUEST_CLIENTS) as Request[]), 'curl' as const]);
    const fitting = this.#fitting(access, send, client);
    return asSent({ access: { ...access, http }, client: fitting, send });
  }

  /** Programs that would not send such a thing, or not as it stands, give way to one that writes what it is told. */
  #fitting(access: EgressAccess, send: ToSend, client: Try['client']): Try['client'] {
    const isLiteral = parseAddress(access.host).ok;
    if (client.endsWith('transparent')) {
      const isUsual = isLiteral ? usualAddress(access.host) : PLAIN_HOST.test(access.host);
      if (!isUsual) return client === 'transparent' ? 'connect' : 'stream-connect';
    }
    if (client.startsWith('stream')) return client;
    const isPlain = /^[\x21-\x7e]+$/.test(send.target) && PLAIN_HOST.test(access.host);
    if (client === 'absolute' || client === 'connect' || client === 'socks' || client === 'transparent')
      return client;
    // Node's own client writes every method in capitals.
    if (!isPlain || !/^[A-Z]+$/.test(send.method)) return this.#random.pick(['absolute', 'connect'] as const);
    if (client === 'https' || client === 'http2') return send.isSecure ? client : 'agent';
    if (client === 'fetch') return BROWSER_METHODS.test(send.method) && fetched(send) ? client : 'agent';
    return client;
  }
}

/** What fetch makes of a URL before it sends it, by the rules of the web; null where it is none. */
function fetched({ isSecure, host, port, target }: ToSend): URL | null {
  try {
    const url = new URL(`${isSecure ? 'https' : 'http'}://${host}:${port}${target}`);
    return isFetched(port) ? url : null;
  } catch {
    return null;
  }
}

/** Many ports below are refused by fetch itself (Fetch Standard, bad port). */
const isFetched = (port: number) => port === 80 || port === 443 || port > 7_000;

function asSent(one: Try): Try {
  if (one.client !== 'fetch') return one;
  const url = fetched(one.send)!;
  const http = { ...one.access.http!, path: url.pathname };
  return {
    ...one,
    access: { ...one.access, http },
    send: { ...one.send, target: url.pathname + url.search },
  };
}

function escaped(text: string): string {
  // Half a surrogate pair has no escapes; these are the bytes that a careless program makes of it.
  return text.isWellFormed() ? encodeURIComponent(text) : '%ed%a0%bd';
}

/** The key of names, which are one in any case and with or without a final dot. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function usable(address: string | null): string {
  const parsed = parseAddress(address ?? '93.184.0.9');
  return parsed.ok ? printAddress(parsed.address) : '93.184.0.9';
}

/** Written as a program finds it in a socket. */
export function usualAddress(host: string): boolean {
  const parsed = parseAddress(host);
  return parsed.ok && printAddress(parsed.address) === host;
}
