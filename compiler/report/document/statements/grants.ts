import type { Reach } from '../../../analysis/reach/reach.ts';
import type { Grant } from '../../../ir/origin.ts';

/** Every grant that lets the agent do something, each once. What only takes away is not among them. */
export function grantsIn({ files, syscalls, process, egress, credentials, models }: Reach): readonly Grant[] {
  const holders = [
    ...files.places.filter(({ use }) => use !== 'hidden'),
    ...syscalls.sources.filter(({ allows }) => allows.length > 0),
    ...process.environment,
    ...egress.doors,
    ...credentials,
    ...models.routes,
  ];
  return [...new Set(holders.map(({ grant }) => grant))];
}
