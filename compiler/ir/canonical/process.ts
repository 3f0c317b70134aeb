import type { EnvironmentEntry, ProcessPolicy } from '../process.ts';

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

/** Whether another entry passes on all that this one does; only those that pass something on have a `*`. */
function isCovered({ environment }: ProcessPolicy, entry: EnvironmentEntry): boolean {
  if (entry.value !== null) return false;
  const start = entry.name.replace(/\*$/, '');
  return environment.some(
    (other) => other !== entry && other.name.endsWith('*') && start.startsWith(other.name.slice(0, -1)),
  );
}
