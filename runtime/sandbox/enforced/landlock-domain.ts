import { askWitness, type WitnessAnswers } from '../witness.ts';
import { type Check, same } from './checks.ts';
import { hasEnded, letsNobodyLook, numberInside } from './process-facts.ts';

const EPERM = 1;
const ESRCH = 3;

const DESIRED = "the sandbox's";
const OUTSIDE = 'another, or none';

/**
 * Asks the witness which of the processes of a sandbox are in its Landlock domain, or in one below it. A process that it cannot
 * judge does not pass for one that is.
 *
 * @param socket `witness` of a state folder
 * @param pids their numbers outside
 * @returns one check a process, but for those that ended meanwhile; one alone where nobody answers
 */
export async function domainChecks(socket: string, pids: readonly number[]): Promise<Check[]> {
  const asked = pids.flatMap((pid) => {
    const inside = numberInside(pid);
    return inside === null || hasEnded(pid) ? [] : [{ pid, inside }];
  });
  if (asked.length === 0) return [];
  const answer = await askWitness(
    socket,
    asked.map(({ inside }) => inside),
  );
  if (!answer.ok) return [noWitness(answer.problem)];
  if (answer.errors.every((error) => error === null)) return [noWitness('it was ended, or is held')];
  return asked.flatMap(({ pid }, index) => {
    const error = answer.errors[index] ?? null;
    const found = error === ESRCH ? null : foundOf(error, answer.by, () => letsNobodyLook(pid));
    return found === null ? [] : [same(`Landlock domain of process ${pid}`, DESIRED, found)];
  });
}

/** What an answer says of a process that is there. */
export function foundOf(error: number | null, by: WitnessAnswers['by'], isHidden: () => boolean): string {
  if (error === 0) return DESIRED;
  if (error === null) return 'not known: the witness did not answer about it';
  if (error !== EPERM) return `not known: the kernel answered with error ${error}`;
  // Without a scope for signals, the look is refused for either reason.
  return by === 'look' && isHidden() ? 'not to be seen: it lets nobody look into it' : OUTSIDE;
}

function noWitness(problem: string): Check {
  return same(
    'Landlock domains of its processes',
    'an answer of its witness',
    `nobody answers: ${problem}; where it is stopped, let it go on, else end the sandbox and start it again`,
  );
}
