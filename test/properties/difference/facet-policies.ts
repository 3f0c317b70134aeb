import type { Seeded } from '../../support/seeded.ts';

/** The sections of a blueprint that are not about egress, as plain values in the language's own words. */
export interface Sections {
  filesystem_policy: {
    read_only: (string | { path: string; execute: boolean })[];
    read_write: string[];
    scratch: string[];
    deny: string[];
  };
  landlock: { compatibility: 'hard_requirement' | 'best_effort' };
  process: {
    run_as_user?: string;
    run_as_group?: string;
    environment: (string | { name: string; value: string })[];
  };
  syscalls: { profile: 'agent' | 'none'; allow: unknown[]; deny: unknown[] };
  resources: Record<string, number>;
  inference: { routes: unknown[] };
  residency?: string[];
}

export const NAMES = ['a', 'b', 'a-b', 'c'];
export const VARIABLES = ['L', 'LC', 'LC_', 'LC_A', 'LC_AB', 'LC_B', 'LD', 'P'];
export const CALLS = ['socket', 'ioctl', 'mmap', 'clone', 'chmod', 'getpid'];
export const MODELS = ['one', 'two', 'three'];

/** Small worlds, so that entries meet: above, below, beside and at each other. */
export function randomSections(random: Seeded): Sections {
  const files: Sections['filesystem_policy'] = {
    read_only: [],
    read_write: ['/work/project'],
    scratch: [],
    deny: [],
  };
  for (const path of some(random, 7, () => randomPath(random))) addPath(random, files, path);
  const routes = some(random, 2, () => random.pick(['main', 'other'])).map((name) => ({
    name,
    provider: random.pick(['openai', 'anthropic']),
    endpoint: random.pick(['https://one.example/v1', 'https://two.example/v1']),
    ...(random.below(3) === 0 ? {} : { models: some(random, 3, () => random.pick(MODELS), 1) }),
    ...(random.below(3) === 0 ? { credential_env: random.pick(['KEY', 'TOKEN']) } : {}),
  }));
  return {
    filesystem_policy: files,
    landlock: { compatibility: random.pick(['hard_requirement', 'best_effort']) },
    process: {
      ...random.pick([
        {},
        { run_as_user: 'alice' },
        { run_as_user: '1001' },
        { run_as_user: 'sandbox' },
        { run_as_user: '1001', run_as_group: '7' },
      ]),
      environment: randomVariables(random),
    },
    syscalls: {
      profile: random.pick(['agent', 'none']),
      allow: ['execve', ...Array.from({ length: random.below(5) }, () => randomCall(random))],
      deny: Array.from({ length: random.below(3) }, () => randomCall(random)),
    },
    resources: Object.fromEntries(
      some(random, 2, () => random.pick(['open_files', 'processes', 'cpu_time'])).map((name) => [
        name,
        16 + random.below(4),
      ]),
    ),
    inference: { routes },
    ...random.pick([{}, { residency: ['DE'] }, { residency: ['FR', 'DE'] }, { residency: ['FR'] }]),
  };
}

function randomPath(random: Seeded): string {
  return Array.from({ length: 1 + random.below(3) }, () => `/${random.pick(NAMES)}`).join('');
}

function addPath(random: Seeded, files: Sections['filesystem_policy'], path: string): void {
  const mode = random.pick(['read_only', 'no_execute', 'read_write', 'scratch', 'deny'] as const);
  if (mode === 'no_execute') files.read_only.push({ path, execute: false });
  else files[mode].push(path);
}

function randomVariables(random: Seeded): Sections['process']['environment'] {
  return some(random, 5, () => random.pick(VARIABLES) + random.pick(['', '*'])).map((name) =>
    name.endsWith('*') || random.below(3) > 0 ? name : { name, value: random.pick(['x', 'y']) },
  );
}

function randomCall(random: Seeded): unknown {
  const name = random.pick(CALLS);
  if (name === 'getpid' || random.below(4) === 0) return name;
  return { name, when: Array.from({ length: 1 + random.below(2) }, () => randomTest(random, name)) };
}

function randomTest(random: Seeded, call: string): unknown {
  const arg = call === 'chmod' ? 1 : random.below(3);
  const value = random.below(8);
  const mask = random.pick([1, 2, 3, 4, 6, 7, 0xf, 0x102]);
  const kind = random.below(call === 'chmod' ? 2 : 8);
  if (kind <= 1) return kind === 0 ? { arg, equals: value } : { arg, mask, equals: value & mask };
  const words = ['equals', 'not_equals', 'less_than', 'at_most', 'greater_than', 'at_least'] as const;
  return { arg, [words[kind - 2]!]: kind === 4 || kind === 5 ? value + 1 : value };
}

/** Distinct ones, between `least` and `most` of them. */
function some<T>(random: Seeded, most: number, make: () => T, least = 0): T[] {
  const made = Array.from({ length: least + random.below(most - least + 1) }, make);
  return [...new Set(made)];
}

/** Another one: new altogether, one section new, or the same in other words. */
export function changedSections(random: Seeded, before: Sections): Sections {
  const other = randomSections(random);
  const kind = random.below(10);
  if (kind === 0) return other;
  if (kind <= 2) return reworded(before);
  const sections = Object.keys(before) as (keyof Sections)[];
  const section = random.pick(sections);
  const changed: Sections = { ...before, [section]: other[section] };
  if (other[section] === undefined) delete changed[section as 'residency'];
  return random.below(2) === 0 ? changed : { ...changed, filesystem_policy: nudged(random, before) };
}

/** One more path, or one less. */
function nudged(random: Seeded, { filesystem_policy: files }: Sections): Sections['filesystem_policy'] {
  const copy = structuredClone(files);
  const all = [...files.read_only, ...files.read_write, ...files.scratch, ...files.deny];
  const path = randomPath(random);
  const isKnown = all.some((item) => (typeof item === 'string' ? item : item.path) === path);
  if (!isKnown) addPath(random, copy, path);
  else copy[random.pick(['read_only', 'scratch', 'deny'] as const)].pop();
  return copy;
}

function reworded(before: Sections): Sections {
  const { filesystem_policy: files, process, syscalls } = before;
  return {
    ...before,
    filesystem_policy: {
      read_only: files.read_only.toReversed(),
      read_write: [...files.read_write.toReversed(), '/work/project/src'],
      scratch: files.scratch.toReversed(),
      deny: [...files.deny, '/never/granted'],
    },
    process: {
      ...process,
      // What a wider entry passes on anyway.
      environment: [
        ...(process.environment.includes('L*') ? ['LX*', 'LX', 'LX_1'] : []),
        ...process.environment.toReversed(),
      ],
    },
    syscalls: {
      ...syscalls,
      allow: [...syscalls.allow.toReversed(), ...syscalls.allow],
      deny: syscalls.deny.toReversed(),
    },
  };
}

export function textOfSections(sections: Sections): string {
  const head = { apiVersion: 'nemoclaw.dev/v1', kind: 'Blueprint', metadata: { name: 'random' } };
  const { inference, syscalls, resources, filesystem_policy, ...rest } = sections;
  const filled = (section: object) =>
    Object.fromEntries(
      Object.entries(section).filter(([, value]) => !Array.isArray(value) || value.length > 0),
    );
  return JSON.stringify({
    ...head,
    ...rest,
    process: filled(rest.process),
    filesystem_policy: filled(filesystem_policy),
    syscalls: filled(syscalls),
    ...(Object.keys(resources).length > 0 ? { resources } : {}),
    ...(inference.routes.length > 0 ? { inference } : {}),
  });
}
