import { isAbsolute, join } from 'node:path';

/** Where everything about one sandbox lies that outlives its processes. The only place that knows the layout. */
export interface StateFolder {
  readonly root: string;
  /** The audit log. */
  readonly audit: string;
  /** The key that signs it, and the last signed line. */
  readonly auditKey: string;
  /** What was refused and waits for a person. */
  readonly requests: string;
  /** Patches and texts of what was proposed, to review. */
  readonly proposals: string;
  /** The egress policy in force, as the gateway reads it. */
  readonly egressTable: string;
  /** What people let through for a while, without a review. */
  readonly egressAllowed: string;
  /** How often each grant with `max_uses` was used. */
  readonly egressUses: string;
  /** Where the gateway listens for commands. */
  readonly egressControl: string;
  /** Every bundle that was applied, and which one is in force. */
  readonly generations: string;
  /** What runs under them just now: a claim of who started it, and `sandbox.json`. */
  readonly running: string;
  /** Where the witness of what runs is asked; in `running`. */
  readonly witness: string;
  /** What the kernel answered to the probes of a generation, and when. */
  readonly probes: string;
  /** The repository that is followed, as a bare mirror, and what was accepted of it. */
  readonly sync: string;
}

/** The parts of a state folder, wherever it is. */
export function stateFolder(root: string): StateFolder {
  return {
    root,
    audit: join(root, 'audit'),
    auditKey: join(root, 'audit-key'),
    requests: join(root, 'requests'),
    proposals: join(root, 'proposals'),
    egressTable: join(root, 'egress', 'table.json'),
    egressAllowed: join(root, 'egress', 'allowed'),
    egressUses: join(root, 'egress', 'uses.json'),
    egressControl: join(root, 'egress', 'control.sock'),
    generations: join(root, 'generations'),
    running: join(root, 'running'),
    witness: join(root, 'running', 'witness.sock'),
    probes: join(root, 'probes.json'),
    sync: join(root, 'sync'),
  };
}

/** As `metadata.name` of a blueprint (`schemas/blueprint.schema.json`): a DNS label, so no path and no option. */
const SANDBOX_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function isSandboxName(text: string): boolean {
  return SANDBOX_NAME.test(text);
}

/**
 * The folder below which the sandboxes of this user keep their state: `$XDG_STATE_HOME/nemoclaw/sandboxes`, and
 * `~/.local/state` where that is not set or relative (XDG Base Directory Specification 0.8).
 *
 * @returns null where neither variable names an absolute folder
 */
export function sandboxesFolder(environment: Readonly<Record<string, string | undefined>>): string | null {
  const { XDG_STATE_HOME: state, HOME: home } = environment;
  if (state !== undefined && isAbsolute(state)) return join(state, 'nemoclaw', 'sandboxes');
  if (home !== undefined && isAbsolute(home)) return join(home, '.local', 'state', 'nemoclaw', 'sandboxes');
  return null;
}

/** Thrown for a name that could lead anywhere else than to a sandbox. */
export class NoSandboxName extends Error {
  override readonly name = 'NoSandboxName';
}

/**
 * The state of a sandbox by its name.
 *
 * @param sandboxes see `sandboxesFolder`
 * @throws NoSandboxName
 */
export function stateFolderOf(sandboxes: string, name: string): StateFolder {
  if (!isSandboxName(name))
    throw new NoSandboxName('a sandbox is named with lower-case letters, digits and `-`');
  return stateFolder(join(sandboxes, name));
}
