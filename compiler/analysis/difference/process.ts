import type { EnvironmentEntry, Identity, ProcessPolicy } from '../../ir/process.ts';
import type { Change, Side, Term } from './change.ts';
import { changesBetween, type Gain, type Reason, sideOf } from './gain.ts';
import {
  gather,
  type Place,
  type Region,
  type RegionPart,
  type RegionSet,
  reasonFor,
  reasonKey,
  regionsOf,
} from './regions.ts';

/** Who the agent is, and which variables it sees with which values: exact over all names. */
export function processChanges(old: ProcessPolicy, next: ProcessPolicy): readonly Change[] {
  return changesBetween(old, next, (from, to) => [...identityGains(from, to), ...environmentGains(from, to)]);
}

/** An identity is one or another: whoever gains one loses the one before, though no access tells it of the invoker. */
function identityGains(from: ProcessPolicy, to: ProcessPolicy): Gain[] {
  const [before, after] = [from.identity, to.identity];
  if (sameIdentity(before, after)) return [];
  return [
    {
      facet: 'process',
      classes: ['identity-changed'],
      sides: identitySides(after),
      shownBy: identityShown(before, after),
      reason: { kind: 'changed', from: from.grant, to: to.grant },
    },
  ];
}

function sameIdentity(a: Identity, b: Identity): boolean {
  if (a.kind === 'invoker' || b.kind === 'invoker') return a.kind === b.kind;
  return a.uid === b.uid && a.gid === b.gid;
}

function identitySides(identity: Identity): Side[] {
  if (identity.kind === 'invoker') return [sideOf('identity', ['invoker'])];
  return [sideOf('user id', [String(identity.uid)]), sideOf('group id', [String(identity.gid)])];
}

function identityShown(before: Identity, after: Identity): Gain['shownBy'] {
  if (after.kind === 'invoker') return 'act as whoever starts the sandbox';
  if (before.kind === 'user' && before.uid === after.uid) return `act with group id ${after.gid}`;
  return { facet: 'process', uid: after.uid };
}

function environmentGains(from: ProcessPolicy, to: ProcessPolicy): Gain[] {
  const regions = regionsOf(from.environment, to.environment, placeOfVariable);
  const before = new Map(from.environment.map((entry) => [entry.name, entry]));
  const reasonOf = (region: Region<EnvironmentEntry>): Reason =>
    reasonFor(region, before, placeOfVariable, (a, b) => a.value === b.value);
  const passed = gather(regions, (region) => (gainsPassing(region) ? reasonKey(reasonOf(region)) : null));
  const fixed = gather(regions, (region) => (gainsValue(region) ? reasonKey(reasonOf(region)) : null));
  return [
    ...[...passed.values()].map(
      (set): Gain => ({
        facet: 'process',
        classes: ['new-variable'],
        sides: [variableSide(set)],
        shownBy: { facet: 'process', environment: exampleName(set) },
        reason: reasonOf(set.regions[0]!),
      }),
    ),
    ...[...fixed.values()].map((set): Gain => {
      const { name, value } = set.regions[0]!.to!;
      return {
        facet: 'process',
        classes: ['variable-value'],
        sides: [variableSide(set), sideOf('value', [value!])],
        shownBy: `find \`${value}\` in the variable \`${name}\``,
        reason: reasonOf(set.regions[0]!),
      };
    }),
  ];
}

/** The names that an entry speaks about. */
export function placeOfVariable({ name }: EnvironmentEntry): Place {
  return name.endsWith('*')
    ? { name, start: name.slice(0, -1), single: false }
    : { name, start: name, single: true };
}

function gainsPassing({ from, to }: Region<EnvironmentEntry>): boolean {
  return to !== null && to.value === null && (from === null || from.value !== null);
}

function gainsValue({ from, to }: Region<EnvironmentEntry>): boolean {
  return to !== null && to.value !== null && from?.value !== to.value;
}

function variableSide({ parts }: RegionSet<EnvironmentEntry>): Side {
  const terms = parts.map(
    ({ root, except }): Term => ({ all: [root.place.name], except: except.map(({ place }) => place.name) }),
  );
  return { name: 'variable', terms };
}

/** No entry can name a variable with the last one, so that one is always left. */
const ENDINGS: readonly string[] = ['X', 'Y', 'Z', 'A', 'B', 'C', '1', '2', '3', '', '-'];

/** A whole name that is in the set, one that an entry gives where there is one. */
function exampleName({ parts, regions }: RegionSet<EnvironmentEntry>): string {
  const named = regions.find(({ place }) => place.single);
  if (named !== undefined) return named.place.name;
  const part = parts[0]!;
  const ending = ENDINGS.find((end) => isInPart(part, part.root.place.start + end));
  if (ending === undefined) throw new Error('a name that no entry can give is left in every set of names');
  return part.root.place.start + ending;
}

function isInPart({ except }: RegionPart<EnvironmentEntry>, name: string): boolean {
  return !except.some(({ place }) => (place.single ? name === place.start : name.startsWith(place.start)));
}
