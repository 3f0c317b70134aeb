import {
  ALLOW,
  errnoAction,
  KILL_PROCESS,
  KILL_THREAD,
  LOG,
  TRACE,
  TRAP,
  USER_NOTIF,
} from '../../../compiler/backends/seccomp/kernel.ts';
import { EPERM } from '../../../compiler/domain/syscalls/errno.ts';
import { ALL_ONES, type ArgumentTest, type Comparison } from '../../../compiler/domain/syscalls/filter.ts';

/**
 * A seccomp profile as Docker, Podman and runc read it (github.com/moby/profiles, folder seccomp; linux.seccomp of
 * the OCI runtime specification). Actions are SECCOMP_RET_* with their data.
 */
export interface ContainerProfile {
  readonly defaultAction: number;
  readonly rules: readonly ContainerRule[];
}

export interface ContainerRule {
  readonly names: readonly string[];
  readonly action: number;
  readonly tests: readonly ArgumentTest[];
  readonly includes: Condition;
  readonly excludes: Condition;
}

/** When a rule applies; an empty list says nothing about its subject. */
export interface Condition {
  /** Go's names of architectures: `amd64`, `arm64`. */
  readonly arches: readonly string[];
  readonly caps: readonly string[];
  readonly minKernel: string | null;
}

export type ReadProfile =
  | { readonly ok: true; readonly profile: ContainerProfile }
  | { readonly ok: false; readonly why: string };

const COMPARISONS: ReadonlyMap<unknown, Comparison> = new Map([
  ['SCMP_CMP_EQ', 'eq'],
  ['SCMP_CMP_NE', 'ne'],
  ['SCMP_CMP_LT', 'lt'],
  ['SCMP_CMP_LE', 'le'],
  ['SCMP_CMP_GT', 'gt'],
  ['SCMP_CMP_GE', 'ge'],
  ['SCMP_CMP_MASKED_EQ', 'masked-eq'],
]);

/** Those that carry an error number, or data for a tracer, take it in their low bits. */
const ACTIONS: ReadonlyMap<unknown, (errno: number) => number> = new Map([
  ['SCMP_ACT_ALLOW', () => ALLOW],
  ['SCMP_ACT_ERRNO', errnoAction],
  ['SCMP_ACT_KILL', () => KILL_THREAD],
  ['SCMP_ACT_KILL_THREAD', () => KILL_THREAD],
  ['SCMP_ACT_KILL_PROCESS', () => KILL_PROCESS],
  ['SCMP_ACT_TRAP', () => TRAP],
  ['SCMP_ACT_LOG', () => LOG],
  ['SCMP_ACT_TRACE', (data) => TRACE | data],
  ['SCMP_ACT_NOTIFY', () => USER_NOTIF],
]);

/** Reads a profile, or says what is wrong with the first thing that libseccomp would not take. */
export function readContainerProfile(text: string): ReadProfile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, why: `it is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const reader = new ProfileReader();
  const profile = reader.profile(json);
  const [why] = reader.faults;
  return why === undefined ? { ok: true, profile } : { ok: false, why };
}

type Fields = Readonly<Record<string, unknown>>;

/** Goes on with something harmless after a fault, so that reading is one pass without exceptions. */
class ProfileReader {
  readonly faults: string[] = [];

  profile(value: unknown): ContainerProfile {
    const json = this.#fields(value, 'the profile');
    const errno = this.#number(json.defaultErrnoRet ?? EPERM, 'defaultErrnoRet');
    return {
      defaultAction: this.#action(json.defaultAction, errno, 'defaultAction'),
      rules: this.#list(json.syscalls, 'syscalls').map((rule, at) => this.#rule(rule, `syscalls[${at}]`)),
    };
  }

  #rule(value: unknown, at: string): ContainerRule {
    const rule = this.#fields(value, at);
    const errno = this.#number(rule.errnoRet ?? EPERM, `${at}.errnoRet`);
    const tests = this.#list(rule.args ?? [], `${at}.args`).map((test, nth) =>
      this.#test(test, `${at}.args[${nth}]`),
    );
    // runc makes alternatives of several tests of one argument; every other reader requires all of them.
    if (new Set(tests.map(({ index }) => index)).size < tests.length) {
      this.faults.push(`${at} tests one argument twice`);
    }
    return {
      names: this.#words(rule.names ?? [rule.name], `${at}.names`),
      action: this.#action(rule.action, errno, `${at}.action`),
      tests,
      includes: this.#condition(rule.includes ?? {}, `${at}.includes`),
      excludes: this.#condition(rule.excludes ?? {}, `${at}.excludes`),
    };
  }

  #test(value: unknown, at: string): ArgumentTest {
    const test = this.#fields(value, at);
    const index = this.#number(test.index, `${at}.index`);
    const comparison = COMPARISONS.get(test.op);
    if (comparison === undefined) this.faults.push(`${at}.op is not a comparison`);
    if (index > 5) this.faults.push(`${at}.index is more than 5`);
    const first = BigInt(this.#number(test.value ?? 0, `${at}.value`));
    const second = BigInt(this.#number(test.valueTwo ?? 0, `${at}.valueTwo`));
    const place = { index: index as ArgumentTest['index'], width: 64 } as const;
    // A masked comparison carries its mask in the first value.
    return comparison === 'masked-eq'
      ? { ...place, comparison, value: second, mask: first }
      : { ...place, comparison: comparison ?? 'eq', value: first, mask: ALL_ONES };
  }

  #condition(value: unknown, at: string): Condition {
    const condition = this.#fields(value, at);
    const kernel = condition.minKernel ?? null;
    if (kernel !== null && typeof kernel !== 'string') this.faults.push(`${at}.minKernel is not text`);
    return {
      arches: this.#words(condition.arches ?? [], `${at}.arches`),
      caps: this.#words(condition.caps ?? [], `${at}.caps`),
      minKernel: typeof kernel === 'string' ? kernel : null,
    };
  }

  #action(value: unknown, errno: number, at: string): number {
    const action = ACTIONS.get(value);
    if (action === undefined) this.faults.push(`${at} is not an action`);
    return action?.(errno) ?? KILL_PROCESS;
  }

  #fields(value: unknown, at: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    this.faults.push(`${at} is not an object`);
    return {};
  }

  #list(value: unknown, at: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.faults.push(`${at} is not a list`);
    return [];
  }

  #words(value: unknown, at: string): readonly string[] {
    const words = this.#list(value, at);
    if (words.some((word) => typeof word !== 'string')) this.faults.push(`${at} does not hold names only`);
    return words.filter((word) => typeof word === 'string');
  }

  /** JSON numbers above 2^53 have already lost digits when we see them. */
  #number(value: unknown, at: string): number {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    this.faults.push(`${at} is not a whole number below 2^53`);
    return 0;
  }
}
