import type { Target } from '../../../compiler/backends/target.ts';
import { NAMESPACES, type ProcessFacts } from './process-facts.ts';

/** A map of one line and one id (user_namespaces(7)). */
const ONE_ID = /^\d+ \d+ 1$/;

/** One thing that was looked at: what has to be, and what is. */
export interface Check {
  readonly what: string;
  readonly desired: string;
  readonly found: string;
  readonly holds: boolean;
}

/** What the launcher does for every target, and what it does only where the target can. */
export interface Expectations {
  readonly target: Target;
  /** Whether connects are asked about, which takes a filter of its own. */
  readonly hasDoor: boolean;
  /** Namespaces of whoever looks, which the sandbox must not be in. */
  readonly outside: Readonly<Record<string, string>>;
}

/**
 * Holds what the kernel says of a process in a sandbox against what a launch makes. That a Landlock domain is there cannot be read
 * from outside; only probes show it.
 */
export function checksOf(facts: ProcessFacts, { target, hasDoor, outside }: Expectations): Check[] {
  const of = (what: string) => `${what} of process ${facts.pid}`;
  const filters = hasDoor ? 2 : 1;
  const checks = [
    same(of('no_new_privs'), '1', facts.noNewPrivileges ? '1' : '0'),
    same(
      of('seccomp mode'),
      '2 (filter)',
      facts.seccompMode === 2 ? '2 (filter)' : String(facts.seccompMode),
    ),
    {
      what: of('seccomp filters'),
      desired: `${filters} or more`,
      found: String(facts.seccompFilters),
      holds: facts.seccompFilters >= filters,
    },
    same(of('capabilities'), 'none', facts.capabilities === '0' ? 'none' : `0x${facts.capabilities}`),
    same(of('user ids'), 'one', new Set(facts.uids).size === 1 ? 'one' : facts.uids.join(', ')),
    same(of('group ids'), 'one', new Set(facts.gids).size === 1 ? 'one' : facts.gids.join(', ')),
  ];
  if (!target.userNamespaces && target.privilege !== 'root') return checks;
  const needed = NAMESPACES.filter(
    (name) => name !== 'cgroup' && (name !== 'user' || target.privilege === 'rootless'),
  );
  for (const name of needed) {
    const isOwn = facts.namespaces[name] !== outside[name];
    checks.push(same(of(`${name} namespace`), 'its own', isOwn ? 'its own' : 'that of the host'));
  }
  if (target.privilege === 'rootless') {
    checks.push(
      same(of('uid map'), 'one user alone', ONE_ID.test(facts.uidMap) ? 'one user alone' : facts.uidMap),
    );
    checks.push(
      same(of('gid map'), 'one group alone', ONE_ID.test(facts.gidMap) ? 'one group alone' : facts.gidMap),
    );
  }
  const others = facts.interfaces.filter((name) => name !== 'lo');
  checks.push(
    same(
      of('network interfaces'),
      'lo alone',
      others.length === 0 ? 'lo alone' : facts.interfaces.join(', '),
    ),
  );
  checks.push(same(of('routes'), '0', String(facts.routes)));
  return checks;
}

export function same(what: string, desired: string, found: string): Check {
  return { what, desired, found, holds: desired === found };
}
