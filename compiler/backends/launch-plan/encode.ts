import {
  ARCHITECTURE_NUMBERS,
  CHECKED_FROM,
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
  NAMESPACES,
  PLAN_MAGIC,
  PLAN_VERSION,
  type PlanMount,
  STEPS,
} from './format.ts';
import { TextTable } from './text-table.ts';

interface Entry {
  readonly kind: keyof typeof ENTRY_KINDS;
  readonly flags: number;
  readonly text: number;
  readonly trusted: number;
  readonly number: number;
}

/** Writes a plan as the launcher reads it. The same plan gives the same bytes. Throws on a plan that contradicts itself. */
export function encodePlan(plan: LaunchPlan): Uint8Array {
  const texts = new TextTable();
  const workdir = texts.offsetOf(plan.workdir);
  const entries = entriesOf(plan, texts);
  const filter = plan.filter ?? new Uint8Array(0);
  if (filter.length % INSTRUCTION_BYTES !== 0) throw new RangeError('a filter has whole instructions');
  const textBytes = texts.bytes();
  const filterAt = HEADER_BYTES + entries.length * ENTRY_BYTES;
  const textsAt = filterAt + filter.length;
  const bytes = new Uint8Array(textsAt + textBytes.length);
  bytes.set(filter, filterAt);
  bytes.set(textBytes, textsAt);
  const view = new DataView(bytes.buffer);
  entries.forEach((entry, index) => {
    writeEntry(view, HEADER_BYTES + index * ENTRY_BYTES, entry);
  });
  writeHeader(view, plan, { workdir, entries: entries.length, textBytes: textBytes.length });
  view.setUint32(12, checksumOf(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}

/** The core steps that a plan leaves out; it has to waive exactly these. */
export function missingSteps(plan: Omit<LaunchPlan, 'waived'>): CoreStep[] {
  const done: Record<CoreStep, boolean> = {
    namespaces: plan.namespaces.length > 0,
    view: plan.view !== null,
    'bounding-set': plan.dropsBoundingSet,
    landlock: plan.landlock !== null,
    seccomp: plan.filter !== null,
  };
  return (Object.keys(CORE_STEPS) as CoreStep[]).filter((step) => !done[step]);
}

function entriesOf(plan: LaunchPlan, texts: TextTable): Entry[] {
  const mounts = (plan.view ?? []).map((mount) => ({
    kind: mount.kind,
    flags: flagsOf(mount),
    text: texts.offsetOf(mount.path),
    trusted: texts.offsetOf(mount.path.slice(0, mount.followTo)),
    number: mount.sizeBytes ?? 0,
  }));
  const rules = (plan.landlock?.rules ?? []).map((rule) => ({
    kind: 'rule' as const,
    flags: rule.optional ? ENTRY_FLAGS.optional : 0,
    text: texts.offsetOf(rule.path),
    trusted: texts.offsetOf(rule.path.slice(0, rule.followTo)),
    number: rule.rights,
  }));
  const limits = plan.limits.map((limit) => ({
    kind: 'limit' as const,
    flags: 0,
    text: texts.offsetOf(limit.name),
    trusted: limit.resource,
    number: limit.maximum,
  }));
  return [...mounts, ...rules, ...limits];
}

function flagsOf(mount: PlanMount): number {
  const names = Object.keys(ENTRY_FLAGS) as (keyof typeof ENTRY_FLAGS)[];
  return names.reduce((flags, name) => (mount[name] ? flags | ENTRY_FLAGS[name] : flags), 0);
}

function writeEntry(view: DataView, at: number, entry: Entry): void {
  view.setUint32(at, ENTRY_KINDS[entry.kind], true);
  view.setUint32(at + 4, entry.flags, true);
  view.setUint32(at + 8, entry.text, true);
  view.setUint32(at + 12, entry.trusted, true);
  view.setBigUint64(at + 16, BigInt(entry.number), true);
}

function writeHeader(
  view: DataView,
  plan: LaunchPlan,
  counts: { readonly workdir: number; readonly entries: number; readonly textBytes: number },
): void {
  const missing = missingSteps(plan);
  if (missing.join() !== plan.waived.join()) {
    throw new RangeError(`a plan waives exactly what it leaves out: ${missing.join(', ')}`);
  }
  const { identity, landlock } = plan;
  const ids = identity.kind === 'invoker' ? { uid: INVOKER_ID, gid: INVOKER_ID } : identity;
  const words = [
    PLAN_MAGIC,
    PLAN_VERSION,
    view.byteLength,
    0,
    ARCHITECTURE_NUMBERS[plan.architecture],
    stepsOf(plan),
    plan.waived.reduce((bits, step) => bits | CORE_STEPS[step], 0),
    plan.namespaces.reduce((bits, namespace) => bits | NAMESPACES[namespace], 0),
    ids.uid,
    ids.gid,
    landlock?.requiredAbi ?? 0,
    landlock?.bestEffort ? 1 : 0,
    counts.workdir,
    counts.entries,
    (plan.filter?.length ?? 0) / INSTRUCTION_BYTES,
    counts.textBytes,
  ];
  words.forEach((word, index) => {
    view.setUint32(index * 4, word, true);
  });
  view.setBigUint64(64, BigInt(landlock?.handledFs ?? 0), true);
  view.setBigUint64(72, BigInt(landlock?.handledNet ?? 0), true);
  view.setBigUint64(80, BigInt(landlock?.scoped ?? 0), true);
}

function stepsOf(plan: LaunchPlan): number {
  const waived = plan.waived.reduce((bits, step) => bits | CORE_STEPS[step], 0);
  const core = Object.values(CORE_STEPS).reduce((bits, bit) => bits | bit, 0) & ~waived;
  const session = plan.newSession ? STEPS['new-session'] : 0;
  const user = plan.identity.kind === 'switched' ? STEPS['switch-user'] : 0;
  return core | session | user;
}
