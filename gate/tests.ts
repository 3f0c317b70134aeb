import { posix } from 'node:path';
import type { Commits } from '../cli/git/commits.ts';
import { gitProblem } from '../cli/git/revisions.ts';
import { mayHold } from '../cli/git/spelling.ts';
import type { Io } from '../cli/io.ts';
import type { PolicyPair } from '../cli/policy-pair.ts';
import { type Step, stop } from '../cli/proposals/outcome.ts';
import { runTest } from '../compiler/analysis/policy-tests/run-test.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { loadTests } from '../compiler/load-tests.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';

/** How the policy tests of a change came out. */
export interface RanTests {
  readonly passed: number;
  readonly failed: number;
  readonly findings: readonly Diagnostic[];
}

/**
 * Runs the tests that changed policies and parts carry, and those of the head's test files that may be about one of them.
 *
 * @param parts changed parts and test files
 */
export function runPolicyTests(
  pairs: readonly PolicyPair[],
  parts: readonly string[],
  { next }: Commits,
  bindings: Bindings,
  io: Io,
): Step<RanTests> {
  const own = [...pairs.filter(({ next: side }) => side.bytes !== null).map(({ path }) => path), ...parts];
  const about = testFilesAbout(own, next);
  if (!about.ok) return about;
  let [passed, failed] = [0, 0];
  const findings: Diagnostic[] = [];
  for (const path of new Set([...own, ...about.paths])) {
    const read = next.read(path);
    if (!read.ok) continue;
    const loaded = loadTests(path, read.bytes, next.reader(io.reader), bindings);
    const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
    findings.push(...errors);
    for (const { policy, level, tests } of loaded.subjects) {
      for (const test of tests) {
        const result = policy === null ? null : runTest({ policy, level }, test, io.now());
        if (result?.outcome === 'passed') passed++;
        else failed++;
        findings.push(...(result?.diagnostics ?? []));
      }
    }
  }
  return { ok: true, passed, failed, findings };
}

/** Test files name what they test by its path, so one that is about a file holds the last part of its name. */
function testFilesAbout(
  changed: readonly string[],
  { entries, contents }: Commits['next'],
): Step<{ readonly paths: readonly string[] }> {
  const names = changed.map((path) => posix.basename(path));
  if (names.length === 0) return { ok: true, paths: [] };
  const sifted = contents.sift(
    [...entries].flatMap(([path, { id }]) => (/\.ya?ml$/i.test(path) ? [id] : [])),
    (bytes) => mayHold(bytes, 'PolicyTest') && mayHold(bytes, ...names),
  );
  if (!sifted.ok) return stop(gitProblem('read the files of a commit', sifted));
  return {
    ok: true,
    paths: [...entries].flatMap(([path, { id }]) =>
      /\.ya?ml$/i.test(path) && sifted.wanted.has(id) ? [path] : [],
    ),
  };
}
