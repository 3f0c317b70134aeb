import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { namespacesOf } from './process-facts.ts';

/** The tables of packet filters that a process is under, such as `inet firewall`; or why nobody can tell. */
export type PacketFilters =
  | { readonly ok: true; readonly tables: readonly string[] }
  | { readonly ok: false; readonly problem: string };

const MOST_MILLISECONDS = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Asks nft in the namespaces of a process; the program and its libraries are those of the host. Needs nsenter(1) and nft(8), and to
 * be root or the user who started the sandbox. Tables of the old iptables count as well.
 */
export function packetFiltersOf(pid: number): PacketFilters {
  const isOwnUser = namespacesOf(String(pid)).user !== namespacesOf('self').user;
  const into = ['--target', String(pid), ...(isOwnUser ? ['--user', '--preserve-credentials'] : []), '--net'];
  const { error, status, stdout, stderr } = spawnSync(
    'nsenter',
    [...into, '--', 'nft', '--json', 'list', 'tables'],
    { encoding: 'utf8', timeout: MOST_MILLISECONDS, maxBuffer: MOST_BYTES },
  );
  if (error !== undefined) return { ok: false, problem: error.message };
  if (status !== 0) return { ok: false, problem: stderr.trim().split('\n')[0] || `nft ended with ${status}` };
  const tables = tablesIn(stdout);
  if (tables === null) return { ok: false, problem: 'nft did not say which tables there are' };
  return { ok: true, tables: [...tables, ...oldTablesOf(pid)] };
}

function tablesIn(json: string): string[] | null {
  try {
    const { nftables } = JSON.parse(json) as { nftables: { table?: { family: string; name: string } }[] };
    return nftables.flatMap(({ table }) => (table === undefined ? [] : [`${table.family} ${table.name}`]));
  } catch {
    return null;
  }
}

/** Which exist without nft; whoever may not read them did not make them either. */
function oldTablesOf(pid: number): string[] {
  return ['ip', 'ip6'].flatMap((family) => {
    try {
      const names = readFileSync(`/proc/${pid}/net/${family}_tables_names`, 'utf8');
      return names.split('\n').flatMap((name) => (name === '' ? [] : [`${family} ${name} (iptables)`]));
    } catch {
      return [];
    }
  });
}
