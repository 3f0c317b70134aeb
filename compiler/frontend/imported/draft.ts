import { type Located, located, type Span } from '../../source/span.ts';
import {
  type Blueprint,
  type Endpoint,
  type NetworkPolicy,
  NO_OPERATION,
  type PathItem,
  type PathMode,
  type RequestRule,
  type SyscallItem,
} from '../blueprint/blueprint.ts';

/** What the settings of another tool come to, each part with its place in them. */
export interface Draft {
  readonly name: Located<string>;
  /** Where to speak of what the settings do not say. */
  readonly place: Span;
  readonly tier: 'restricted' | null;
  /** Whether the working folder is writable. */
  readonly includeWorkdir: boolean;
  readonly paths: readonly PathItem[];
  readonly network: readonly NetworkPolicy[];
  readonly deniedCalls: readonly SyscallItem[];
}

/** In the order in which a blueprint is read. */
const MODES: readonly PathMode[] = ['read_only', 'read_write', 'scratch', 'deny'];

/** The blueprint as its own front end would give it, had somebody written it by hand. */
export function blueprintOf(draft: Draft): Blueprint {
  const { place, name, tier, deniedCalls } = draft;
  return {
    span: place,
    metadata: { name, description: null, owners: [], labels: [] },
    extends: tier === null ? [] : [{ kind: 'tier', name: located(tier, place), access: null, span: place }],
    variables: [],
    filesystem: {
      span: place,
      includeWorkdir: located(draft.includeWorkdir, place),
      paths: MODES.flatMap((mode) => draft.paths.filter((item) => item.mode === mode)),
    },
    landlock: null,
    process: null,
    syscalls: deniedCalls.length === 0 ? null : { profile: null, items: deniedCalls },
    resources: [],
    network: draft.network,
    credentials: [],
    inference: null,
    residency: null,
    accept: [],
    tests: [],
  };
}

/** One path of a draft. `optional` is only written where it is not what the mode takes by itself. */
export function pathItem(mode: PathMode, path: Located<string>, optional: boolean | null): PathItem {
  return {
    mode,
    path,
    optional: optional === null ? null : located(optional, path.span),
    execute: null,
    grant: null,
  };
}

/** A tunnel to a host that nobody looks into, for any program. */
export function tunnel(host: Located<string>, ports: Endpoint['ports']): Endpoint {
  return {
    ...bareEndpoint(host, ports),
    protocol: located('tcp', host.span),
  };
}

/** Refuses a host whatever other entries say: a denial beats every grant, and a tunnel counts as every request. */
export function closed(host: Located<string>, ports: Endpoint['ports']): Endpoint {
  const everything: RequestRule = {
    span: host.span,
    method: located('*', host.span),
    path: null,
    query: [],
    ...NO_OPERATION,
  };
  return {
    ...bareEndpoint(host, ports),
    access: located('read-only', host.span),
    denyRules: [everything],
  };
}

function bareEndpoint(host: Located<string>, ports: Endpoint['ports']): Endpoint {
  return {
    span: host.span,
    host,
    ports,
    protocol: null,
    tls: null,
    enforcement: null,
    access: null,
    rules: null,
    denyRules: [],
    allowedIps: null,
    grant: null,
  };
}

/** One entry of `network_policies` for any program; none where it would have no endpoints. */
export function networkPolicy(key: string, place: Span, endpoints: readonly Endpoint[]): NetworkPolicy[] {
  if (endpoints.length === 0) return [];
  return [{ key: located(key, place), title: null, endpoints, binaries: null, grant: null }];
}
