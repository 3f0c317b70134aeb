import { type EnvironmentEntry, environmentEntryFor, type ProcessPolicy } from '../process.ts';

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

/** The entry that passes on all that this one does; null where there is none, or this one sets a value. */
export function coveringEntry(process: ProcessPolicy, entry: EnvironmentEntry): EnvironmentEntry | null {
  if (entry.value !== null) return null;
  const others = { ...process, environment: process.environment.filter((other) => other !== entry) };
  const wider = environmentEntryFor(others, entry.name.replace(/\*$/, ''));
  return wider !== null && wider.value === null && wider.name.endsWith('*') ? wider : null;
}
