import type { Architecture, Target } from '../../backends/target.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { hasErrors } from '../../diagnostics/entry.ts';
import type { Bindings } from '../../resolve/resolved.ts';
import { checkSchema } from '../schema/check.ts';
import { readYaml } from '../yaml/read.ts';
import { toValue } from '../yaml/value.ts';

/** A target and what it says about the place where the agent will run. */
export interface TargetFile {
  readonly target: Target;
  readonly place: Partial<Pick<Bindings, 'workdir' | 'home' | 'users' | 'groups'>>;
}

/** The keys as `schemas/target.schema.json` has them. */
interface WrittenTarget {
  readonly landlock_abi: number;
  readonly architecture: Architecture;
  readonly engine?: Target['engine'];
  readonly privilege?: Target['privilege'];
  readonly user_namespaces?: boolean;
  readonly image?: string;
  readonly workdir?: string;
  readonly home?: string;
  readonly users?: Bindings['users'];
  readonly groups?: Bindings['groups'];
}

/** Reads a target file. Null exactly when the diagnostics hold an error. */
export function parseTargetFile(
  path: string,
  bytes: Uint8Array,
): { file: TargetFile | null; diagnostics: readonly Diagnostic[] } {
  const { tree, diagnostics } = readYaml(path, bytes);
  const all = hasErrors(diagnostics) ? diagnostics : [...diagnostics, ...checkSchema('target', tree)];
  if (hasErrors(all) || tree.root === null) return { file: null, diagnostics: all };
  return { file: targetOf(toValue(tree.root) as unknown as WrittenTarget), diagnostics: all };
}

function targetOf(written: WrittenTarget): TargetFile {
  const { workdir, home, users, groups } = written;
  return {
    target: {
      landlockAbi: written.landlock_abi,
      architecture: written.architecture,
      engine: written.engine ?? 'process',
      privilege: written.privilege ?? 'rootless',
      userNamespaces: written.user_namespaces ?? true,
      image: written.image ?? null,
    },
    place: {
      ...(workdir === undefined ? {} : { workdir }),
      ...(home === undefined ? {} : { home }),
      ...(users === undefined ? {} : { users }),
      ...(groups === undefined ? {} : { groups }),
    },
  };
}
