import { posix } from 'node:path';
import { runTest } from '../compiler/analysis/policy-tests/run-test.ts';
import { loadTests } from '../compiler/load-tests.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import type { SourceReader } from '../compiler/source/source-reader.ts';
import type { Io } from './io.ts';
import { isOwn } from './own-file.ts';

/**
 * How the tests in other files come out while one file has a certain text: those of test files that name it, and those of files
 * that extend it. Equal where nothing changed for them.
 */
export type CompanionTests = (text: string) => readonly unknown[];

/**
 * Finds the companions of files among all YAML files of their project.
 *
 * @returns gives the tests that have to do with a file; each file of a project is looked into once
 */
export function companionFinder(
  bindings: Bindings,
  io: Pick<Io, 'reader' | 'cwd' | 'now' | 'findProjectFiles'>,
): (file: string) => CompanionTests {
  const known = new Map<string, ReadonlySet<string>>();
  const absolute = (path: string) => posix.resolve(io.cwd, path);
  const usesOf = (path: string) => {
    const uses = known.get(path) ?? filesUsedBy(path, absolute, bindings, io);
    known.set(path, uses);
    return uses;
  };
  return (file) => {
    const own = absolute(file);
    const meant = io.findProjectFiles(file).filter((path) => absolute(path) !== own && usesOf(path).has(own));
    return (text) => {
      const bytes = new TextEncoder().encode(text);
      const reader = withText(io.reader, (path) => (absolute(path) === own ? bytes : null));
      return meant.map((path) => outcomesOf(path, reader, bindings, io));
    };
  };
}

/** Every file that is asked for to load the tests of a file, by its absolute path. */
function filesUsedBy(
  path: string,
  absolute: (path: string) => string,
  bindings: Bindings,
  { reader }: Pick<Io, 'reader'>,
): ReadonlySet<string> {
  const uses = new Set<string>();
  const outcome = reader.read(path);
  if (!outcome.ok || !isOwn(path, outcome.bytes)) return uses;
  const noting = withText(reader, (asked) => {
    uses.add(absolute(asked));
    return null;
  });
  loadTests(path, outcome.bytes, noting, bindings);
  return uses;
}

function outcomesOf(path: string, reader: SourceReader, bindings: Bindings, { now }: Pick<Io, 'now'>) {
  const outcome = reader.read(path);
  if (!outcome.ok) return null;
  return loadTests(path, outcome.bytes, reader, bindings).subjects.map(({ policy, level, tests }) =>
    tests.map((test) => (policy === null ? null : runTest({ policy, level }, test, now()).outcome)),
  );
}

/** The files as they are, but for those of which `textOf` gives another text. */
function withText(reader: SourceReader, textOf: (path: string) => Uint8Array | null): SourceReader {
  return {
    read: (path) => {
      const bytes = textOf(path);
      return bytes === null ? reader.read(path) : { ok: true, bytes };
    },
    readExtended: (path, root) => {
      const bytes = textOf(path);
      return bytes === null ? reader.readExtended(path, root) : { ok: true, bytes };
    },
    readShipped: (kind, name) => reader.readShipped(kind, name),
    listShipped: (kind) => reader.listShipped(kind),
  };
}
