import { HostIndex } from '../../domain/host-index.ts';
import { isAnyProgram, isInterpreter } from '../../domain/interpreters.ts';
import { ALL_METHODS, listMethods, METHODS, type MethodSet, methodsInclude } from '../../domain/method.ts';
import { printPortRange } from '../../domain/port.ts';
import type { EgressEntry, EgressPolicy, HttpRule, Visibility } from '../../ir/egress.ts';
import { NONE } from '../../ir/extent.ts';
import { ruleOperationWords } from '../../ir/operation-words.ts';
import type { Grant } from '../../ir/origin.ts';
import { egressSubset } from '../difference/egress/subset.ts';

/** One shape of requests. */
export interface RequestReach {
  /** Names, or `*` alone for every method. */
  readonly methods: readonly string[];
  /** A pattern; null for every path. */
  readonly path: string | null;
  readonly query: readonly { readonly key: string; readonly value: string }[];
  /** What they may ask for inside, in the keys of a blueprint such as `tool=search_*`; empty where that is not looked at. */
  readonly inside: readonly string[];
}

/** One endpoint that some programs may reach. */
export interface Door {
  readonly host: string;
  readonly hostKind: 'name' | 'wildcard' | 'address';
  readonly ports: readonly string[];
  /** Patterns of the programs that may use it; `any` for every program. */
  readonly programs: 'any' | readonly { readonly path: string; readonly sha256: string | null }[];
  /** Those of the programs that do what a text tells them to. */
  readonly interpreters: readonly string[];
  /** `public`: only public addresses, or the one that the entry names as its host. */
  readonly addresses: 'public' | readonly string[];
  /** `opaque`: a stream of bytes that nobody looks into, which counts as every request. */
  readonly visibility: Visibility;
  /** `audit`: what the rules do not allow is let through all the same and only recorded. */
  readonly enforcement: 'enforce' | 'audit';
  readonly requests: 'any' | readonly RequestReach[];
  readonly refused: readonly RequestReach[];
  /** Whether it takes what the agent sends: any stream, and any method that is not safe by RFC 9110 section 9.2.1. */
  readonly takes: boolean;
  /** Whether nothing passes at any time: no program or no request is listed, or all that is listed is denied. */
  readonly shut: boolean;
  /** Milliseconds since 1970 UTC from which it no longer holds; null for no end. */
  readonly endsAt: number | null;
  readonly ended: boolean;
  readonly grant: Grant;
}

export interface EgressReach {
  /** In the order of the policy. Where there is none, nothing can be connected to. */
  readonly doors: readonly Door[];
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE'] as const;
const SAFE: MethodSet = SAFE_METHODS.reduce((set, name) => set + 2 ** METHODS.indexOf(name), 0);

export function reachOfEgress({ entries }: EgressPolicy, now: number): EgressReach {
  const denying = entries.filter(({ deny, enforcement }) => deny.length > 0 && enforcement === 'enforce');
  const index = new HostIndex<null>();
  for (const { host } of denying) index.add(host, null);
  return {
    doors: entries.map((entry) => doorOf(entry, now, index.mayMeet(entry.host) ? denying : [])),
  };
}

/** The doors through which something passes now. */
export function openDoors(doors: readonly Door[]): readonly Door[] {
  return doors.filter(({ ended, shut }) => !ended && !shut);
}

/** Whether all that an entry allows is denied, by itself or by others; what is too intricate to know is not. */
function isDenied(entry: EgressEntry, denying: readonly EgressEntry[]): boolean {
  if (denying.length === 0) return false;
  const own = new HostIndex<null>();
  own.add(entry.host, null);
  const others = denying.filter((one) => one !== entry && own.mayMeet(one.host));
  const entries = [entry, ...others.map((one): EgressEntry => ({ ...one, allow: NONE }))];
  return egressSubset({ entries }, { entries: [] }).isSubset === 'yes';
}

function doorOf(entry: EgressEntry, now: number, denying: readonly EgressEntry[]): Door {
  const { host, ports, binaries, addresses, visibility, enforcement, grant } = entry;
  const programs =
    binaries.kind === 'all'
      ? 'any'
      : (binaries.kind === 'only' ? binaries.of : []).map(({ path, sha256 }) => ({
          path: path.text,
          sha256,
        }));
  const endsAt = grant.approval?.expiresAt ?? null;
  return {
    host: host.text,
    hostKind: host.kind,
    ports: ports.map(printPortRange),
    programs,
    interpreters:
      programs === 'any'
        ? []
        : programs.map(({ path }) => path).filter((path) => isInterpreter(path) || isAnyProgram(path)),
    addresses: addresses.kind === 'only' ? addresses.of.map(({ text }) => text) : 'public',
    visibility,
    enforcement,
    requests: requestsOf(entry),
    refused: enforcement === 'audit' ? [] : entry.deny.map(requestOf),
    takes: takesBytes(entry),
    shut:
      (programs !== 'any' && programs.length === 0) ||
      requestsOf(entry).length === 0 ||
      isDenied(entry, denying),
    endsAt,
    ended: endsAt !== null && now >= endsAt,
    grant,
  };
}

function requestsOf(entry: EgressEntry): Door['requests'] {
  if (entry.visibility === 'opaque' || entry.enforcement === 'audit') return 'any';
  if (entry.allow.kind === 'all') return 'any';
  if (entry.allow.kind === 'only' && entry.allow.of.some(isEveryRequest)) return 'any';
  return entry.allow.kind === 'only' ? entry.allow.of.map(requestOf) : [];
}

/** However it is written. */
function isEveryRequest({ methods, path, query, operations }: HttpRule): boolean {
  const isEveryPath = path.kind === 'all' || (path.kind === 'only' && path.of.text === '/**');
  return methods === ALL_METHODS && isEveryPath && query.length === 0 && operations.kind === 'all';
}

function requestOf(rule: HttpRule): RequestReach {
  const { methods, path, query } = rule;
  return {
    inside: ruleOperationWords(rule),
    methods: listMethods(methods),
    path: path.kind === 'only' ? path.of.text : null,
    query: query.map(({ key, value }) => ({ key, value: value.text })),
  };
}

function takesBytes(entry: EgressEntry): boolean {
  if (requestsOf(entry) === 'any') return true;
  const rules = entry.allow.kind === 'only' ? entry.allow.of : [];
  return rules.some(({ methods, operations }) => changes(methods) || sendsMessages(operations));
}

function sendsMessages(operations: HttpRule['operations']): boolean {
  if (operations.kind !== 'only' || operations.of.kind !== 'websocket') return false;
  return operations.of.text.kind !== 'none' || operations.of.binary;
}

/** Whether the set holds a method that is not safe, the nameless ones included. */
function changes(methods: MethodSet): boolean {
  for (let index = 0; 2 ** index <= methods; index++) {
    if (methodsInclude(methods, index) && !methodsInclude(SAFE, index)) return true;
  }
  return false;
}
