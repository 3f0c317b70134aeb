import { HIGHEST_ADDRESS, LOWEST_ADDRESS, parseAddress } from '../domain/address.ts';
import { FILE_PATHS, HOSTS, TEXT_LISTS, TEXTS, URL_PATHS } from '../domain/automaton/language.ts';
import { codePointsOf } from '../domain/automaton/pattern.ts';
import { buildDiagram, type DiagramResult } from '../domain/diagram/build.ts';
import type { Entry } from '../domain/diagram/continuation.ts';
import type { Dimension, DimensionSet } from '../domain/diagram/dimension.ts';
import { numberDimension, numberSet } from '../domain/diagram/number-dimension.ts';
import { tagDimension, tagSet } from '../domain/diagram/tag-dimension.ts';
import { textDimension, textSet } from '../domain/diagram/text-dimension.ts';
import { everyValue, type Glob, someValue } from '../domain/glob.ts';
import { intervalSet } from '../domain/interval-set.ts';
import { METHOD_TAGS } from '../domain/method.ts';
import { HIGHEST_PORT, LOWEST_PORT } from '../domain/port.ts';
import { PUBLIC_ADDRESSES } from '../domain/special-addresses.ts';
import type { EgressEntry, EgressPolicy, HttpRule } from './egress.ts';

/** Verdicts of the diagram: what an access gets. */
const DENY = 0;
export const ALLOW = 1;

/** Roles of entries, as masks. */
const ALLOWING = 1;
const DENYING = 2;

const OPAQUE = tagSet(1);
const HTTP = tagSet(2);
type Sets = Readonly<Record<string, DimensionSet>>;

/**
 * The egress facet as one decision diagram with the meaning of `decideEgress`. Dimensions stand in the order in which
 * they become known: first what a connection shows, then what a request does, the time last.
 */
export function egressDiagram(egress: EgressPolicy, budget?: number): DiagramResult {
  const dimensions = dimensionsOf(egress);
  const boxes = egress.entries.flatMap((entry) => [...allowBoxes(entry), ...denyBoxes(entry)]);
  const entries = boxes.map(
    ({ roles, sets }): Entry => ({ roles, sets: dimensions.map(({ name }) => sets[name] ?? null) }),
  );
  return buildDiagram({
    dimensions,
    entries,
    verdictOf: (roles) => (roles === ALLOWING ? ALLOW : DENY),
    ...(budget === undefined ? {} : { budget }),
  });
}

function dimensionsOf(egress: EgressPolicy): Dimension[] {
  const rules = egress.entries.flatMap((entry) => [
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
    tagDimension('visibility', ['opaque', 'http']),
    tagDimension('method', METHOD_TAGS),
    textDimension('path', URL_PATHS),
    ...keys.map((key) => textDimension(queryDimension(key), TEXT_LISTS)),
    numberDimension('time', { low: Number.MIN_SAFE_INTEGER, high: Number.MAX_SAFE_INTEGER }),
  ];
}

function queryDimension(key: string): string {
  return `query ${key}`;
}

interface Box {
  readonly roles: number;
  readonly sets: Sets;
}

function allowBoxes(entry: EgressEntry): Box[] {
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

function allowedRequests(entry: EgressEntry): Sets[] {
  if (entry.visibility === 'opaque') return [{}];
  if (entry.enforcement === 'audit' || entry.allow.kind === 'all') return [{ visibility: HTTP }];
  if (entry.allow.kind === 'none') return [];
  return entry.allow.of.map((rule) => requestSets(rule, 'every'));
}

/** A stream that nobody looks into counts as every request, so that a denial of any denies it. */
function denyBoxes(entry: EgressEntry): Box[] {
  if (entry.enforcement === 'audit' || entry.deny.length === 0) return [];
  const requests = [{ visibility: OPAQUE }, ...entry.deny.map((rule) => requestSets(rule, 'some'))];
  return connections(entry).flatMap((connection) =>
    requests.map((request) => ({ roles: DENYING, sets: { ...connection, ...request } })),
  );
}

function requestSets(rule: HttpRule, quantifier: 'every' | 'some'): Sets {
  const listOf = quantifier === 'every' ? everyValue : someValue;
  const sets: Record<string, DimensionSet> = { visibility: HTTP, method: tagSet(rule.methods) };
  if (rule.path.kind === 'only') sets.path = textSet([rule.path.of]);
  for (const { key, value } of rule.query) sets[queryDimension(key)] = textSet([listOf(value)]);
  return sets;
}

/** Host, port and calling executable; one box for executables by path alone, one for each pinned digest. */
function connections(entry: EgressEntry): Sets[] {
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
function addressSet(entry: EgressEntry): DimensionSet | 'unreachable' | null {
  if (entry.host.kind === 'address') {
    const { addresses } = entry;
    if (addresses.kind !== 'only') return null;
    const literal = parseAddress(entry.host.text);
    const isNamed =
      literal.ok && addresses.of.some(({ low, high }) => low <= literal.address && literal.address <= high);
    return isNamed ? null : 'unreachable';
  }
  return numberSet(entry.addresses.kind === 'only' ? intervalSet(entry.addresses.of) : PUBLIC_ADDRESSES);
}
