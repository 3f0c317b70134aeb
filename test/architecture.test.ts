import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ImportEdge, importsBelow, importsIn } from './support/imports.ts';

const root = join(import.meta.dirname, '..');
const FOLDERS = ['compiler', 'runtime', 'cli', 'gate'];
const edges = importsBelow(root, FOLDERS);

/** The room of the house that a file is in; each backend is a room of its own. */
function roomOf(file: string): string {
  const [top, second, third, ...rest] = file.split('/');
  if (top !== 'compiler') return top!;
  if (second === 'version.ts') return 'version';
  if (third === undefined) return 'compiler';
  return second === 'backends' && rest.length > 0 ? `backends/${third}` : second!;
}

const LANGUAGE = ['source', 'diagnostics'];
const MEANING = [...LANGUAGE, 'domain', 'ir'];

/** Everything of the compiler, and the rest of what a program is made of. */
const WHOLE = [
  ...MEANING,
  ...[
    'frontend',
    'resolve',
    'edit',
    'analysis',
    'report',
    'backends',
    'bundle',
    'compiler',
    'runtime',
    'version',
  ],
];

/** Which rooms a room may use. What is not here may not be used. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  source: [],
  domain: [],
  // The number of the release, which whoever writes something down for later names.
  version: [],
  diagnostics: ['source'],
  frontend: LANGUAGE,
  edit: [...LANGUAGE, 'frontend'],
  resolve: [...LANGUAGE, 'frontend'],
  ir: [...LANGUAGE, 'frontend', 'resolve', 'domain'],
  // What `tests:` and guardrails say comes from the front ends.
  analysis: [...MEANING, 'frontend', 'resolve'],
  // The contract, what several backends share, and the registry.
  backends: MEANING,
  bundle: [...MEANING, 'resolve', 'backends', 'version'],
  // load-policy.ts: the way from bytes to a policy.
  compiler: [...MEANING, 'frontend', 'resolve'],
  report: [...MEANING, 'resolve', 'analysis', 'backends', 'bundle'],
  runtime: ['bundle', 'ir', 'domain', 'version'],
  cli: WHOLE,
  // What the Action does, with the command line's own code.
  gate: [...WHOLE, 'cli'],
};

/** Shapes that a room may name, though it may not use the room that they are in. */
const MAY_NAME: readonly (readonly [room: string, file: string])[] = [
  ['frontend', 'compiler/backends/target.ts'],
  ['frontend', 'compiler/resolve/resolved.ts'],
  ['runtime', 'compiler/backends/parts.ts'],
  ['runtime', 'compiler/backends/target.ts'],
];

function isAllowed({ from, to, typesOnly }: ImportEdge): boolean {
  const user = roomOf(from);
  const used = roomOf(to);
  if (user === used) return true;
  if (user.startsWith('backends/')) return [...MEANING, 'backends'].includes(used);
  if (from === 'compiler/backends/registry.ts') return used.startsWith('backends/') || MEANING.includes(used);
  if (typesOnly && MAY_NAME.some(([room, file]) => room === user && file === to)) return true;
  return MAY_USE[user]?.includes(used) ?? false;
}

/** Imports that go the wrong way. */
function wrongWays(all: readonly ImportEdge[]): string[] {
  return all.filter((edge) => !isAllowed(edge)).map(({ from, to }) => `${from} -> ${to}`);
}

/** One circle of files that load each other, or null. */
function findCycle(all: readonly ImportEdge[]): string[] | null {
  const uses = new Map<string, string[]>();
  for (const { from, to, typesOnly } of all) if (!typesOnly) uses.set(from, [...(uses.get(from) ?? []), to]);
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): string[] | null => {
    const at = trail.indexOf(file);
    if (at !== -1) return [...trail.slice(at), file];
    if (done.has(file)) return null;
    for (const next of uses.get(file) ?? []) {
      const cycle = walk(next, [...trail, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of uses.keys()) {
    const cycle = walk(file, []);
    if (cycle) return cycle;
  }
  return null;
}

describe('imports', () => {
  test('go one way only', () => {
    expect(edges.length).toBeGreaterThan(300);
    expect(wrongWays(edges)).toEqual([]);
  });

  test('form no cycle', () => {
    expect(findCycle(edges)).toBeNull();
  });

  test('lead to files that exist', () => {
    const files = new Set(filesOf(FOLDERS));
    expect(edges.map(({ to }) => to).filter((to) => !files.has(to))).toEqual([]);
  });

  test('reach the seal of a policy from where policies are lowered, and nowhere else', () => {
    const users = edges
      .filter(({ to }) => to === 'compiler/ir/policy.ts')
      .map(({ from }) => from)
      .filter((file) => readFileSync(join(root, file), 'utf8').includes('sealPolicy'));
    expect(users).toEqual(['compiler/ir/lower.ts']);
  });
});

describe('the check itself', () => {
  const edge = (from: string, to: string, typesOnly = false): ImportEdge => ({ from, to, typesOnly });

  test.each([
    ['domain imports something', 'compiler/domain/path.ts', 'compiler/source/span.ts'],
    ['source imports diagnostics', 'compiler/source/span.ts', 'compiler/diagnostics/entry.ts'],
    ['frontend imports resolve', 'compiler/frontend/parse-source.ts', 'compiler/resolve/resolve.ts'],
    ['frontend imports ir', 'compiler/frontend/blueprint/x.ts', 'compiler/ir/policy.ts'],
    ['ir imports a backend', 'compiler/ir/lower.ts', 'compiler/backends/coverage.ts'],
    ['a backend imports another', 'compiler/backends/docker/emit.ts', 'compiler/backends/seccomp/emit.ts'],
    ['a backend imports frontend', 'compiler/backends/docker/emit.ts', 'compiler/frontend/parse-source.ts'],
    ['a backend imports resolve', 'compiler/backends/docker/emit.ts', 'compiler/resolve/resolve.ts'],
    ['shared parts import a backend', 'compiler/backends/gate.ts', 'compiler/backends/seccomp/emit.ts'],
    ['runtime imports frontend', 'runtime/sandbox/x.ts', 'compiler/frontend/parse-source.ts'],
    ['runtime imports resolve', 'runtime/sandbox/x.ts', 'compiler/resolve/resolve.ts'],
    ['runtime imports a backend', 'runtime/sandbox/x.ts', 'compiler/backends/seccomp/emit.ts'],
    ['runtime imports the command line', 'runtime/sandbox/x.ts', 'cli/main.ts'],
    ['the compiler imports runtime', 'compiler/bundle/bundle.ts', 'runtime/bundle/read-bundle.ts'],
    ['the compiler imports the command line', 'compiler/load-policy.ts', 'cli/main.ts'],
    ['the command line imports the gate', 'cli/main.ts', 'gate/run.ts'],
    ['a new room without a rule', 'compiler/attic/x.ts', 'compiler/source/span.ts'],
  ])('sees that %s', (_name, from, to) => {
    expect(wrongWays([edge(from, to)])).toHaveLength(1);
  });

  test('lets a shape be named, but not its room be used', () => {
    expect(wrongWays([edge('runtime/sandbox/x.ts', 'compiler/backends/parts.ts', true)])).toEqual([]);
    expect(wrongWays([edge('runtime/sandbox/x.ts', 'compiler/backends/parts.ts')])).toHaveLength(1);
  });

  test('finds a cycle of any length, and none where types close it', () => {
    const open = [edge('a.ts', 'b.ts'), edge('b.ts', 'c.ts')];
    expect(findCycle([...open, edge('c.ts', 'a.ts')])).toEqual(['a.ts', 'b.ts', 'c.ts', 'a.ts']);
    expect(findCycle([...open, edge('c.ts', 'a.ts', true)])).toBeNull();
  });

  test.each([
    ["import { a } from '../b.ts';", false],
    ["import type { a } from '../b.ts';", true],
    ["import { type a, type b } from '../b.ts';", true],
    ["import { type a, b } from '../b.ts';", false],
    ["import {\n  a,\n  b,\n} from '../b.ts';", false],
    ["import * as a from '../b.ts';", false],
    ["import '../b.ts';", false],
    ["export { a } from '../b.ts';", false],
    ["export * from '../b.ts';", false],
    ["const a = await import('../b.ts');", false],
    ["const a = await import(\n  '../b.ts'\n);", false],
  ])('reads %j', (text, typesOnly) => {
    expect(importsIn('x/y/z.ts', `\n${text}\n`)).toEqual([{ from: 'x/y/z.ts', to: 'x/b.ts', typesOnly }]);
  });
});

test('generated files say so in their name and name what they are made from', () => {
  for (const file of filesOf(FOLDERS)) {
    const head = readFileSync(join(root, file), 'utf8').slice(0, 400);
    const saysSo = /^\/[/*]+\s*(generated|derived)\b.*\b(by|from)\b/i.test(head);
    expect(saysSo, file).toBe(/\.generated\.ts$/.test(file));
  }
});

function filesOf(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
}
