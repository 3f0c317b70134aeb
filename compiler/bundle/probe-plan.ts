import type { Parts } from '../backends/parts.ts';
import { BACKENDS } from '../backends/registry.ts';
import type { Target } from '../backends/target.ts';
import { READ_EXECUTE_RIGHTS } from '../ir/filesystem.ts';
import type { Policy } from '../ir/policy.ts';
import { emitAll } from './emit-all.ts';

const LAUNCH_PLAN = 'launch-plan';

/**
 * The launch plan of a policy with one program of ours added, readable and executable at its own path: the probe has
 * to be inside the sandbox that it looks at. Everything else is as in the bundle.
 *
 * @param policy one that a bundle was built from for the same target
 * @param program absolute path of a file on the host
 */
export function probePlan(policy: Policy, target: Target, program: string): Uint8Array {
  const parts = withProgram(emitAll(policy, target).parts, program);
  const emissions = BACKENDS.filter(({ name }) => name === LAUNCH_PLAN).map((backend) =>
    backend.emit({ policy, target, parts }),
  );
  const plan = emissions.flatMap(({ artifacts }) => artifacts)[0];
  if (!plan) throw new Error('a policy that makes a bundle makes a launch plan');
  return plan.bytes;
}

function withProgram(parts: Parts, path: string): Parts {
  const { mountView, landlock } = parts;
  const bind = {
    kind: 'bind',
    path,
    writable: false,
    executable: true,
    optional: false,
    followTo: path.length,
  } as const;
  const rule = { path, rights: READ_EXECUTE_RIGHTS & (landlock?.handledFs ?? 0), optional: false };
  return {
    ...parts,
    mountView: mountView === null ? null : { mounts: [...mountView.mounts, bind] },
    landlock: landlock === null ? null : { ...landlock, paths: [...landlock.paths, rule] },
  };
}
