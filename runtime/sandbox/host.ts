import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Architecture } from '../../compiler/backends/target.ts';
import { hostArchitecture } from '../launcher/locate.ts';

/** What this machine offers to a sandbox; `--target host` is made from it. */
export interface HostFacts {
  readonly kernelRelease: string;
  /** Null on a machine that nothing is built for. */
  readonly architecture: Architecture | null;
  /** 0 where the kernel has no Landlock or it is switched off. */
  readonly landlockAbi: number;
  readonly isRoot: boolean;
  readonly userNamespaces: UserNamespaces;
}

export type UserNamespaces =
  | { readonly work: true }
  | { readonly work: false; readonly why: string; readonly fix: string };

/** What the launcher answered to `--host-facts`, and how to read a kernel setting; null where there is none. */
export interface HostAnswers {
  readonly launcher: { readonly status: number | null; readonly stdout: string; readonly stderr: string };
  readonly setting: (path: string) => string | null;
}

/** Asks the kernel by trying: the launcher makes all namespaces once and says how far it got. */
export function detectHost(launcher: string): HostFacts {
  const answered = spawnSync(launcher, ['--host-facts'], { encoding: 'utf8', env: {} });
  const facts = readHostAnswers({
    launcher: {
      status: answered.status,
      stdout: answered.stdout ?? '',
      stderr: answered.stderr || String(answered.error ?? ''),
    },
    setting: readSetting,
  });
  return {
    ...facts,
    kernelRelease: release(),
    architecture: hostArchitecture(),
    isRoot: process.getuid?.() === 0,
  };
}

/** The part of the facts that depends on the kernel's answers alone. */
export function readHostAnswers(answers: HostAnswers): Pick<HostFacts, 'landlockAbi' | 'userNamespaces'> {
  const { stdout } = answers.launcher;
  const abi = /^nemoclaw-launcher: fact landlock: ABI (\d+)$/m.exec(stdout)?.[1];
  const work = answers.launcher.status === 0;
  return {
    landlockAbi: Number(abi ?? 0),
    userNamespaces: work ? { work } : { work, ...whyNot(answers) },
  };
}

interface Switch {
  readonly setting: string;
  readonly path: string;
  readonly forbids: (value: string) => boolean;
  readonly why: string;
  readonly fix: string;
}

/** Settings that forbid user namespaces to ordinary users, the most specific first. */
const SWITCHES: readonly Switch[] = [
  {
    setting: 'kernel.apparmor_restrict_unprivileged_userns',
    path: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    forbids: (value) => value !== '0',
    why: 'AppArmor restricts them, as Ubuntu does since 23.10',
    fix: 'give the launcher an AppArmor profile with `userns,`, or as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  },
  {
    setting: 'kernel.unprivileged_userns_clone',
    path: '/proc/sys/kernel/unprivileged_userns_clone',
    forbids: (value) => value === '0',
    why: 'they are switched off, as older Debian kernels do',
    fix: 'as root: sysctl -w kernel.unprivileged_userns_clone=1',
  },
  {
    setting: 'user.max_user_namespaces',
    path: '/proc/sys/user/max_user_namespaces',
    forbids: (value) => value === '0',
    why: 'their greatest number is 0',
    fix: 'as root: sysctl -w user.max_user_namespaces=15000',
  },
];

function whyNot({ launcher, setting }: HostAnswers): { readonly why: string; readonly fix: string } {
  for (const { setting: name, path, forbids, why, fix } of SWITCHES) {
    const value = setting(path);
    if (value !== null && forbids(value)) return { why: `${why} (${name} is ${value})`, fix };
  }
  const said = /^nemoclaw-launcher: step (.*)$/m.exec(launcher.stdout)?.[1] ?? launcher.stderr.trim();
  return {
    why: said === '' ? 'the launcher did not answer' : `the launcher stopped at ${said}`,
    fix: 'a container needs a seccomp profile that allows unshare and mount; otherwise run as root, or compile for a target without user namespaces',
  };
}

function readSetting(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
