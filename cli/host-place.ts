import { join } from 'node:path';
import type { Target } from '../compiler/backends/target.ts';
import { launcherMissing, namespacesUnavailable } from '../compiler/diagnostics/catalog/launch.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import { hostArchitecture, launcherPath } from '../runtime/launcher/locate.ts';
import { detectHost, type HostFacts } from '../runtime/sandbox/host.ts';
import { parseGroups, parseUsers } from './accounts.ts';
import type { Io } from './io.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';

/** This machine as a target. */
export interface HostPlace {
  readonly target: Target;
  readonly surroundings: Omit<Bindings, 'variables'>;
  readonly launcher: string;
  /** What this machine lacks; said when it turns out to matter. */
  readonly lack: Diagnostic | null;
}

/** The highest Landlock ABI that there are rules for; a newer kernel has it as well. */
const HIGHEST_ABI = 7;

/** Asks this machine what it offers; the finding says what is missing to do that. */
export function hostPlace(io: Io): HostPlace | Diagnostic {
  const architecture = hostArchitecture();
  const launcher = architecture && launcherPath(PACKAGE_FOLDER, architecture);
  if (!architecture || !launcher?.isThere) {
    const path = launcher?.path ?? join(PACKAGE_FOLDER, `dist/launcher/nemoclaw-launcher-${process.arch}`);
    return diagnose(launcherMissing, null, { path });
  }
  const facts = detectHost(launcher.path);
  const target: Target = {
    landlockAbi: Math.min(facts.landlockAbi, HIGHEST_ABI),
    architecture,
    engine: 'process',
    privilege: facts.isRoot ? 'root' : 'rootless',
    userNamespaces: facts.userNamespaces.work,
    image: null,
  };
  return { target, surroundings: surroundingsOf(io), launcher: launcher.path, lack: lackOf(facts) };
}

function lackOf({ userNamespaces, isRoot }: HostFacts): Diagnostic | null {
  return userNamespaces.work || isRoot ? null : diagnose(namespacesUnavailable, null, userNamespaces);
}

function surroundingsOf({ reader, environment, cwd }: Io): Omit<Bindings, 'variables'> {
  const textOf = (path: string) => {
    const outcome = reader.read(path);
    return outcome.ok ? new TextDecoder().decode(outcome.bytes) : '';
  };
  return {
    workdir: cwd,
    home: environment.HOME ?? '/',
    users: parseUsers(textOf('/etc/passwd')),
    groups: parseGroups(textOf('/etc/group')),
  };
}
