import { printAddress } from '../../../domain/address.ts';
import type { Pattern, Token } from '../../../domain/automaton/pattern.ts';
import type { Glob } from '../../../domain/glob.ts';
import { METHOD_TAGS, methodsInclude, OTHER_METHOD } from '../../../domain/method.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import type { BinaryPattern, EgressEntry, HttpRule, Visibility } from '../../../ir/egress.ts';
import { ALL, type Extent, only } from '../../../ir/extent.ts';
import { type Operation, type OperationSet, type Operations, TOOL_METHOD } from '../../../ir/operation.ts';

/** Words that nobody writes, so that what fits a wildcard only by chance does not fit its sample. */
const UNLIKELY = 'zq7x';
const ANY_PUBLIC_ADDRESS = '198.41.0.4';
const NEVER_ENDS = Number.MAX_SAFE_INTEGER - 1;

/** One value of a pattern, as unlike its other values as can be: each wildcard stands for something unlikely. */
export function sampleOf({ tokens }: Pick<Pattern, 'tokens'>, separator: '/' | '.'): string {
  const words: Record<Exclude<Token, number>, string> = {
    one: 'q',
    run: UNLIKELY,
    folders: `${UNLIKELY}${separator}${UNLIKELY}${separator}`,
    rest: `${UNLIKELY}${separator}${UNLIKELY}`,
  };
  return tokens
    .map((token) => (typeof token === 'number' ? String.fromCodePoint(token) : words[token]))
    .join('');
}

type Connection = Omit<EgressAccess, 'http'>;

/** One connection that an entry speaks about, from one of its programs to one of its ports. */
export function sampleConnection(
  entry: EgressEntry,
  binary: BinaryPattern | null,
  port = entry.ports[0]?.low ?? 1,
): Connection {
  const { host, addresses } = entry;
  const end = entry.grant.approval?.expiresAt ?? null;
  const block = addresses.kind === 'only' ? addresses.of[0] : undefined;
  const named = block === undefined ? ANY_PUBLIC_ADDRESS : printAddress(block.low);
  return {
    facet: 'egress',
    host: host.kind === 'wildcard' ? sampleOf(host, '.') : host.text,
    port,
    binary: binary === null ? `/${UNLIKELY}/${UNLIKELY}` : sampleOf(binary.path, '/'),
    sha256: binary?.sha256 ?? null,
    address: host.kind === 'address' ? null : named,
    at: end === null ? NEVER_ENDS : end - 1,
  };
}

/** Something to ask for that an entry can tell apart from the rest. */
function sampleOperations(visibility: Exclude<Visibility, 'opaque'>): Operations {
  switch (visibility) {
    case 'http':
      return ALL;
    case 'websocket':
      return only([{ kind: 'message', text: null }] as const);
    case 'graphql':
      return only([{ kind: 'graphql', type: 'subscription', name: UNLIKELY, fields: [UNLIKELY] }] as const);
    default:
      return only([{ kind: 'call', method: UNLIKELY, tool: null }] as const);
  }
}

function sampleOperation(set: OperationSet): Operation {
  const sample = (glob: Extent<Glob>) => (glob.kind === 'only' ? sampleOf(glob.of, '/') : UNLIKELY);
  switch (set.kind) {
    case 'call':
      if (set.tool.kind === 'only') return { kind: 'call', method: TOOL_METHOD, tool: sample(set.tool) };
      return { kind: 'call', method: sample(set.method), tool: null };
    case 'graphql': {
      const field = set.fields.kind === 'only' ? set.fields.of[0] : undefined;
      const fields = [field === undefined ? UNLIKELY : sampleOf(field, '/')] as const;
      return { kind: 'graphql', type: set.types.at(-1) ?? 'query', name: sample(set.name) || null, fields };
    }
    case 'websocket':
      if (set.text.kind !== 'none') return { kind: 'message', text: sample(set.text) };
      return set.binary ? { kind: 'message', text: null } : { kind: 'upgrade' };
  }
}

/** One request of each kind that an entry allows; null is a stream that nobody looks into. */
export function sampleRequests({ visibility, enforcement, allow }: EgressEntry): EgressAccess['http'][] {
  if (visibility === 'opaque') return [null];
  if (enforcement === 'audit' || allow.kind === 'all') {
    const operations = sampleOperations(visibility);
    return [{ method: UNLIKELY.toUpperCase(), path: `/${UNLIKELY}/${UNLIKELY}`, query: [], operations }];
  }
  return allow.kind === 'only' ? allow.of.map(sampleRequest) : [];
}

export function sampleRequest({
  methods,
  path,
  query,
  operations,
}: HttpRule): NonNullable<EgressAccess['http']> {
  const least = METHOD_TAGS.findLastIndex((_, index) => methodsInclude(methods, index));
  const method = METHOD_TAGS[least] ?? 'GET';
  return {
    // HEAD comes with GET, and whoever lists rules lists GET.
    method: method === OTHER_METHOD ? UNLIKELY.toUpperCase() : method,
    path: path.kind === 'only' ? sampleOf(path.of, '/') : `/${UNLIKELY}/${UNLIKELY}`,
    query: query.map(({ key, value }) => [key, sampleOf(value, '/')]),
    operations: operations.kind === 'only' ? only([sampleOperation(operations.of)] as const) : operations,
  };
}
