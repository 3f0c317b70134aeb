import { type Address, type CidrBlock, parseAddress, parseCidrBlock } from '../../domain/address.ts';
import { type HostPattern, hostMatches, parseHost } from '../../domain/host.ts';

/**
 * What OpenShell never connects to, whatever a policy says ("Destination Fields" of its policy schema reference). Of IPv6
 * everything that begins with `::` counts, because IPv4 hides there in several spellings.
 */
const BLOCKED: readonly CidrBlock[] = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/8', 'fe80::/10'].map(
  (text) => {
    const parsed = parseCidrBlock(text);
    if (!parsed.ok) throw new Error(`${text} is no block`);
    return parsed.block;
  },
);
const GATEWAY_NAMES = ['inference.local', 'host.openshell.internal'];

function isIpv4({ low, high }: { readonly low: Address; readonly high: Address }): boolean {
  return low >> 32n === 0xffffn && high >> 32n === 0xffffn;
}

/** Whether OpenShell refuses a block of addresses. IPv4 lies within `::/8` as a number, and is looked at by itself. */
export function isBlocked(block: { readonly low: Address; readonly high: Address }): boolean {
  return BLOCKED.some(
    (blocked) => isIpv4(block) === isIpv4(blocked) && block.low <= blocked.high && blocked.low <= block.high,
  );
}

/** Why OpenShell cannot have this host, or null. Only the first label may hold wildcards in all of its versions. */
export function hostProblem({ kind, text }: HostPattern): string | null {
  if (kind === 'address') {
    const parsed = parseAddress(text);
    const isRefused = !parsed.ok || isBlocked({ low: parsed.address, high: parsed.address });
    return isRefused ? 'OpenShell never connects to loopback, link-local or unspecified addresses' : null;
  }
  if (GATEWAY_NAMES.includes(text)) return 'under OpenShell that name is its own gateway';
  if (kind === 'name') return null;
  const labels = text.split('.');
  if (text.includes('?')) return 'hosts of OpenShell have no `?`';
  if (labels.slice(1).some((label) => label.includes('*'))) {
    return 'wildcards of OpenShell stand in the first label';
  }
  return labels.length < 3 ? 'a wildcard of OpenShell needs two labels behind it' : null;
}

/** Whether some host may be meant by both. Errs towards yes where both have wildcards. */
export function mayShareHost(a: HostPattern, b: HostPattern): boolean {
  if (a.kind === 'address' || b.kind === 'address') return a.kind === b.kind && a.text === b.text;
  if (a.kind === 'name' && b.kind === 'name') return a.text === b.text;
  const [name, pattern] = a.kind === 'name' ? [a, b] : [b, a];
  if (name.kind === 'name') {
    const host = parseHost(name.text);
    return host.ok && hostMatches(pattern, host.host);
  }
  const [left, right] = [endOf(a.text), endOf(b.text)];
  return left.endsWith(right) || right.endsWith(left);
}

/** What stands behind the last wildcard. */
function endOf(text: string): string {
  return text.slice(text.lastIndexOf('*') + 1);
}
