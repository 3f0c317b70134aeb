import type { Artifact } from '../../compiler/backends/backend.ts';
import type { Target } from '../../compiler/backends/target.ts';
import type { Digest } from '../../compiler/bundle/digest.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import type { RunArguments } from '../arguments/run.ts';
import { compileForHost } from '../compile-for-host.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { LoadedBundle } from './loaded-bundle.ts';
import { startableGeneration } from './run-generation.ts';
import { sandboxPlace } from './sandbox-place.ts';

/** All that is needed to start something confined. */
export interface LaunchRules {
  readonly policy: Policy;
  readonly target: Target;
  readonly launcher: string;
  readonly plan: Uint8Array;
  readonly bundle: { readonly digest: Digest; readonly artifacts: readonly Artifact[] };
  /** Null for what was compiled for this run alone. */
  readonly generation: number | null;
  /** The commit that the generation is of; null where nobody vouches for one. */
  readonly commit: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

export type FoundRules =
  | { readonly ok: true; readonly rules: LaunchRules }
  | { readonly ok: false; readonly exitCode: ExitCode; readonly diagnostics: readonly Diagnostic[] };

const PLAN = 'launch/plan.bin';
/** Where only a state folder is named; the log calls it so. */
const UNNAMED = 'sandbox';

/** Compiles the blueprint that is named, or takes the generation in force of the sandbox. */
export async function rulesFor(
  { path, place, door }: Pick<RunArguments, 'path' | 'place' | 'door'>,
  io: Io,
): Promise<FoundRules> {
  if (path === null) return ofGeneration(door.name ?? UNNAMED, door.state, io);
  const compiled = await compileForHost(path, place, io);
  if (!compiled.ok) return compiled;
  const { policy, launcher, plan, bundle, diagnostics } = compiled;
  const { target } = compiled.place;
  const unapplied = { generation: null, commit: null };
  return { ok: true, rules: { policy, target, launcher, plan, bundle, ...unapplied, diagnostics } };
}

async function ofGeneration(name: string, state: string | null, io: Io): Promise<FoundRules> {
  const named = sandboxPlace(name, state, io);
  if (!named.ok) return { ok: false, exitCode: EXIT.invalid, diagnostics: [named.problem] };
  const found = await startableGeneration(named.place, io);
  if (!found.ok) return found;
  const { inForce, host, findings } = found;
  const { loaded, number, record } = inForce;
  const plan = loaded.artifacts.get(PLAN);
  if (plan === undefined) throw new Error('a bundle was made without a launch plan');
  return {
    ok: true,
    rules: {
      policy: loaded.policy,
      target: loaded.manifest.target,
      launcher: host.launcher,
      plan,
      bundle: { digest: loaded.digest, artifacts: artifactsOf(loaded) },
      generation: number,
      commit: record.commit,
      diagnostics: findings,
    },
  };
}

function artifactsOf({ manifest, artifacts }: LoadedBundle): Artifact[] {
  return manifest.artifacts.map(({ path, mediaType }) => ({ path, mediaType, bytes: artifacts.get(path)! }));
}
