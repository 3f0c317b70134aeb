import { parseAddress, parseCidrBlock, printAddress } from '../../../compiler/domain/address.ts';
import { parseHost } from '../../../compiler/domain/host.ts';

/** The corporate proxy through which the host reaches the outside, and what goes past it. */
export interface UpstreamProxy {
  readonly host: string;
  readonly port: number;
  /** Value of `Proxy-Authorization`; null where the proxy wants none. Never logged. */
  readonly authorization: string | null;
  /** Whether a host, in its one spelling, is reached without it. */
  bypasses(host: string, port: number): boolean;
}

export type ReadUpstream =
  | { readonly ok: true; readonly proxy: UpstreamProxy | null }
  /** The problem names the variable and never its value, which may hold a password. */
  | { readonly ok: false; readonly problem: string };

const DEFAULT_PORT = 80;

/**
 * Reads `HTTPS_PROXY` and `NO_PROXY`, in small letters first, as curl does. All connections outside go through the proxy by
 * CONNECT. A proxy that cannot be understood is an error, because going past it might be forbidden.
 */
export function readUpstreamProxy(environment: Readonly<Record<string, string | undefined>>): ReadUpstream {
  const written = environment.https_proxy ?? environment.HTTPS_PROXY ?? '';
  if (written === '') return { ok: true, proxy: null };
  let url: URL;
  try {
    url = new URL(written.includes('://') ? written : `http://${written}`);
  } catch {
    return { ok: false, problem: '`HTTPS_PROXY` is no URL' };
  }
  if (url.protocol !== 'http:')
    return { ok: false, problem: '`HTTPS_PROXY` is no `http:` URL, and no other is spoken' };
  const login = decodeURIComponent(url.username);
  const credentials = `${login}:${decodeURIComponent(url.password)}`;
  const proxy = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    authorization: login === '' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
    bypasses: readExceptions(environment.no_proxy ?? environment.NO_PROXY ?? ''),
  };
  return { ok: true, proxy };
}

/**
 * `NO_PROXY`: names, which cover what is below them, addresses and blocks, each perhaps with a port; `*` is everything.
 * An item that is none of these covers nothing.
 */
function readExceptions(list: string): (host: string, port: number) => boolean {
  const tests = list
    .split(/[\s,]+/)
    .filter((item) => item !== '')
    .map(exception);
  return (host, port) => tests.some((test) => test(host, port));
}

function exception(item: string): (host: string, port: number) => boolean {
  if (item === '*') return () => true;
  const block = parseCidrBlock(item.replace(/^\[(.*)\]$/, '$1'));
  if (block.ok) {
    const { low, high } = block.block;
    return (host) => {
      const parsed = parseAddress(host);
      return parsed.ok && low <= parsed.address && parsed.address <= high;
    };
  }
  const parts = /^(?:\*?\.)?(?<name>[^:]+|\[[^\]]+\])(?::(?<port>\d+))?$/.exec(item)?.groups;
  const parsed = parseHost(parts?.name ?? '');
  if (!parsed.ok) return () => false;
  const only = parts!.port === undefined ? null : Number(parts!.port);
  const wanted = parsed.host.kind === 'name' ? parsed.host.name : printAddress(parsed.host.address);
  return (host, port) => (only === null || only === port) && (host === wanted || host.endsWith(`.${wanted}`));
}
