import { hostGit, hostRemoteGit } from '../cli/git/host-git.ts';
import { hostIo } from '../cli/host-io.ts';
import type { Io } from '../cli/io.ts';
import type { SourceReader } from '../compiler/source/source-reader.ts';

/** Texts of the shipped parts and guardrails by their path, such as `presets/npm.yaml`; put in by the build. */
declare const SHIPPED_FILES: Readonly<Record<string, string>>;

/** As findings name the shipped guardrails. */
export const SHIPPED_GUARDRAILS = 'guardrails:default';

const NOT_HERE = { ok: false, reason: 'denied', detail: 'the gate reads commits alone' } as const;

/**
 * This runner as far as the gate touches it. Files of the working tree are out of reach: whatever is judged comes from git's objects.
 * Git gets none of the inputs, since the token is one of them.
 */
export function gateWorld(environment: Readonly<Record<string, string | undefined>>): Io {
  const cwd = environment.GITHUB_WORKSPACE ?? process.cwd();
  const forGit = Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('INPUT_')),
  );
  return {
    ...hostIo(),
    environment,
    cwd,
    reader: shippedReader(),
    findFiles: () => ({ ok: false, detail: NOT_HERE.detail }),
    findProjectFiles: () => [],
    lookAt: () => ({ kind: 'missing' }),
    git: hostGit(cwd, forGit),
    remoteGit: hostRemoteGit(cwd, forGit),
  };
}

/** Reads what comes with the gate, and nothing else. */
function shippedReader(): SourceReader {
  return {
    read: () => NOT_HERE,
    readExtended: () => NOT_HERE,
    readShipped: (kind, name) => {
      const path = `${kind}s/${name}.yaml`;
      return Object.hasOwn(SHIPPED_FILES, path)
        ? { ok: true, bytes: Buffer.from(SHIPPED_FILES[path]!) }
        : { ok: false, reason: 'not-found', detail: `there is no ${kind} of that name` };
    },
    listShipped: (kind) =>
      Object.keys(SHIPPED_FILES)
        .filter((path) => path.startsWith(`${kind}s/`))
        .map((path) => path.slice(`${kind}s/`.length, -'.yaml'.length))
        .sort(),
  };
}

export function shippedGuardrails(): Uint8Array {
  return Buffer.from(SHIPPED_FILES['guardrails/default.yaml']!);
}
