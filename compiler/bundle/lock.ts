import type { Bundle } from './bundle.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Digest } from './digest.ts';

export const LOCK_SCHEMA = 'https://nemoclaw.dev/schemas/v1/lock.schema.json';

/** The file to commit beside a blueprint: what it compiled to, for each target that was compiled. */
export interface Lock {
  readonly $schema: typeof LOCK_SCHEMA;
  readonly targets: Readonly<Record<string, LockedBundle>>;
}

export interface LockedBundle {
  readonly bundle: Digest;
  readonly policy: Digest;
  readonly tool: string;
  readonly inputs: Readonly<Record<string, Digest>>;
  readonly artifacts: Readonly<Record<string, Digest>>;
}

export function lockedBundle({ digest, manifest }: Bundle): LockedBundle {
  return {
    bundle: digest,
    policy: manifest.policy,
    tool: manifest.tool.version,
    inputs: Object.fromEntries(manifest.inputs.map((input) => [input.name, input.digest])),
    artifacts: Object.fromEntries(manifest.artifacts.map((artifact) => [artifact.path, artifact.digest])),
  };
}

/** The text of a lock file with one target's entry replaced; the others stay as they are. */
export function lockText(previous: Lock | null, target: string, locked: LockedBundle): string {
  const targets = { ...previous?.targets, [target]: locked };
  return canonicalJson({ $schema: LOCK_SCHEMA, targets } satisfies Lock);
}

/** One value that the lock file and a fresh compile disagree about; null where a side does not have it. */
export interface LockDifference {
  readonly what: string;
  readonly locked: string | null;
  readonly compiled: string | null;
}

/** All differences between what is locked and what was compiled; none when the lock file is current. */
export function lockDifferences(locked: LockedBundle, compiled: LockedBundle): LockDifference[] {
  const before = flatten(locked);
  const after = flatten(compiled);
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((what) => {
    const pair = { what, locked: before.get(what) ?? null, compiled: after.get(what) ?? null };
    return pair.locked === pair.compiled ? [] : [pair];
  });
}

function flatten(bundle: LockedBundle): Map<string, string> {
  return new Map<string, string>([
    ['bundle', bundle.bundle],
    ['policy', bundle.policy],
    ['tool', bundle.tool],
    ...Object.entries(bundle.inputs).map(([name, digest]) => [`input ${name}`, digest] as const),
    ...Object.entries(bundle.artifacts).map(([path, digest]) => [`artifact ${path}`, digest] as const),
  ]);
}

/** Reads a lock file strictly; null when it is not one. */
export function parseLock(text: string): Lock | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value.$schema !== LOCK_SCHEMA || !isRecord(value.targets)) return null;
  return Object.values(value.targets).every(isLockedBundle) ? (value as unknown as Lock) : null;
}

function isLockedBundle(value: unknown): boolean {
  return (
    isRecord(value) &&
    isDigest(value.bundle) &&
    isDigest(value.policy) &&
    typeof value.tool === 'string' &&
    isRecord(value.inputs) &&
    Object.values(value.inputs).every(isDigest) &&
    isRecord(value.artifacts) &&
    Object.values(value.artifacts).every(isDigest)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}
