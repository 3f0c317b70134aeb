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

/** What a connection shows, each part in its one spelling. */
interface Connection {
  readonly host: Host;
  readonly port: number;
  readonly binary: AbsolutePath;
  readonly sha256: string | null;
  /** The address that is dialled, as far as it is known. */
  readonly address: Address | null;
}

/** An entry whose host, port and binary fit a connection. */
interface Concerned<Place extends WrittenPlace> {
  readonly entry: EgressEntry<Place>;
  /** Whether it lets the connection's address be reached. */
  readonly reaches: boolean;
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
  return new EgressCase(egress.entries, access).decide(access.http, access.at);
}

/** One connection before some entries: which of them it concerns is found once, and each of its requests decided by these. */
export class EgressCase<Place extends WrittenPlace> {
  /** Null for a connection that cannot exist. */
  readonly #concerned: readonly Concerned<Place>[] | null;

  constructor(entries: readonly EgressEntry<Place>[], shown: Shown) {
    const connection = connectionOf(shown);
    this.#concerned =
      connection &&
      entries
        .filter((entry) => concerns(entry, connection))
        .map((entry) => ({ entry, reaches: reachesAddress(entry, connection) }));
  }

  /** @param at milliseconds since 1970 UTC */
  decide(http: EgressAccess['http'], at: number): Decision<Place> {
    const requests = http === null ? STREAM : requestsOf(http);
    if (this.#concerned === null || requests === null || !Number.isSafeInteger(at)) return INVALID_ACCESS;
    let first: Decision<Place> | null = null;
    for (const request of requests) {
      const decision = decideRequest(this.#concerned, request, at);
      if (decision.verdict === 'deny') return decision;
      first ??= decision;
    }
    return first ?? INVALID_ACCESS;
  }
}

/** What a connection shows of itself. */
type Shown = Pick<EgressAccess, 'host' | 'port' | 'binary' | 'sha256' | 'address'>;

const STREAM: readonly (Request | null)[] = [null];

function decideRequest<Place extends WrittenPlace>(
  concerned: readonly Concerned<Place>[],
  request: Request | null,
  at: number,
): Decision<Place> {
  const denying = concerned.find(({ entry }) => denies(entry, request));
  if (denying) return deniedBy(denying.entry.grant, 'denied');
  const fitting = concerned.filter(({ entry, reaches }) => reaches && allows(entry, request));
  const allowing = fitting.find(({ entry }) => !hasEnded(entry, at));
  if (allowing) return allowedBy(allowing.entry.grant);
  if (fitting[0]) return deniedBy(fitting[0].entry.grant, 'expired');
  return concerned[0] ? deniedBy(concerned[0].entry.grant, 'not-included') : NOT_GRANTED;
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
  const connection = connectionOf(access);
  if (connection === null || access.http === null) return [];
  const requests = requestsOf({ ...access.http, operations: ALL }) ?? [];
  const protocols = new Set<InnerProtocol>();
  for (const entry of egress.entries) {
    const { visibility } = entry;
    if (visibility === 'http' || visibility === 'opaque' || !concerns(entry, connection)) continue;
    if (requests.some((request) => speaksOf(entry, request))) protocols.add(visibility);
  }
  return [...protocols];
}

function speaksOf({ allow, deny }: EgressEntry<WrittenPlace>, request: Request): boolean {
  return (
    allow.kind === 'all' ||
    (allow.kind === 'only' && allow.of.some((rule) => includes(rule, request, 'every'))) ||
    deny.some((rule) => includes(rule, request, 'some'))
  );
}

/** Null for a connection that cannot exist. */
function connectionOf({
  host: asked,
  port,
  binary: path,
  sha256,
  address: dialled,
}: Shown): Connection | null {
  const host = parseHost(asked);
  const binary = parseAccessedPath(path);
  if (!host.ok || !binary.ok || !isPort(port)) return null;
  const literal = host.host.kind === 'address' ? host.host.address : null;
  let address = literal;
  if (dialled !== null) {
    const parsed = parseAddress(dialled);
    if (!parsed.ok || (literal !== null && parsed.address !== literal)) return null;
    address = parsed.address;
  }
  return { host: host.host, port, binary: binary.path, sha256, address };
}

/** One for each part of what is asked, in each way in which servers read it; null for a request that cannot exist. */
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

function concerns(
  entry: EgressEntry<WrittenPlace>,
  { host, port, binary, sha256: own }: Connection,
): boolean {
  return (
    hostMatches(entry.host, host) &&
    entry.ports.some(({ low, high }) => low <= port && port <= high) &&
    (entry.binaries.kind === 'all' ||
      (entry.binaries.kind === 'only' &&
        entry.binaries.of.some(
          ({ path, sha256 }) => globMatches(path, binary) && (sha256 === null || sha256 === own),
        )))
  );
}

/** Without named blocks only public addresses are reached, and the one that the entry itself names as its host. */
function reachesAddress(entry: EgressEntry<WrittenPlace>, { address }: Connection): boolean {
  if (address === null) return true;
  if (entry.addresses.kind === 'only') {
    return entry.addresses.of.some(({ low, high }) => low <= address && address <= high);
  }
  return entry.host.kind === 'address' || contains(PUBLIC_ADDRESSES, address);
}

function denies(entry: EgressEntry<WrittenPlace>, request: Request | null): boolean {
  if (entry.enforcement === 'audit') return false;
  if (request === null) return entry.deny.length > 0;
  return entry.deny.some(
    (rule) => includes(rule, request, 'some') && refusesPart(rule.operations, request.part),
  );
}

function allows(entry: EgressEntry<WrittenPlace>, request: Request | null): boolean {
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
