import { parseAddress, printAddress } from '../domain/address.ts';
import { contains } from '../domain/interval-set.ts';
import { PUBLIC_ADDRESSES } from '../domain/special-addresses.ts';
import type { Access, EgressAccess } from './access.ts';
import type { FileRight } from './filesystem.ts';
import { operationsWords } from './operation-words.ts';
import { RESOURCE_UNITS } from './resources.ts';

const HTTP_PORT = 80;
const HTTPS_PORT = 443;
/** In milliseconds since 1970 UTC (ECMA-262, time values). */
const LATEST_DATE = 8.64e15;

/** What a right lets one do to a path, to be followed by the path. */
const FILE_ACTIONS: Record<FileRight, string> = {
  execute: 'execute',
  write_file: 'write',
  read_file: 'read',
  read_dir: 'list',
  remove_dir: 'remove a folder in',
  remove_file: 'remove a file in',
  make_char: 'make a character device in',
  make_dir: 'make a folder in',
  make_reg: 'make a file in',
  make_sock: 'make a socket in',
  make_fifo: 'make a pipe in',
  make_block: 'make a block device in',
  make_sym: 'make a symbolic link in',
  refer: 'move a file to or from',
  truncate: 'truncate',
  ioctl_dev: 'control the device',
};

export function fileAction(right: FileRight, path: string): string {
  return `${FILE_ACTIONS[right]} \`${path}\``;
}

/** Of an access that was made and not typed: nothing wrote down whether it was in TLS. */
export const SCHEME_UNKNOWN = 'unknown';

/**
 * An access in a few words that continue "it can ...".
 *
 * @param scheme the one that somebody typed, `http` or `https`; without it the port tells, and any other than 80 is taken for
 * one of TLS. With `SCHEME_UNKNOWN` only the usual ports tell, and else none is named
 * @param isAddressTelling whether an address is named that is public, too
 */
export function describeAccess(
  access: Access,
  scheme: string | null = null,
  isAddressTelling = false,
): string {
  switch (access.facet) {
    case 'filesystem':
      return fileAction(access.right, access.path);
    case 'syscalls':
      return `call \`${access.name}(${access.args.map((value) => `0x${value.toString(16)}`).join(', ')})\``;
    case 'process':
      if ('reaches' in access) return 'reach a process outside of the sandbox, also by a unix socket';
      return 'uid' in access ? `act as user id ${access.uid}` : `read the variable \`${access.environment}\``;
    case 'egress':
      return `${requestWords(access, scheme)} via \`${access.binary}\`${circumstances(access, isAddressTelling)}`;
    case 'inference':
      return `call model \`${access.model}\` of \`${access.route}\``;
    case 'resources': {
      const unit = RESOURCE_UNITS[access.resource];
      return `use ${access.amount}${unit === 'count' ? '' : ` ${unit}`} of \`${access.resource}\``;
    }
  }
}

/** `open an opaque tunnel to x:443`, or the method and the URL; one port has no place in a URL of its scheme. */
function requestWords({ host, port, http }: EgressAccess, typed: string | null): string {
  const name = host.includes(':') ? `[${host}]` : host;
  if (http === null) return `open an opaque tunnel to \`${name}:${port}\``;
  const isTelling = port === HTTP_PORT || port === HTTPS_PORT || typed !== SCHEME_UNKNOWN;
  const said = typed === SCHEME_UNKNOWN ? null : typed;
  const scheme = said ?? (port === HTTP_PORT ? 'http' : 'https');
  const place = port === (scheme === 'http' ? HTTP_PORT : HTTPS_PORT) ? name : `${name}:${port}`;
  const query = http.query.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  return `${http.method} \`${isTelling ? `${scheme}://` : ''}${place}${http.path}${query.length > 0 ? `?${query.join('&')}` : ''}\`${operationsWords(http.operations)}`;
}

/** What is out of the ordinary: a pinned executable, an address that is not public, a time other than the start of it. */
function circumstances({ host, address, sha256, at }: EgressAccess, isAddressTelling: boolean): string {
  const parts: string[] = [];
  if (sha256 !== null) parts.push(` (SHA-256 ${sha256.slice(0, 12)}...)`);
  const dialled = parseAddress(address ?? host);
  if (dialled.ok && !contains(PUBLIC_ADDRESSES, dialled.address)) {
    parts.push(` at the address ${printAddress(dialled.address)}, which is not public`);
  } else if (dialled.ok && isAddressTelling) {
    parts.push(` at the address ${printAddress(dialled.address)}`);
  }
  if (at !== 0 && Math.abs(at) <= LATEST_DATE) parts.push(` on ${new Date(at).toISOString()}`);
  return parts.join('');
}
