import type { Grant } from './origin.ts';

/** Who the agent is inside: whoever starts it, or a named identity mapped onto them. */
export type Identity =
  | { readonly kind: 'invoker' }
  | { readonly kind: 'user'; readonly user: string; readonly uid: number; readonly gid: number };

export interface ProcessPolicy {
  readonly identity: Identity;
  /** Names of environment variables that pass from outside, sorted; `*` at the end of a name matches its rest. */
  readonly environment: readonly EnvironmentEntry[];
  readonly grant: Grant;
}

export interface EnvironmentEntry {
  readonly name: string;
  /** The fixed value, or null to pass on the one from outside where it is set. Never a secret. */
  readonly value: string | null;
  readonly grant: Grant;
}

/** The entry that speaks about a variable: one with the whole name, else the longest one that ends in `*`. */
export function environmentEntryFor(process: ProcessPolicy, name: string): EnvironmentEntry | null {
  let best: EnvironmentEntry | null = null;
  for (const entry of process.environment) {
    if (entry.name === name) return entry;
    if (!entry.name.endsWith('*') || !name.startsWith(entry.name.slice(0, -1))) continue;
    if (best === null || entry.name.length > best.name.length) best = entry;
  }
  return best;
}

/** The environment inside, made from the one outside: fixed values, and what is passed on where it is set. */
export function environmentInside(
  process: ProcessPolicy,
  outside: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const inside: Record<string, string> = {};
  for (const { name, value } of process.environment) {
    if (value !== null) inside[name] = value;
  }
  for (const [name, value] of Object.entries(outside)) {
    if (value !== undefined && environmentEntryFor(process, name)?.value === null) inside[name] = value;
  }
  return inside;
}
