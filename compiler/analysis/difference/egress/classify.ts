import { parseAddress } from '../../../domain/address.ts';
import { globMatches } from '../../../domain/glob.ts';
import { parseHost } from '../../../domain/host.ts';
import type { HostIndex } from '../../../domain/host-index.ts';
import { contains } from '../../../domain/interval-set.ts';
import { methodIndex, methodsInclude } from '../../../domain/method.ts';
import { PUBLIC_ADDRESSES } from '../../../domain/special-addresses.ts';
import { canonicalUrlPath } from '../../../domain/url-path.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import { decideEgress } from '../../../ir/decide/egress.ts';
import type { EgressEntry, HttpRule } from '../../../ir/egress.ts';
import type { ChangeClass } from '../change.ts';

/** Methods that ask for nothing to be changed (RFC 9110 section 9.2.1). */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/**
 * What is new about an access that the other policy denies: the first side of it at which no permission of that policy
 * goes along any more. Denials are looked at last: where a permission goes along to the end, one is gone.
 *
 * @param others the entries of the policy that denies the access
 */
export function classesOf(
  access: EgressAccess,
  granting: EgressEntry,
  others: HostIndex<EgressEntry>,
): readonly ChangeClass[] {
  const classes = new Set<ChangeClass>();
  const isPrivate = !isPublic(access);
  if (isPrivate && granting.addresses.kind === 'only') classes.add('private-address');
  const first = firstNewSide(access, others);
  if (first === 'new-host' && granting.host.kind === 'wildcard') classes.add('wildcard-widened');
  else if (first === 'new-address' && isPrivate) classes.add('private-address');
  else classes.add(first);
  if (access.http === null) classes.add('uninspected');
  if (granting.enforcement === 'audit') classes.add('enforcement-lost');
  return [...classes];
}

function firstNewSide(access: EgressAccess, others: HostIndex<EgressEntry>): ChangeClass {
  const host = parseHost(access.host);
  let going = host.ok ? others.matching(host.host) : [];
  for (const { name, fits } of STEPS) {
    going = going.filter((entry) => fits(entry, access));
    if (going.length === 0) return typeof name === 'string' ? name : name(access);
  }
  return 'denial-removed';
}

interface Step {
  readonly name: ChangeClass | ((access: EgressAccess) => ChangeClass);
  readonly fits: (entry: EgressEntry, access: EgressAccess) => boolean;
}

const STEPS: readonly Step[] = [
  { name: 'new-host', fits: () => true },
  {
    name: 'new-port',
    fits: ({ ports }, { port }) => ports.some(({ low, high }) => low <= port && port <= high),
  },
  { name: 'new-binary', fits: hasBinary },
  { name: 'new-address', fits: reaches },
  { name: 'inspection-lost', fits: ({ visibility }, { http }) => http !== null || visibility === 'opaque' },
  { name: newMethod, fits: (entry, access) => hasRule(entry, access, methodFits) },
  {
    name: 'request-path-widened',
    fits: (entry, access) =>
      hasRule(entry, access, (rule, http) => methodFits(rule, http) && pathFits(rule, http)),
  },
  {
    name: 'query-loosened',
    fits: (entry, access) =>
      hasRule(
        entry,
        access,
        (rule, http) => methodFits(rule, http) && pathFits(rule, http) && queryFits(rule, http),
      ),
  },
  { name: newOperation, fits: asksWithin },
  {
    name: 'expiry-extended',
    fits: ({ grant }, { at }) => at < (grant.approval?.expiresAt ?? Number.POSITIVE_INFINITY),
  },
];

type Http = NonNullable<EgressAccess['http']>;

function hasBinary({ binaries }: EgressEntry, { binary, sha256 }: EgressAccess): boolean {
  if (binaries.kind !== 'only') return binaries.kind === 'all';
  return binaries.of.some(
    (one) => globMatches(one.path, binary) && (one.sha256 === null || one.sha256 === sha256),
  );
}

function reaches({ addresses, host }: EgressEntry, access: EgressAccess): boolean {
  const dialled = parseAddress(access.address ?? access.host);
  if (!dialled.ok) return true;
  const { address } = dialled;
  if (addresses.kind === 'only')
    return addresses.of.some(({ low, high }) => low <= address && address <= high);
  return host.kind === 'address' || contains(PUBLIC_ADDRESSES, address);
}

function isPublic(access: EgressAccess): boolean {
  const dialled = parseAddress(access.address ?? access.host);
  return !dialled.ok || contains(PUBLIC_ADDRESSES, dialled.address);
}

/** Whether some rule of the entry fits; an entry without rules is one that fits everything. */
function hasRule(
  { visibility, enforcement, allow }: EgressEntry,
  { http }: EgressAccess,
  fits: (rule: HttpRule, http: Http) => boolean,
): boolean {
  if (http === null || visibility === 'opaque' || enforcement === 'audit' || allow.kind === 'all')
    return true;
  return allow.kind === 'only' && allow.of.some((rule) => fits(rule, http));
}

function methodFits(rule: HttpRule, { method }: Http): boolean {
  const index = methodIndex(method);
  return index !== null && methodsInclude(rule.methods, index);
}

function pathFits({ path }: HttpRule, http: Http): boolean {
  const asked = canonicalUrlPath(http.path);
  return path.kind === 'all' || (path.kind === 'only' && asked.ok && globMatches(path.of, asked.path));
}

function queryFits({ query }: HttpRule, http: Http): boolean {
  return query.every(({ key, value }) => {
    const given = http.query.filter(([name]) => name === key);
    return given.length > 0 && given.every(([, one]) => globMatches(value, one));
  });
}

/** Whether an entry allows all that is asked for inside the request, whatever it denies and however long it holds. */
function asksWithin(entry: EgressEntry, access: EgressAccess): boolean {
  const open = { ...entry, deny: [], grant: { ...entry.grant, approval: null } };
  return decideEgress({ entries: [open] }, access).verdict === 'allow';
}

/** A request that was read and now passes unread may ask for anything. */
function newOperation({ http }: EgressAccess): ChangeClass {
  return http?.operations.kind === 'all' ? 'inspection-lost' : 'new-operation';
}

function newMethod({ http }: EgressAccess): ChangeClass {
  return http !== null && SAFE_METHODS.includes(http.method) ? 'new-read-method' : 'new-write-method';
}
