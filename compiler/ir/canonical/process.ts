import type { EnvironmentEntry, ProcessPolicy } from '../process.ts';

/** The identity's numbers, and the variables without those that a wider entry passes on anyway. */
export function canonicalProcess(process: ProcessPolicy): unknown {
  const { identity } = process;
  return {
    identity: identity.kind === 'invoker' ? 'invoker' : [identity.uid, identity.gid],
    environment: process.environment
      .filter((entry) => coveringEntry(process, entry) === null)
      .map(({ name, value }) => [name, value]),
  };
}

/** Another entry that passes on all that this one does; only those that pass something on have a `*`. Null for none. */
export function coveringEntry(
  { environment }: ProcessPolicy,
  entry: EnvironmentEntry,
): EnvironmentEntry | null {
  if (entry.value !== null) return null;
  const start = entry.name.replace(/\*$/, '');
  const covers = (other: EnvironmentEntry) =>
    other !== entry && other.name.endsWith('*') && start.startsWith(other.name.slice(0, -1));
  return environment.find(covers) ?? null;
}
