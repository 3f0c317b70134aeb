import type { GitRunner } from '../io.ts';

const LONGEST = 1024;
const ADDRESS = new RegExp(`^[!-~]{1,${LONGEST}}$`);
/** `user@host:path`, as ssh takes it. */
const SCP_LIKE = /^(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9.-]+:(?!\/\/)[!-~]+$/;

/** Where others find the repository of the current folder; null where git knows no `origin`, or only a folder of this machine. */
export function remoteAddress(git: GitRunner): string | null {
  const found = git(['config', '--get', 'remote.origin.url']);
  if (!found.ok) return null;
  return publicAddress(new TextDecoder().decode(found.bytes).replace(/\n$/, ''));
}

/**
 * An address as it may stand in a statement that anybody may read: without a password, or a name that could be a token. Null
 * for what names a folder or cannot be read as an address.
 */
export function publicAddress(address: string): string | null {
  if (!ADDRESS.test(address)) return null;
  if (SCP_LIKE.test(address)) return address;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol !== 'ssh:') url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return ADDRESS.test(url.href) ? url.href : null;
}
