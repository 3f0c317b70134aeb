import type { EgressAccess } from '../../compiler/ir/access.ts';

/** An exported policy, as far as this reading of it goes. */
export interface OpenshellPolicy {
  readonly filesystem_policy: { readonly read_only: string[]; readonly read_write: string[] };
  readonly network_policies?: Readonly<Record<string, OpenshellRule>>;
}

interface OpenshellRule {
  readonly endpoints: readonly OpenshellEndpoint[];
  readonly binaries: readonly { readonly path: string }[];
}

interface OpenshellEndpoint {
  readonly host: string;
  readonly port?: number;
  readonly ports?: readonly number[];
  readonly tls?: string;
  readonly protocol?: string;
  readonly enforcement?: string;
  readonly access?: string;
  readonly rules?: readonly { readonly allow: Matcher }[];
  readonly deny_rules?: readonly Matcher[];
  readonly allowed_ips?: readonly string[];
}

interface Matcher {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | { readonly any: readonly string[] }>>;
}

const PRESETS: Readonly<Record<string, readonly string[]>> = {
  'read-only': ['GET', 'HEAD', 'OPTIONS'],
  'read-write': ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'],
};

/**
 * "Matcher Semantics" of OpenShell's policy schema reference. That a lone `*` may be empty there is reported with the
 * pattern; here it is not, so that everything else about patterns can be tested.
 */
function matches(pattern: string, value: string, separator: string): boolean {
  const apart = `[^${separator === '/' ? '/' : '.'}]`;
  const joint = separator === '/' ? '/' : String.raw`\.`;
  const parts = pattern.split(separator).map((part) => {
    if (part === '**') return `.*`;
    if (part === '*' && separator === '/') return `${apart}+`;
    return part
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('?', apart)
      .replace(/\*+/g, `${apart}*`);
  });
  return new RegExp(`^${parts.join(joint)}$`, 's').test(value);
}

function fits(matcher: Matcher, request: NonNullable<EgressAccess['http']>, every: boolean): boolean {
  if (matcher.method !== '*' && matcher.method !== request.method) return false;
  if (!matches(matcher.path, request.path, '/')) return false;
  return Object.entries(matcher.query ?? {}).every(([key, pattern]) => {
    const values = request.query.filter(([name]) => name === key).map(([, value]) => value);
    const patterns = typeof pattern === 'string' ? [pattern] : pattern.any;
    const fit = (value: string) => patterns.some((one) => matches(one, value, '.'));
    return values.length > 0 && (every ? values.every(fit) : values.some(fit));
  });
}

function allows(endpoint: OpenshellEndpoint, request: NonNullable<EgressAccess['http']>): boolean {
  if (endpoint.enforcement !== 'enforce' || endpoint.access === 'full') return true;
  if (endpoint.access !== undefined) return PRESETS[endpoint.access]!.includes(request.method);
  return (endpoint.rules ?? []).some(({ allow }) => fits(allow, request, true));
}

/** That an exact host may have a private address is reported by itself; here it may not. */
function reaches({ host, allowed_ips }: OpenshellEndpoint, access: EgressAccess): boolean {
  const address = /^[\d.]+$/.test(access.host) ? access.host : access.address;
  if (address === null) return true;
  if (allowed_ips === undefined)
    return host === access.host ? host === address || isPublic(address) : isPublic(address);
  return allowed_ips.some((block) => isWithin(address, block));
}

const isPublic = (address: string) => !/^(10|127|192\.168)\./.test(address);

/** IPv4 alone, in blocks of whole bytes. */
function isWithin(address: string, block: string): boolean {
  const [start = '', width = '32'] = block.split('/');
  const bytes = Number(width) / 8;
  const first = (text: string) => text.split('.').slice(0, bytes).join('.');
  return !start.includes(':') && first(address) === first(start);
}

/** Whether an access to the network works. */
export function openshellAllows(policy: OpenshellPolicy, access: EgressAccess): boolean {
  const concerned = Object.values(policy.network_policies ?? {})
    .filter(({ binaries }) => binaries.some(({ path }) => matches(path, access.binary, '/')))
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ host, port, ports }) => {
      return matches(host, access.host, '.') && (ports ?? [port]).includes(access.port);
    });
  const inspected = concerned.filter(({ protocol }) => protocol === 'rest');
  if (inspected.length === 0) return concerned.some((endpoint) => reaches(endpoint, access));
  const { http } = access;
  if (http === null) return false;
  const denied = inspected.some(
    (endpoint) =>
      endpoint.enforcement === 'enforce' &&
      (endpoint.deny_rules ?? []).some((rule) => fits(rule, http, false)),
  );
  return !denied && inspected.some((endpoint) => reaches(endpoint, access) && allows(endpoint, http));
}

/** What Landlock lets through: rules add up along a path. */
export function openshellFile(policy: OpenshellPolicy, path: string): { reads: boolean; writes: boolean } {
  const { read_only, read_write } = policy.filesystem_policy;
  const isIn = (folder: string) => path === folder || path.startsWith(`${folder}/`);
  const writes = read_write.some(isIn);
  return { reads: writes || read_only.some(isIn), writes };
}
