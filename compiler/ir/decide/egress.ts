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
import type { EgressEntry, EgressPolicy, HttpRule, InnerProtocol } from '../egress.ts';
import { ALL } from '../extent.ts';
import { type OperationPart, partsOf, permitsPart, refusesPart } from '../operation-parts.ts';
import type { WrittenPlace } from '../origin.ts';
import { auditedBy, isSeen, seenBy } from '../seen.ts';

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
  readonly part: OperationPart;
}

/**
 * Everything that a request asks for must be allowed; the first that is not decides. Of the entries whose host, port and
 * binary fit, any that denies the request decides; else any that allows it.
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
  let first: Decision<Place> | null = null;
  for (const attempt of attempts) {
    const decision = decideAttempt(egress, attempt);
    if (decision.verdict === 'deny') return decision;
    first ??= decision;
  }
  return first ?? INVALID_ACCESS;
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

/**
 * The protocols by which a request has to be read before it can be decided about: those of entries that it concerns, as
 * far as can be told without its body, in any way in which servers read it. Whatever it asks for, where there is none it
 * makes no difference.
 */
export function protocolsAsked(
  egress: EgressPolicy<WrittenPlace>,
  access: EgressAccess,
): readonly InnerProtocol[] {
  const unread = access.http && { ...access.http, operations: ALL };
  const protocols = new Set<InnerProtocol>();
  for (const attempt of attemptsOf({ ...access, http: unread }) ?? []) {
    for (const entry of egress.entries) {
      const { visibility } = entry;
      if (visibility === 'http' || visibility === 'opaque' || !concerns(entry, attempt)) continue;
      if (speaksOf(entry, attempt.request)) protocols.add(visibility);
    }
  }
  return [...protocols];
}

function speaksOf({ allow, deny }: EgressEntry<WrittenPlace>, request: Request | null): boolean {
  if (request === null) return false;
  return (
    allow.kind === 'all' ||
    (allow.kind === 'only' && allow.of.some((rule) => includes(rule, request, 'every'))) ||
    deny.some((rule) => includes(rule, request, 'some'))
  );
}

/**
 * One attempt for each part of what is asked, in each way in which servers read it; null for an access that cannot exist.
 */
function attemptsOf(access: EgressAccess): readonly Attempt[] | null {
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
  const requests = access.http === null ? [null] : requestsOf(access.http);
  if (requests === null) return null;
  const connection = { host: host.host, binary: binary.path, address, access };
  return requests.map((request) => ({ ...connection, request }));
}

function requestsOf(http: NonNullable<EgressAccess['http']>): readonly Request[] | null {
  const method = methodIndex(http.method);
  const readings = urlPathReadings(http.path);
  const parts = partsOf(http.operations);
  if (method === null || !readings.ok || parts === null) return null;
  const query = new Map<string, string[]>();
  for (const [key, value] of http.query) {
    if (listValue([value]) === null) return null;
    const values = query.get(key);
    if (values) values.push(value);
    else query.set(key, [value]);
  }
  const { path, alternative } = readings;
  const paths = alternative === null ? [path] : [path, alternative];
  return paths.flatMap((one) => parts.map((part) => ({ method, path: one, query, part })));
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
  return entry.deny.some(
    (rule) => includes(rule, request, 'some') && refusesPart(rule.operations, request.part),
  );
}

function allows(entry: EgressEntry<WrittenPlace>, { request }: Attempt): boolean {
  if (entry.visibility === 'opaque') return true;
  if (request === null) return false;
  const { part } = request;
  if (entry.enforcement === 'audit') return isSeen(auditedBy(entry.visibility), part.seen);
  if (!isSeen(seenBy(entry.visibility), part.seen)) return false;
  if (entry.allow.kind !== 'only') return entry.allow.kind === 'all';
  return entry.allow.of.some(
    (rule) => includes(rule, request, 'every') && permitsPart(rule.operations, part),
  );
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
