import type { Target } from './target.ts';

const PROCESS: Target = {
  landlockAbi: 6,
  architecture: 'x86_64',
  engine: 'process',
  privilege: 'rootless',
  userNamespaces: true,
  image: null,
};

/**
 * Targets that need no file: a host with Linux 6.12 (Landlock ABI 6, the kernel of Debian 13) where an ordinary user
 * starts the agent, and the same under Docker. They are fixed, so that a lock file means the same everywhere.
 */
export const NAMED_TARGETS: Readonly<Record<string, Target>> = {
  'linux-x86_64': PROCESS,
  'linux-aarch64': { ...PROCESS, architecture: 'aarch64' },
  'docker-x86_64': { ...PROCESS, engine: 'docker' },
  'docker-aarch64': { ...PROCESS, engine: 'docker', architecture: 'aarch64' },
};

export const DEFAULT_TARGET = 'linux-x86_64';
