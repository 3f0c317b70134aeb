import { type Address, parseAddress } from '../../domain/address.ts';
import { type Glob, globMatches, listValue } from '../../domain/glob.ts';
import { type Host, hostMatches, parseHost } from '../../domain/host.ts';
import { contains } from '../../domain/interval-set.ts';
import { methodIndex, methodsInclude } from '../../domain/method.ts';
import { type AbsolutePath, parseAccessedPath } from '../../domain/path.ts';
import { isPort } from '../../domain/port.ts';
import { PUBLIC_ADDRESSES } from '../../domain/special-addresses.ts';
import { urlPathReadings } from '../../domain/url-path.ts';
import type { EgressAccess } from '../access.ts';
import { allowedBy, type Decision, deniedBy, INVALID_ACCESS, NOT_GRANTED } from '../decision.ts';
import type { EgressEntry, EgressPolicy, HttpRule } from '../egress.ts';
import type { WrittenPlace } from '../origin.ts';

/** An access with every part in its one spelling. */
interface Attempt {
  readonly host: Host;
  readonly binary: AbsolutePath;
  /** The address that is dialled, as far as it is known. */
  readonly address: Address | null;
  readonly access: EgressAccess;
  readonly request: Request | null;
}

/** A request as one server may read it. */
interface Request {
  readonly method: number;
  readonly path: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
}

/**
 * Of the entries whose host, port and binary fit, any that denies the request decides; else any that allows it.
 * A stream that nobody looks into counts as every request: only an opaque entry allows it, and a denial of any request
 * denies it. An entry that has ended allows nothing and still denies. A request that servers read in two ways is allowed
 * as both or not at all.
 */
export function decideEgress<Place extends WrittenPlace>(
  egress: EgressPolicy<Place>,
  access: EgressAccess,
): Decision<Place> {
  const attempts = attemptsOf(access);
  if (attempts === null) return INVALID_ACCESS;
  const decision = decideAttempt(egress, attempts[0]);
  if (attempts[1] === null || decision.verdict === 'deny') return decision;
  const other = decideAttempt(egress, attempts[1]);
  return other.verdict === 'deny' ? other : decision;
}

function decideAttempt<Place extends WrittenPlace>(
  egress: EgressPolicy<Place>,
  attempt: Attempt,
): Decision<Place> {
  const { access } = attempt;
  const concerned = egress.entries.filter((entry) => concerns(entry, attempt));
  const denying = concerned.find((entry) => denies(entry, attempt));
  if (denying) return deniedBy(denying.grant, 'denied');
  const fitting = concerned.filter((entry) => reachesAddress(entry, attempt) && allows(entry, attempt));
  const allowing = fitting.find((entry) => !hasEnded(entry, access.at));
  if (allowing) return allowedBy(allowing.grant);
  if (fitting[0]) return deniedBy(fitting[0].grant, 'expired');
  return concerned[0] ? deniedBy(concerned[0].grant, 'not-included') : NOT_GRANTED;
}

function attemptsOf(access: EgressAccess): [Attempt, Attempt | null] | null {
  const host = parseHost(access.host);
  const binary = parseAccessedPath(access.binary);
  if (!host.ok || !binary.ok || !isPort(access.port) || !Number.isSafeInteger(access.at)) return null;
  const literal = host.host.kind === 'address' ? host.host.address : null;
  let address = literal;
  if (access.address !== null) {
    const parsed = parseAddress(access.address);
    if (!parsed.ok || (literal !== null && parsed.address !== literal)) return null;
    address = parsed.address;
  }
  const attempt = { host: host.host, binary: binary.path, address, access, request: null };
  if (access.http === null) return [attempt, null];
  const requests = requestsOf(access.http);
  if (requests === null) return null;
  const [request, other] = requests;
  return [{ ...attempt, request }, other && { ...attempt, request: other }];
}

function requestsOf(http: NonNullable<EgressAccess['http']>): [Request, Request | null] | null {
  const method = methodIndex(http.method);
  const readings = urlPathReadings(http.path);
  if (method === null || !readings.ok) return null;
  const query = new Map<string, string[]>();
  for (const [key, value] of http.query) {
    if (listValue([value]) === null) return null;
    const values = query.get(key);
    if (values) values.push(value);
    else query.set(key, [value]);
  }
  const { path, alternative } = readings;
  return [{ method, path, query }, alternative === null ? null : { method, path: alternative, query }];
}

function concerns(entry: EgressEntry<WrittenPlace>, { host, binary, access }: Attempt): boolean {
  return (
    hostMatches(entry.host, host) &&
    entry.ports.some(({ low, high }) => low <= access.port && access.port <= high) &&
    (entry.binaries.kind === 'all' ||
      (entry.binaries.kind === 'only' &&
        entry.binaries.of.some(
          ({ path, sha256 }) => globMatches(path, binary) && (sha256 === null || sha256 === access.sha256),
        )))
  );
}

/** Without named blocks only public addresses are reached, and the one that the entry itself names as its host. */
function reachesAddress(entry: EgressEntry<WrittenPlace>, { address }: Attempt): boolean {
  if (address === null) return true;
  if (entry.addresses.kind === 'only') {
    return entry.addresses.of.some(({ low, high }) => low <= address && address <= high);
  }
  return entry.host.kind === 'address' || contains(PUBLIC_ADDRESSES, address);
}

function denies(entry: EgressEntry<WrittenPlace>, { request }: Attempt): boolean {
  if (entry.enforcement === 'audit') return false;
  if (request === null) return entry.deny.length > 0;
  return entry.deny.some((rule) => includes(rule, request, 'some'));
}

function allows(entry: EgressEntry<WrittenPlace>, { request }: Attempt): boolean {
  if (entry.visibility === 'opaque') return true;
  if (request === null) return false;
  if (entry.enforcement === 'audit' || entry.allow.kind === 'all') return true;
  return entry.allow.kind === 'only' && entry.allow.of.some((rule) => includes(rule, request, 'every'));
}

/** Of a key that is given more than once, all values must fit to allow a request, and one is enough to deny it. */
function includes(rule: HttpRule, request: Request, quantifier: 'some' | 'every'): boolean {
  return (
    methodsInclude(rule.methods, request.method) &&
    (rule.path.kind === 'all' || (rule.path.kind === 'only' && globMatches(rule.path.of, request.path))) &&
    rule.query.every(({ key, value }) => valuesFit(value, request.query.get(key) ?? [], quantifier))
  );
}

function valuesFit(glob: Glob, values: readonly string[], quantifier: 'some' | 'every'): boolean {
  if (values.length === 0) return false;
  return quantifier === 'some'
    ? values.some((value) => globMatches(glob, value))
    : values.every((value) => globMatches(glob, value));
}

function hasEnded(entry: EgressEntry<WrittenPlace>, at: number): boolean {
  const expiresAt = entry.grant.approval?.expiresAt ?? null;
  return expiresAt !== null && at >= expiresAt;
}
