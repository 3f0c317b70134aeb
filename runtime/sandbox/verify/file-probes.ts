import { accessSync, constants, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AbsolutePath } from '../../../compiler/domain/path.ts';
import { decide } from '../../../compiler/ir/decide.ts';
import { type FileRight, type PathEntry, rightBit } from '../../../compiler/ir/filesystem.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
import type { Probe } from './probe.ts';

const PROBE_NAME = '.nemoclaw-probe';

/** How a right is tried out at a path. */
interface Trial {
  readonly right: FileRight;
  readonly words: string;
  readonly attempt: readonly string[];
  /** The path that `decide` is asked about: the folder, for what changes a folder. */
  readonly about: string;
  readonly leavesBehind: string | null;
}

/** For each path of the policy, what must work there, what must not, and a neighbour that is not granted at all. */
export function fileProbes(policy: Policy): Probe[] {
  const probes: Probe[] = [];
  const neighbours = new Set<string>();
  for (const entry of policy.filesystem.entries) {
    const kind = kindOf(entry);
    if (kind === 'missing') continue;
    for (const trial of trialsOf(entry, kind)) {
      const probe = probeOf(policy, entry.path, trial);
      if (probe !== null) probes.push(probe);
    }
    const neighbour = ungrantedNeighbour(policy, entry);
    if (neighbour !== null && !neighbours.has(neighbour.about)) {
      neighbours.add(neighbour.about);
      const probe = probeOf(policy, `beside ${entry.path}`, neighbour);
      if (probe !== null) probes.push(probe);
    }
  }
  return probes;
}

function probeOf(policy: Policy, boundary: string, trial: Trial): Probe | null {
  const decision = decide(policy, { facet: 'filesystem', path: trial.about, right: trial.right });
  // What the host itself refuses to this user says nothing when it must work.
  if (decision.verdict === 'allow' && !hostAllows(trial)) return null;
  return {
    facet: 'filesystem',
    boundary,
    words: trial.words,
    attempt: trial.attempt,
    expected: decision.verdict === 'allow' ? 'works' : 'refused',
    because: decision.by?.id ?? 'nothing grants it',
    refusals: 'any',
    leavesBehind: trial.leavesBehind,
  };
}

function hostAllows({ right, about, attempt }: Trial): boolean {
  if (attempt[0] === 'execute') return true;
  const mode = right === 'read_file' || right === 'read_dir' ? constants.R_OK : constants.W_OK;
  return mayAccess(about, mode);
}

/** Whether the file's own permissions let this user in. Root's right to pass over them is a capability: it ends outside. */
function mayAccess(path: string, mode: number): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status && process.getuid?.() === 0) {
    const shift = status.uid === 0 ? 6 : process.getgroups?.().includes(status.gid) ? 3 : 0;
    return ((status.mode >> shift) & mode) === mode;
  }
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

type Kind = 'folder' | 'file' | 'scratch' | 'missing';

function kindOf({ path, source }: PathEntry): Kind {
  if (source === 'scratch') return 'scratch';
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return 'missing';
  return status.isDirectory() ? 'folder' : 'file';
}

function trialsOf(entry: PathEntry, kind: Kind): Trial[] {
  if (kind === 'file') return [read(entry.path), write(entry.path), ...execution(entry, entry.path)];
  const trials = [list(entry.path), create(entry), makeDevice(entry.path)];
  const inside = kind === 'folder' ? firstFile(entry.path, () => true) : null;
  if (inside !== null) trials.push(write(inside));
  const program = kind === 'folder' ? firstFile(entry.path, isProgram) : null;
  return program === null ? trials : [...trials, ...execution(entry, program)];
}

const read = (path: string): Trial => ({
  right: 'read_file',
  words: `read ${path}`,
  attempt: ['read', path],
  about: path,
  leavesBehind: null,
});

const list = (path: string): Trial => ({
  right: 'read_dir',
  words: `list ${path}`,
  attempt: ['list', path],
  about: path,
  leavesBehind: null,
});

const write = (path: string): Trial => ({
  right: 'write_file',
  words: `open ${path} for writing`,
  attempt: ['write', path],
  about: path,
  leavesBehind: null,
});

const makeDevice = (path: string): Trial => ({
  right: 'make_char',
  words: `make a device in ${path}`,
  attempt: ['make-device', join(path, PROBE_NAME)],
  about: path,
  leavesBehind: join(path, PROBE_NAME),
});

function create({ path, source }: PathEntry): Trial {
  const file = join(path, `${PROBE_NAME}-${process.pid}`);
  return {
    right: 'make_reg',
    words: `make a file in ${path}`,
    attempt: ['create', file],
    about: path,
    leavesBehind: source === 'host' ? file : null,
  };
}

/** Only what must not run is tried: what may run would do its own work. */
function execution(entry: PathEntry, path: string): Trial[] {
  if ((entry.rights & rightBit('execute')) !== 0 || !isProgram(path)) return [];
  return [
    { right: 'execute', words: `run ${path}`, attempt: ['execute', path], about: path, leavesBehind: null },
  ];
}

function isProgram(path: string): boolean {
  return mayAccess(path, constants.X_OK);
}

const MOST_LOOKED_AT = 200;

/** The first regular file right in a folder, in the order of their names. */
function firstFile(folder: string, fits: (path: string) => boolean): string | null {
  for (const name of namesIn(folder).slice(0, MOST_LOOKED_AT)) {
    const path = join(folder, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() && fits(path)) return path;
  }
  return null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Something next to an entry that exists, can be read by this user, and that the policy does not grant. */
function ungrantedNeighbour(policy: Policy, entry: PathEntry): Trial | null {
  const parent = entry.path.slice(0, entry.path.lastIndexOf('/')) || '/';
  for (const name of namesIn(parent).slice(0, MOST_LOOKED_AT)) {
    const path = join(parent, name) as AbsolutePath;
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (!status || (!status.isDirectory() && !status.isFile()) || holdsAGrant(policy, path)) continue;
    const trial = status.isDirectory() ? list(path) : read(path);
    const decision = decide(policy, { facet: 'filesystem', path, right: trial.right });
    if (decision.verdict === 'deny' && mayAccess(path, constants.R_OK) && realpathSync(path) === path)
      return trial;
  }
  return null;
}

/** A folder on the way to a grant has to be there, empty but for that way. */
function holdsAGrant(policy: Policy, path: string): boolean {
  return policy.filesystem.entries.some((entry) => entry.path.startsWith(`${path}/`));
}
