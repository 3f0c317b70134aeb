import type { Issued } from '../../compiler/bundle/signature/statement.ts';
import { hostOlder, hostOtherSandbox, hostOtherTarget } from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { endedGrants } from '../../compiler/ir/ended-grants.ts';
import { numbersIn, readGeneration, readNewest } from '../../runtime/sandbox/generations/read.ts';
import type { Io } from '../io.ts';
import type { Candidate } from './candidate.ts';
import { damaged, type InForce } from './in-force.ts';
import { reachOfState, type SandboxPlace } from './sandbox-place.ts';

/** Why a candidate is not accepted, however well it is signed. None where it is. */
export interface Objections {
  /** The answer is no. */
  readonly refused: readonly Diagnostic[];
  /** It is older than what this host had; a reason makes it acceptable. */
  readonly older: Diagnostic | null;
  /** This host cannot enforce it. */
  readonly impossible: readonly Diagnostic[];
}

export function objectionsTo(
  candidate: Candidate,
  inForce: InForce | null,
  place: SandboxPlace,
  io: Io,
): Objections {
  const { loaded, host } = candidate;
  const { name, target } = loaded.manifest;
  const reach = reachOfState(loaded.policy, place.state);
  const accepted = inForce?.loaded.manifest.name;
  const other =
    accepted !== undefined && accepted !== name
      ? [diagnose(hostOtherSandbox, null, { name, accepted, sandbox: place.name })]
      : [];
  const older = olderThan(candidate, inForce, place);
  const differs = (what: string, bundle: string, here: string) =>
    bundle === here ? [] : [diagnose(hostOtherTarget, null, { what, bundle, host: here })];
  return {
    refused: [...other, ...endedGrants(loaded.policy, io.now())],
    older: typeof older === 'string' ? null : older,
    impossible: [
      ...(typeof older === 'string' ? [damaged(older)] : []),
      ...(reach === null ? [] : [reach]),
      ...differs('architecture', target.architecture, host.target.architecture),
      ...differs('engine', target.engine, host.target.engine),
    ],
  };
}

/**
 * Held against the newest that this host ever accepted, so that a rollback opens no door for what lies between; what is in force
 * already is let be. In words, what is damaged.
 */
function olderThan(
  { loaded, content }: Candidate,
  inForce: InForce | null,
  { state }: SandboxPlace,
): Diagnostic | string | null {
  const { issued } = content.about;
  if (issued === null) return null;
  const newest = readNewest(state.generations);
  if (!newest.ok) return newest.problem;
  const isSame = inForce?.loaded.digest === loaded.digest;
  if (!isSame && newest.value !== null && isOlder(issued, newest.value))
    return olderFinding(issued, newest.value);
  for (const { bundle, accepted } of acceptedIn(state.generations)) {
    if (bundle === loaded.digest || !isOlder(issued, accepted)) continue;
    return olderFinding(issued, accepted);
  }
  return null;
}

function olderFinding(issued: Issued, { serial: accepted, at: acceptedAt }: Issued): Diagnostic {
  return diagnose(hostOlder, null, { ...issued, accepted, acceptedAt });
}

function acceptedIn(folder: string): { readonly bundle: string; readonly accepted: Issued }[] {
  let numbers: readonly number[];
  try {
    numbers = numbersIn(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return numbers.flatMap((number) => {
    const found = readGeneration(folder, number);
    if (!found.ok || found.record.issued === null) return [];
    return [{ bundle: found.record.bundle, accepted: found.record.issued }];
  });
}

/** The serial decides; of the same one, the time of issue, which has one form of one length. See `precedenceOf`. */
export function isOlder(next: Issued, accepted: Issued): boolean {
  return next.serial === accepted.serial ? next.at < accepted.at : next.serial < accepted.serial;
}
