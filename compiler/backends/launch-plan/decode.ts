import type { Architecture } from '../target.ts';
import { encodePlan } from './encode.ts';
import {
  ARCHITECTURE_NUMBERS,
  CHECKED_FROM,
  CORE_NAMESPACES,
  CORE_STEPS,
  type CoreStep,
  checksumOf,
  ENTRY_BYTES,
  ENTRY_FLAGS,
  ENTRY_KINDS,
  HEADER_BYTES,
  INSTRUCTION_BYTES,
  INVOKER_ID,
  type LaunchPlan,
  LONGEST_FILTER,
  NAMESPACES,
  type Namespace,
  PLAN_MAGIC,
  PLAN_VERSION,
  type PlanIdentity,
  type PlanLandlock,
  type PlanLimit,
  type PlanMount,
  type PlanRule,
  STEPS,
} from './format.ts';

export type PlanProblem =
  | 'not-a-plan'
  | 'other-version'
  | 'wrong-size'
  | 'damaged'
  | 'unknown-value'
  | 'contradiction'
  | 'other-encoding';

export type PlanReading =
  | { readonly ok: true; readonly plan: LaunchPlan }
  | { readonly ok: false; readonly problem: PlanProblem; readonly detail: string };

/**
 * Reads a plan and refuses everything that the launcher refuses. It is also refused when its own encoding has other
 * bytes, so that nothing can hide between what is shown and what is done.
 */
export function decodePlan(bytes: Uint8Array): PlanReading {
  try {
    const plan = new PlanReader(bytes).plan();
    if (!sameBytes(encodePlan(plan), bytes))
      throw new Refusal('other-encoding', 'not how this plan is written');
    return { ok: true, plan };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem, detail: error.message };
    throw error;
  }
}

class Refusal extends Error {
  readonly problem: PlanProblem;
  constructor(problem: PlanProblem, detail: string) {
    super(detail);
    this.problem = problem;
  }
}

function demand(holds: boolean, problem: PlanProblem, detail: string): asserts holds {
  if (!holds) throw new Refusal(problem, detail);
}

interface RawEntry {
  readonly kind: keyof typeof ENTRY_KINDS;
  readonly flags: number;
  readonly text: string;
  readonly trusted: number;
  readonly number: number;
}

class PlanReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #texts: Uint8Array;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isPlan = bytes.length >= HEADER_BYTES && view.getUint32(0, true) === PLAN_MAGIC;
    demand(isPlan, 'not-a-plan', 'does not begin as a launch plan');
    const version = view.getUint32(4, true);
    demand(version === PLAN_VERSION, 'other-version', `version ${version}, this reads ${PLAN_VERSION}`);
    demand(view.getUint32(8, true) === bytes.length, 'wrong-size', 'cut off or too long');
    const intact = view.getUint32(12, true) === checksumOf(bytes.subarray(CHECKED_FROM));
    demand(intact, 'damaged', 'the checksum does not fit');
    const textBytes = view.getUint32(60, true);
    const expected =
      HEADER_BYTES +
      view.getUint32(52, true) * ENTRY_BYTES +
      view.getUint32(56, true) * INSTRUCTION_BYTES +
      textBytes;
    demand(expected === bytes.length, 'wrong-size', 'a section is out of bounds');
    demand(textBytes > 0 && bytes.at(-1) === 0, 'wrong-size', 'the last text has no end');
    this.#bytes = bytes;
    this.#view = view;
    this.#texts = bytes.subarray(bytes.length - textBytes);
  }

  plan(): LaunchPlan {
    const steps = this.#word(20);
    demand((steps & ~allBits(STEPS)) === 0, 'unknown-value', 'unknown step');
    const entries = this.#entries();
    const namespaces = this.#namespaces(steps);
    const plan: LaunchPlan = {
      architecture: this.#architecture(),
      namespaces,
      identity: this.#identity(steps, namespaces),
      newSession: (steps & STEPS['new-session']) !== 0,
      dropsBoundingSet: (steps & STEPS['bounding-set']) !== 0,
      view: this.#mounts(entries, steps),
      landlock: this.#landlock(entries, steps),
      limits: entries.filter(({ kind }) => kind === 'limit').map(limitOf),
      filter: this.#filter(steps),
      workdir: this.#text(this.#word(48)),
      waived: coreSteps(this.#word(24)),
    };
    const missing = allBits(CORE_STEPS) & ~steps;
    demand(this.#word(24) === missing, 'contradiction', 'a core step is neither done nor waived');
    demand(plan.workdir.startsWith('/'), 'contradiction', 'the working folder is not absolute');
    return plan;
  }

  #word(at: number): number {
    return this.#view.getUint32(at, true);
  }

  #large(at: number): number {
    const value = this.#view.getBigUint64(at, true);
    demand(value <= BigInt(Number.MAX_SAFE_INTEGER), 'unknown-value', 'a number is too large');
    return Number(value);
  }

  #text(offset: number): string {
    demand(offset < this.#texts.length, 'wrong-size', 'a text is out of bounds');
    const end = this.#texts.indexOf(0, offset);
    try {
      return this.#decoder.decode(this.#texts.subarray(offset, end));
    } catch {
      throw new Refusal('unknown-value', 'a text is no UTF-8');
    }
  }

  #architecture(): Architecture {
    const number = this.#word(16);
    const known = Object.entries(ARCHITECTURE_NUMBERS).find(([, value]) => value === number);
    demand(known !== undefined, 'unknown-value', 'unknown architecture');
    return known[0] as Architecture;
  }

  #namespaces(steps: number): Namespace[] {
    const bits = this.#word(28);
    demand((bits & ~allBits(NAMESPACES)) === 0, 'unknown-value', 'unknown namespace');
    const namespaces = (Object.keys(NAMESPACES) as Namespace[]).filter((name) => bits & NAMESPACES[name]);
    const complete = CORE_NAMESPACES.every((name) => namespaces.includes(name));
    const entered = (steps & STEPS.namespaces) !== 0;
    demand(entered ? complete : bits === 0, 'contradiction', 'wrong namespaces');
    return namespaces;
  }

  #identity(steps: number, namespaces: readonly Namespace[]): PlanIdentity {
    const uid = this.#word(32);
    const gid = this.#word(36);
    const switches = (steps & STEPS['switch-user']) !== 0;
    const isInvoker = uid === INVOKER_ID;
    demand(isInvoker === (gid === INVOKER_ID), 'contradiction', 'user and group disagree');
    const mapped = namespaces.includes('user');
    demand(!switches || (!mapped && !isInvoker), 'contradiction', 'no user to become');
    if (isInvoker) return { kind: 'invoker' };
    return { kind: mapped ? 'mapped' : switches ? 'switched' : 'required', uid, gid };
  }

  #entries(): RawEntry[] {
    const kinds = Object.keys(ENTRY_KINDS) as (keyof typeof ENTRY_KINDS)[];
    return Array.from({ length: this.#word(52) }, (_, index) => {
      const at = HEADER_BYTES + index * ENTRY_BYTES;
      const number = this.#word(at);
      const kind = kinds.find((name) => ENTRY_KINDS[name] === number);
      const flags = this.#word(at + 4);
      demand(kind !== undefined, 'unknown-value', 'unknown kind of entry');
      demand((flags & ~allBits(ENTRY_FLAGS)) === 0, 'unknown-value', 'unknown flag');
      return {
        kind,
        flags,
        text: this.#text(this.#word(at + 8)),
        trusted: this.#word(at + 12),
        number: this.#large(at + 16),
      };
    });
  }

  #mounts(entries: readonly RawEntry[], steps: number): PlanMount[] | null {
    const mounts = entries.flatMap(({ kind, ...entry }, index): PlanMount[] => {
      if (kind === 'rule' || kind === 'limit') return [];
      demand(
        entry.text !== '/' || (kind === 'bind' && index === 0),
        'contradiction',
        'a mount over the root',
      );
      return [
        {
          kind,
          path: entry.text,
          followTo: this.#followTo(entry),
          readOnly: (entry.flags & ENTRY_FLAGS.readOnly) !== 0,
          noExecute: (entry.flags & ENTRY_FLAGS.noExecute) !== 0,
          optional: (entry.flags & ENTRY_FLAGS.optional) !== 0,
          create: (entry.flags & ENTRY_FLAGS.create) !== 0,
          sizeBytes: entry.number || null,
        },
      ];
    });
    const has = (steps & STEPS.view) !== 0;
    demand(has === mounts.length > 0, 'contradiction', 'mounts and their step disagree');
    demand(!has || (steps & STEPS.namespaces) !== 0, 'contradiction', 'mounts without a mount namespace');
    return has ? mounts : null;
  }

  #followTo(entry: Pick<RawEntry, 'text' | 'trusted'>): number {
    const head = this.#text(entry.trusted);
    const rest = entry.text.slice(head.length);
    const isHead = entry.text.startsWith(head) && (rest === '' || rest.startsWith('/'));
    demand(entry.text.startsWith('/'), 'contradiction', 'a path is not absolute');
    demand(isHead, 'contradiction', 'a path is cut inside a segment');
    return head.length;
  }

  #landlock(entries: readonly RawEntry[], steps: number): PlanLandlock | null {
    const handledFs = this.#large(64);
    const rules = entries
      .filter(({ kind }) => kind === 'rule')
      .map(
        (entry): PlanRule => ({
          path: entry.text,
          followTo: this.#followTo(entry),
          rights: entry.number,
          optional: (entry.flags & ENTRY_FLAGS.optional) !== 0,
        }),
      );
    const has = (steps & STEPS.landlock) !== 0;
    demand(
      has === handledFs > 0 && (has || rules.length === 0),
      'contradiction',
      'rules and their step disagree',
    );
    if (!has) return null;
    demand(handledFs <= 0xffff && this.#word(44) <= 1, 'unknown-value', 'unknown Landlock right');
    return {
      requiredAbi: this.#word(40),
      bestEffort: this.#word(44) === 1,
      handledFs,
      handledNet: this.#large(72),
      scoped: this.#large(80),
      rules,
    };
  }

  #filter(steps: number): Uint8Array | null {
    const instructions = this.#word(56);
    const has = (steps & STEPS.seccomp) !== 0;
    const fits = has === instructions > 0 && instructions <= LONGEST_FILTER;
    demand(fits, 'contradiction', 'the filter and its step disagree');
    const start = HEADER_BYTES + this.#word(52) * ENTRY_BYTES;
    return has ? this.#bytes.slice(start, start + instructions * INSTRUCTION_BYTES) : null;
  }
}

function limitOf(entry: RawEntry): PlanLimit {
  return { name: entry.text, resource: entry.trusted, maximum: entry.number };
}

function coreSteps(bits: number): CoreStep[] {
  return (Object.keys(CORE_STEPS) as CoreStep[]).filter((step) => bits & CORE_STEPS[step]);
}

function allBits(table: Readonly<Record<string, number>>): number {
  return Object.values(table).reduce((bits, bit) => bits | bit, 0);
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
