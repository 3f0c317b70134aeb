import { ALL_ONES, type SyscallFilter, type SyscallRule } from '../../domain/syscalls/filter.ts';
import type { SyscallArchitecture } from '../../domain/syscalls/table.ts';
import { ANYTHING, type Cube, cubesOf, subtract } from './cube.ts';

/** One entry of the profile's `syscalls`: these calls, when the cube is met, get this action. */
interface Entry {
  readonly names: readonly string[];
  /** Null allows. */
  readonly errno: number | null;
  readonly cube: Cube;
}

/** A profile's text, or the calls whose rules take too many entries to say in this format. */
export type OciProfile =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly names: readonly string[] };

/** Entries that one call may take; libseccomp's work grows with the square of them. */
const MOST_ENTRIES = 256;

const OCI_ARCHITECTURE: Readonly<Record<SyscallArchitecture, string>> = {
  x86_64: 'SCMP_ARCH_X86_64',
  aarch64: 'SCMP_ARCH_AARCH64',
};

/**
 * The filter in the JSON that Docker (`--security-opt seccomp=FILE`), Podman and runc take.
 *
 * Allowed and refused calls are exactly those of the filter. The format has neither an order among rules nor 32-bit
 * or negated masked comparisons, and runc reads two tests of one argument as alternatives; so the rules of a call
 * are first made into bit patterns that do not overlap, refusals cut out of what is allowed. Two things the format
 * leaves to its reader: calls without a name get what the reader gives them (ENOSYS from runc, above its table), and
 * calls of other architectures kill the thread, not the process.
 */
export function ociSeccompJson(
  filter: SyscallFilter,
  architectures: readonly SyscallArchitecture[],
): OciProfile {
  const entries: Entry[] = [];
  const tooMany: string[] = [];
  const byName = rulesByName(filter.rules);
  for (const name of [...byName.keys()].sort()) {
    const own = entriesOf(name, byName.get(name)!, filter.defaultErrno);
    if (own === null) tooMany.push(name);
    else entries.push(...own);
  }
  if (tooMany.length > 0) return { ok: false, names: tooMany };
  const always = entries.filter(({ cube, errno }) => cube.size === 0 && errno === null);
  const others = entries.filter((entry) => !always.includes(entry));
  const allowed = { names: always.flatMap(({ names }) => names), errno: null, cube: ANYTHING };
  const profile = {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: filter.defaultErrno,
    architectures: architectures.map((architecture) => OCI_ARCHITECTURE[architecture]),
    syscalls: [...(always.length === 0 ? [] : [allowed]), ...others].map(entryJson),
  };
  return { ok: true, json: `${writeJson(profile)}\n` };
}

/** Entries for one call, which do not overlap; null when there are too many. */
function entriesOf(
  name: string,
  rules: readonly SyscallRule[],
  defaultErrno: number,
): readonly Entry[] | null {
  const rank = ({ effect }: SyscallRule) =>
    effect.kind === 'refuse' ? effect.errno : Number.POSITIVE_INFINITY;
  const entries: Entry[] = [];
  const taken: Cube[] = [];
  for (const rule of rules.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))) {
    const cubes = cubesOf(rule.tests, MOST_ENTRIES);
    const own = cubes === null ? null : subtract(cubes, taken, MOST_ENTRIES);
    if (own === null || taken.length + own.length > MOST_ENTRIES) return null;
    taken.push(...own);
    const errno = rule.effect.kind === 'refuse' ? rule.effect.errno : null;
    if (errno !== defaultErrno) entries.push(...own.map((cube) => ({ names: [name], errno, cube })));
  }
  return entries;
}

function rulesByName(rules: readonly SyscallRule[]): ReadonlyMap<string, readonly SyscallRule[]> {
  const byName = new Map<string, SyscallRule[]>();
  for (const rule of rules) {
    const own = byName.get(rule.name);
    if (own === undefined) byName.set(rule.name, [rule]);
    else own.push(rule);
  }
  return byName;
}

function entryJson({ names, errno, cube }: Entry) {
  const args = [...cube]
    .filter(([, { mask }]) => mask !== 0n)
    .sort(([a], [b]) => a - b)
    .map(([index, { mask, value }]) =>
      mask === ALL_ONES
        ? { index, value, op: 'SCMP_CMP_EQ' }
        : { index, value: mask, valueTwo: value, op: 'SCMP_CMP_MASKED_EQ' },
    );
  return {
    names,
    action: errno === null ? 'SCMP_ACT_ALLOW' : 'SCMP_ACT_ERRNO',
    ...(errno === null ? {} : { errnoRet: errno }),
    ...(args.length === 0 ? {} : { args }),
  };
}

/** JSON with whole numbers of 64 bits, which `JSON.stringify` does not write. */
function writeJson(value: object): string {
  const text = JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `integer ${one}` : one), 2);
  return text.replaceAll(/"integer ([0-9]+)"/g, '$1');
}
