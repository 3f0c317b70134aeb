import { type Glob, globLiteral, globMatches } from '../../../domain/glob.ts';
import { hostMatches } from '../../../domain/host.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import type { BinaryPattern, EgressEntry, HttpRule } from '../../../ir/egress.ts';
import { only } from '../../../ir/extent.ts';
import { auditedBy, seenBy } from '../../../ir/seen.ts';
import { operationsKey } from '../../difference/egress/meaning-key.ts';
import { sampleConnection, sampleRequests } from './sample.ts';

/** So many combinations of programs, rules and ports are looked at one by one; of more, the first ones. */
const MOST_ATOMS = 48;

/** The permissions of an entry one by one, each an entry of one program, one rule and one range of ports. */
export function atomsOf(entry: EgressEntry): EgressEntry[] {
  const { binaries, allow, ports } = entry;
  const programs = binaries.kind === 'only' ? binaries.of.map((one) => only([one])) : [binaries];
  const rules = allow.kind === 'only' ? allow.of.map((one) => only([one])) : [allow];
  const atoms: EgressEntry[] = [];
  for (const program of programs) {
    for (const rule of rules) {
      for (const port of ports) {
        if (atoms.length === MOST_ATOMS) return atoms;
        atoms.push({ ...entry, binaries: program, allow: rule, ports: [port] });
      }
    }
  }
  return atoms;
}

/** Whether these are all permissions of the entry. */
export function areAllAtoms(atoms: readonly EgressEntry[]): boolean {
  return atoms.length < MOST_ATOMS;
}

/** An access of the atom that is unlikely to be allowed by chance; null when the atom allows none. */
export function sampleOfAtom(atom: EgressEntry): EgressAccess | null {
  const program = atom.binaries.kind === 'only' ? atom.binaries.of[0]! : null;
  const [http] = sampleRequests(atom);
  return http === undefined ? null : { ...sampleConnection(atom, program), http };
}

/**
 * Whether an entry allows all that the atom does, as can be seen from the words: by equal patterns, or a pattern that
 * matches the atom's name. What cannot be seen so may still be covered.
 */
export function seenlyCovers(entry: EgressEntry, atom: EgressEntry): boolean {
  const [port] = atom.ports;
  return (
    (entry.host.text === atom.host.text ||
      (atom.host.kind === 'name' && hostMatches(entry.host, { kind: 'name', name: atom.host.text }))) &&
    entry.ports.some(({ low, high }) => low <= port!.low && port!.high <= high) &&
    coversProgram(entry, atom) &&
    coversAddresses(entry, atom) &&
    endOf(entry) >= endOf(atom) &&
    coversRequests(entry, atom)
  );
}

function endOf({ grant }: EgressEntry): number {
  return grant.approval?.expiresAt ?? Number.POSITIVE_INFINITY;
}

function coversProgram({ binaries }: EgressEntry, atom: EgressEntry): boolean {
  if (binaries.kind !== 'only' || atom.binaries.kind !== 'only') return binaries.kind === 'all';
  const own: BinaryPattern = atom.binaries.of[0]!;
  return binaries.of.some(
    ({ path, sha256 }) => (sha256 === null || sha256 === own.sha256) && coversGlob(path, own.path),
  );
}

function coversGlob(glob: Glob, other: Glob): boolean {
  if (glob.text === other.text) return true;
  const literal = globLiteral(other);
  return literal !== null && globMatches(glob, literal);
}

function coversAddresses({ addresses }: EgressEntry, { addresses: own }: EgressEntry): boolean {
  if (addresses.kind !== 'only' || own.kind !== 'only') return addresses.kind === own.kind;
  return own.of.every((block) =>
    addresses.of.some(({ low, high }) => low <= block.low && block.high <= high),
  );
}

function coversRequests(entry: EgressEntry, atom: EgressEntry): boolean {
  if (entry.visibility === 'opaque') return true;
  if (atom.visibility === 'opaque') return false;
  const seen = entry.enforcement === 'audit' ? auditedBy(entry.visibility) : seenBy(entry.visibility);
  if ((seenBy(atom.visibility) & ~seen) !== 0) return false;
  if (entry.enforcement === 'audit' || entry.allow.kind === 'all') return true;
  if (atom.enforcement === 'audit' || atom.allow.kind !== 'only' || entry.allow.kind !== 'only') return false;
  const own = atom.allow.of[0]!;
  return entry.allow.of.some((rule) => coversRule(rule, own));
}

function coversRule({ methods, path, query, operations }: HttpRule, own: HttpRule): boolean {
  return (
    (own.methods & ~methods) === 0 &&
    (operations.kind === 'all' || operationsKey(operations) === operationsKey(own.operations)) &&
    (path.kind === 'all' ||
      (path.kind === 'only' && own.path.kind === 'only' && coversGlob(path.of, own.path.of))) &&
    query.every(({ key, value }) =>
      own.query.some((other) => other.key === key && other.value.text === value.text),
    )
  );
}
