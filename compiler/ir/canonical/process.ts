import { type EnvironmentEntry, environmentEntryFor, type ProcessPolicy } from '../process.ts';

/** The identity's numbers, and the variables without those that a wider entry passes on anyway. */
export function canonicalProcess(process: ProcessPolicy): unknown {
  const { identity } = process;
  return {
    identity: identity.kind === 'invoker' ? 'invoker' : [identity.uid, identity.gid],
    environment: process.environment
      .filter((entry) => !isCovered(process, entry))
      .map(({ name, value }) => [name, value]),
  };
}

function isCovered(process: ProcessPolicy, entry: EnvironmentEntry): boolean {
  if (entry.value !== null) return false;
  const others = { ...process, environment: process.environment.filter((other) => other !== entry) };
  const wider = environmentEntryFor(others, entry.name.replace(/\*$/, ''));
  return wider !== null && wider.value === null && wider.name.endsWith('*');
}
