import { intersection } from '../../../compiler/domain/interval-set.ts';
import { METHOD_TAGS } from '../../../compiler/domain/method.ts';
import { PUBLIC_ADDRESSES } from '../../../compiler/domain/special-addresses.ts';
import type { EgressEntry, EgressPolicy, HttpRule } from '../../../compiler/ir/egress.ts';

/**
 * Whether the new policy allows a request to an IPv4 address that the old one denies, as an SMT-LIB script: hosts, paths
 * and executables are strings in regular expressions. Says `sat` with an access, or `unsat`.
 */
export function wideningScript(old: EgressPolicy, next: EgressPolicy, timeoutMs: number): string {
  return [
    `(set-option :timeout ${timeoutMs})`,
    ...['host', 'binary', 'path'].map((name) => `(declare-const ${name} String)`),
    ...['port', 'method', 'address', 'time'].map((name) => `(declare-const ${name} Int)`),
    `(assert (str.in_re host ${joined([LABEL, star([text('.'), LABEL])])}))`,
    `(assert (str.in_re binary ${PATH}))`,
    `(assert (str.in_re path ${PATH}))`,
    '(assert (and (<= 1 port 65535) (<= 0 address 4294967295) (<= 0 time)))',
    `(assert (and (<= 0 method) (< method ${METHOD_TAGS.length})))`,
    `(assert ${allowed(next)})`,
    `(assert (not ${allowed(old)}))`,
    '(check-sat)',
    '(get-value (host port binary address method path time))',
  ].join('\n');
}

function allowed({ entries }: EgressPolicy): string {
  const allowing = entries.flatMap((entry) =>
    entry.allow.kind === 'only'
      ? entry.allow.of.map((rule) => all([...connection(entry), ...terms(entry), ...request(rule)]))
      : [],
  );
  const denying = entries.flatMap((entry) =>
    entry.deny.map((rule) => all([...connection(entry), ...request(rule)])),
  );
  return all([any(allowing), `(not ${any(denying)})`]);
}

function connection({ host, ports, binaries }: EgressEntry): string[] {
  return [
    `(str.in_re host ${hostExpression(host.text)})`,
    any(ports.map(({ low, high }) => `(<= ${low} port ${high})`)),
    ...(binaries.kind === 'only'
      ? [any(binaries.of.map(({ path }) => `(str.in_re binary ${pathExpression(path.text)})`))]
      : []),
  ];
}

const IPV4 = { low: 0xffff00000000n, high: 0xffffffffffffn };

function terms({ addresses, grant }: EgressEntry): string[] {
  const blocks = addresses.kind === 'only' ? addresses.of : PUBLIC_ADDRESSES;
  const ranges = intersection([IPV4], blocks).map(
    ({ low, high }) => `(<= ${low - IPV4.low} address ${high - IPV4.low})`,
  );
  const expiresAt = grant.approval?.expiresAt ?? null;
  return [any(ranges), ...(expiresAt === null ? [] : [`(< time ${expiresAt})`])];
}

function request({ methods, path }: HttpRule): string[] {
  const named = METHOD_TAGS.flatMap((_, index) => ((methods >>> index) & 1 ? [`(= method ${index})`] : []));
  return [any(named), ...(path.kind === 'only' ? [`(str.in_re path ${pathExpression(path.of.text)})`] : [])];
}

const ANY_BUT_SLASH = '(re.union (re.range " " ".") (re.range "0" "~"))';
const SEGMENT = `(re.+ ${ANY_BUT_SLASH})`;
const HOST_CHARACTER = '(re.union (re.range "a" "z") (re.range "0" "9") (str.to_re "-"))';
const LABEL = `(re.+ ${HOST_CHARACTER})`;
const PATH = joined([text('/'), star([SEGMENT, text('/')]), `(re.opt ${SEGMENT})`]);

function pathExpression(pattern: string): string {
  const segments = pattern.slice(1).split('/');
  const parts = segments.map((segment, at) => {
    const isLast = at === segments.length - 1;
    if (segment === '**') return star([isLast ? '(re.range " " "~")' : `(re.++ ${SEGMENT} ${text('/')})`]);
    const own = segment === '*' ? SEGMENT : filled(segment, ANY_BUT_SLASH);
    return isLast ? own : joined([own, text('/')]);
  });
  return joined([text('/'), ...parts]);
}

function hostExpression(pattern: string): string {
  const labels = pattern.split('.').map((label) => {
    if (label === '**') return joined([LABEL, star([text('.'), LABEL])]);
    return label === '*' ? LABEL : filled(label, HOST_CHARACTER);
  });
  return joined(labels.flatMap((label, at) => (at === 0 ? [label] : [text('.'), label])));
}

function filled(pattern: string, character: string): string {
  const parts = pattern
    .split('*')
    .flatMap((part, at) => [...(at === 0 ? [] : [star([character])]), ...(part === '' ? [] : [text(part)])]);
  return joined(parts.length === 0 ? [text('')] : parts);
}

function text(literal: string): string {
  return `(str.to_re "${literal}")`;
}

function joined(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : `(re.++ ${parts.join(' ')})`;
}

function star(parts: readonly string[]): string {
  return `(re.* ${joined(parts)})`;
}

function all(parts: readonly string[]): string {
  return parts.length === 0 ? 'true' : `(and ${parts.join(' ')})`;
}

function any(parts: readonly string[]): string {
  return parts.length === 0 ? 'false' : `(or ${parts.join(' ')})`;
}
