import { runTest, type TestResult } from '../compiler/analysis/policy-tests/run-test.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { hasErrors } from '../compiler/diagnostics/entry.ts';
import type { PolicyTest } from '../compiler/frontend/blueprint/blueprint.ts';
import { loadTests, type TestSubject } from '../compiler/load-tests.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import type { Io } from './io.ts';
import { isOwn } from './own-file.ts';
import { readInput, unreadable } from './read-input.ts';

/** One test as it ran against one policy, or why it did not. */
export interface TestRun {
  /** The file that is tested. */
  readonly file: string;
  readonly level: string | null;
  /** Null where the file makes no policy or cannot be read, so that nothing was run. */
  readonly result: TestResult | null;
  /** Why nothing was run; empty exactly when something was. */
  readonly errors: readonly Diagnostic[];
  /** Null for what stands for all tests of a file that cannot be read. */
  readonly test: PolicyTest | null;
  /** Time that it took. */
  readonly milliseconds: number;
}

export interface TestRuns {
  readonly runs: readonly TestRun[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs all tests that the paths of a command line lead to, in the order of the files. */
export function runTests(
  paths: readonly string[],
  filter: string | null,
  bindings: Bindings,
  io: Io,
): TestRuns {
  const { files, diagnostics } = filesOf(paths, io);
  const all = files.map((file) => runFile(file, filter, bindings, io));
  return {
    runs: all.flatMap(({ runs }) => runs),
    diagnostics: [...diagnostics, ...all.flatMap((file) => file.diagnostics)],
  };
}

interface FoundFile {
  readonly path: string;
  /** Found in a folder, where there may be files of anybody. */
  readonly searched: boolean;
}

/** A folder without files is no mistake here: it has no tests. */
function filesOf(
  paths: readonly string[],
  io: Io,
): { files: readonly FoundFile[]; diagnostics: readonly Diagnostic[] } {
  const files = new Map<string, FoundFile>();
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const found = io.findFiles(path);
    if (!found.ok) diagnostics.push(unreadable(path, found.detail));
    else for (const file of found.files) files.set(file, { path: file, searched: file !== path });
  }
  return { files: [...files.values()], diagnostics };
}

function runFile({ path, searched }: FoundFile, filter: string | null, bindings: Bindings, io: Io): TestRuns {
  const input = readInput(path, io);
  if (!input.ok) return { runs: [unread(path, [input.problem])], diagnostics: [input.problem] };
  if (searched && !isOwn(path, input.bytes)) return { runs: [], diagnostics: [] };
  const { subjects, diagnostics } = loadTests(input.name, input.bytes, io.reader, bindings);
  // What is worth a note about the blueprint is for `validate` to say.
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const runs = subjects.flatMap((subject) => runSubject(subject, errors, filter, io));
  const nothingRan = subjects.length === 0 && hasErrors(errors);
  return {
    runs: nothingRan ? [unread(path, errors)] : runs,
    diagnostics: [...errors, ...runs.flatMap(({ result }) => result?.diagnostics ?? [])],
  };
}

function unread(file: string, errors: readonly Diagnostic[]): TestRun {
  return { file, level: null, result: null, errors, test: null, milliseconds: 0 };
}

function runSubject(
  subject: TestSubject,
  errors: readonly Diagnostic[],
  filter: string | null,
  io: Io,
): TestRun[] {
  const { file, level, policy } = subject;
  const wanted = filter?.toLowerCase() ?? '';
  const tests = subject.tests.filter(({ name }) => name.value.toLowerCase().includes(wanted));
  return tests.map((test) => {
    const started = io.now();
    const result = policy === null ? null : runTest({ ...subject, policy }, test, started);
    return {
      file,
      level,
      result,
      errors: result === null ? errors : [],
      test,
      milliseconds: io.now() - started,
    };
  });
}
