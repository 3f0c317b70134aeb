import { HIGHEST_ADDRESS, LOWEST_ADDRESS, parseAddress } from '../domain/address.ts';
import { FILE_PATHS, HOSTS, TEXT_LISTS, TEXTS, URL_PATHS } from '../domain/automaton/language.ts';
import { codePointsOf } from '../domain/automaton/pattern.ts';
import type { Dimension, DimensionSet } from '../domain/diagram/dimension.ts';
import { numberDimension, numberSet } from '../domain/diagram/number-dimension.ts';
import { tagDimension, tagSet } from '../domain/diagram/tag-dimension.ts';
import { textDimension, textSet } from '../domain/diagram/text-dimension.ts';
import { everyValue, type Glob, someValue } from '../domain/glob.ts';
import { intervalSet } from '../domain/interval-set.ts';
import { METHOD_TAGS } from '../domain/method.ts';
import { HIGHEST_PORT, LOWEST_PORT } from '../domain/port.ts';
import { PUBLIC_ADDRESSES } from '../domain/special-addresses.ts';
import type { EgressEntry, HttpRule } from './egress.ts';
import type { OperationSet } from './operation.ts';
import {
  operationDimensions,
  permittedOperations,
  refusedOperations,
  type Sets,
  VISIBILITY,
} from './operation-boxes.ts';
import type { WrittenPlace } from './origin.ts';
import { auditedBy, seenBy, seenMask } from './seen.ts';

/** Roles of boxes, as masks. */
export const ALLOWING = 1;
export const DENYING = 2;

const OPAQUE = tagSet(seenMask('opaque'));
/** One object, so that its many intervals are looked at once. */
const PUBLIC = numberSet(PUBLIC_ADDRESSES);

const QUERY = 'query ';

/** What one entry allows or denies: all accesses that lie in every set. */
export interface EgressBox {
  readonly roles: typeof ALLOWING | typeof DENYING;
  readonly sets: Sets;
}

/** An entry as boxes, with the meaning of `decideEgress`. */
export function egressBoxes(entry: EgressEntry<WrittenPlace>): EgressBox[] {
  return [...allowBoxes(entry), ...denyBoxes(entry)];
}

/**
 * The sides of an access to the network, in the order in which they become known: first what a connection shows, then
 * what a request does, one for each query key that an entry names, what it asks for inside, the time last.
 *
 * @param operations more of them that have to be told apart
 */
export function egressDimensions(
  entries: readonly EgressEntry<WrittenPlace>[],
  operations: readonly OperationSet[] = [],
): Dimension[] {
  const rules = entries.flatMap((entry) => [
    ...(entry.allow.kind === 'only' ? entry.allow.of : []),
    ...entry.deny,
  ]);
  const keys = [...new Set(rules.flatMap((rule) => rule.query.map(({ key }) => key)))].sort();
  return [
    textDimension('host', HOSTS),
    numberDimension('port', { low: LOWEST_PORT, high: HIGHEST_PORT }),
    textDimension('binary', FILE_PATHS),
    textDimension('digest', TEXTS),
    numberDimension('address', { low: LOWEST_ADDRESS, high: HIGHEST_ADDRESS }),
    VISIBILITY,
    tagDimension('method', METHOD_TAGS),
    textDimension('path', URL_PATHS),
    ...keys.map((key) => textDimension(queryDimension(key), TEXT_LISTS)),
    ...operationDimensions(rules, operations),
    numberDimension('time', { low: Number.MIN_SAFE_INTEGER, high: Number.MAX_SAFE_INTEGER }),
  ];
}

/** The name of the dimension of one query key; its values are lists as `listValue` writes them. */
export function queryDimension(key: string): string {
  return `${QUERY}${key}`;
}

/** The query key that a dimension is about; null for the others. */
export function queryKeyOf(dimension: string): string | null {
  return dimension.startsWith(QUERY) ? dimension.slice(QUERY.length) : null;
}

function allowBoxes(entry: EgressEntry<WrittenPlace>): EgressBox[] {
  const address = addressSet(entry);
  if (address === 'unreachable') return [];
  const expiresAt = entry.grant.approval?.expiresAt ?? null;
  const common: Sets = {
    ...(address === null ? {} : { address }),
    ...(expiresAt === null
      ? {}
      : { time: numberSet(intervalSet([{ low: Number.MIN_SAFE_INTEGER, high: expiresAt - 1 }])) }),
  };
  return connections(entry).flatMap((connection) =>
    allowedRequests(entry).map((request) => ({
      roles: ALLOWING,
      sets: { ...connection, ...common, ...request },
    })),
  );
}

function allowedRequests(entry: EgressEntry<WrittenPlace>): Sets[] {
  if (entry.visibility === 'opaque') return [{}];
  if (entry.enforcement === 'audit') return [{ visibility: tagSet(auditedBy(entry.visibility)) }];
  const among = seenBy(entry.visibility);
  if (entry.allow.kind === 'all') return [{ visibility: tagSet(among) }];
  if (entry.allow.kind === 'none') return [];
  return entry.allow.of.flatMap((rule) =>
    requestSets(rule, 'every', permittedOperations(rule.operations, among)),
  );
}

/** A stream that nobody looks into counts as every request, so that a denial of any denies it. */
function denyBoxes(entry: EgressEntry<WrittenPlace>): EgressBox[] {
  if (entry.enforcement === 'audit' || entry.deny.length === 0) return [];
  const requests = [
    { visibility: OPAQUE },
    ...entry.deny.flatMap((rule) => requestSets(rule, 'some', refusedOperations(rule.operations))),
  ];
  return connections(entry).flatMap((connection) =>
    requests.map((request) => ({ roles: DENYING, sets: { ...connection, ...request } })),
  );
}

/** The requests of a rule: a box for each way to ask for the operations that it speaks of. */
function requestSets(rule: HttpRule, quantifier: 'every' | 'some', operations: readonly Sets[]): Sets[] {
  if (rule.path.kind === 'none') return [];
  const listOf = quantifier === 'every' ? everyValue : someValue;
  const sets: Record<string, DimensionSet> = { method: tagSet(rule.methods) };
  if (rule.path.kind === 'only') sets.path = textSet([rule.path.of]);
  for (const { key, value } of rule.query) {
    const name = queryDimension(key);
    if (sets[name] !== undefined) throw new TypeError(`a rule speaks of the query key ${key} twice`);
    sets[name] = textSet([listOf(value)]);
  }
  return operations.map((asked) => ({ ...sets, ...asked }));
}

/** Host, port and calling executable; one box for executables by path alone, one for each pinned digest. */
function connections(entry: EgressEntry<WrittenPlace>): Sets[] {
  const common: Sets = { host: textSet([entry.host]), port: numberSet(intervalSet(entry.ports)) };
  if (entry.binaries.kind === 'all') return [common];
  if (entry.binaries.kind === 'none') return [];
  const byDigest = new Map<string | null, Glob[]>();
  for (const { path, sha256 } of entry.binaries.of) {
    byDigest.set(sha256, [...(byDigest.get(sha256) ?? []), path]);
  }
  return [...byDigest].map(([sha256, paths]) => ({
    ...common,
    binary: textSet(paths),
    ...(sha256 === null
      ? {}
      : { digest: textSet([{ reach: 'whole', text: sha256, tokens: codePointsOf(sha256) }]) }),
  }));
}

/** Null for every address. An address literal is the address that is dialled, so only that one has to be allowed. */
function addressSet(entry: EgressEntry<WrittenPlace>): DimensionSet | 'unreachable' | null {
  if (entry.host.kind === 'address') {
    const { addresses } = entry;
    if (addresses.kind !== 'only') return null;
    const literal = parseAddress(entry.host.text);
    const isNamed =
      literal.ok && addresses.of.some(({ low, high }) => low <= literal.address && literal.address <= high);
    return isNamed ? null : 'unreachable';
  }
  return entry.addresses.kind === 'only' ? numberSet(intervalSet(entry.addresses.of)) : PUBLIC;
}
