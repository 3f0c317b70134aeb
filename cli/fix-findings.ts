import { isDeepStrictEqual } from 'node:util';
import type { Finding, Fix } from '../compiler/analysis/lint/finding.ts';
import { type Circumstances, LINT_RULES, type LintRule, lint } from '../compiler/analysis/lint/lint.ts';
import { type Readings, readForLint } from '../compiler/analysis/lint/read.ts';
import { runTest } from '../compiler/analysis/policy-tests/run-test.ts';
import { hasErrors } from '../compiler/diagnostics/entry.ts';
import { changeText } from '../compiler/edit/change-text.ts';
import { policyDigest } from '../compiler/ir/canonical.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import { SourceFile } from '../compiler/source/source-file.ts';
import type { SourceReader } from '../compiler/source/source-reader.ts';
import type { CompanionTests } from './companion-tests.ts';

/** A fix can make another one certain; so many steps no blueprint needs. */
const MOST_ROUNDS = 40;

/** One file as it is linted. */
export interface Linted {
  readonly text: string;
  readonly readings: Readings;
  readonly found: readonly Finding[];
}

/** What linting a file depends on beside its text. */
export interface Surroundings extends Circumstances {
  readonly reader: SourceReader;
  readonly bindings: Bindings;
  /** The tests that other files have of a file. */
  readonly companionsOf: (name: string) => CompanionTests;
  /** All of them, but for tests. */
  readonly rules?: readonly LintRule[];
}

export function lintText(name: string, text: string, around: Surroundings): Linted {
  const readings = readForLint(name, new TextEncoder().encode(text), around.reader, around.bindings);
  return { text, readings, found: lint(readings, around, around.rules ?? LINT_RULES) };
}

/**
 * Applies every fix that holds what it says: what comes out must have exactly the intended meaning, by the digests of the
 * policies, and the intended words, and the file's own tests and those of its companions must come out as before. All are tried together, then one by one, so that one that fails spoils no other.
 *
 * @returns the file as it is then, and the fixes that were made
 */
export function fixText(
  name: string,
  text: string,
  around: Surroundings,
): { after: Linted; fixed: readonly Finding[] } {
  const companions = around.companionsOf(name);
  let current = lintText(name, text, around);
  const fixed: Finding[] = [];
  const refused = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const open = current.found.filter((found) => found.fix !== null && !refused.has(keyOf(found)));
    if (open.length === 0) break;
    const made = firstThatHolds(name, current, [open, ...open.map((one) => [one])], around, companions);
    const tried = made?.fixes ?? [];
    if (made === null) for (const one of open) refused.add(keyOf(one));
    else current = made.after;
    fixed.push(...tried);
  }
  return { after: current, fixed };
}

function firstThatHolds(
  name: string,
  before: Linted,
  attempts: readonly (readonly Finding[])[],
  around: Surroundings,
  companions: CompanionTests,
): { after: Linted; fixes: readonly Finding[] } | null {
  const elsewhere = companions(before.text);
  for (const fixes of attempts) {
    const all = fixes.map(({ fix }) => fix!);
    const changed = changeText(
      new SourceFile(name, before.text),
      all.flatMap(({ changes }) => changes),
    );
    if (changed === null) continue;
    const after = lintText(name, changed, around);
    const holds =
      meansAsIntended(before.readings, after.readings, all) &&
      passesAsBefore(before.readings, after.readings, around.now) &&
      isDeepStrictEqual(companions(changed), elsewhere);
    if (holds) return { after, fixes };
  }
  return null;
}

function meansAsIntended(before: Readings, after: Readings, fixes: readonly Fix[]): boolean {
  if (hasErrors(after.diagnostics)) return false;
  const wanted = before.readings.map(({ policy }) =>
    digestOf(fixes.reduce((meant, { intended }) => intended?.(meant) ?? meant, policy)),
  );
  const got = after.readings.map(({ policy }) => digestOf(policy));
  return !got.includes(null) && isDeepStrictEqual(got, wanted);
}

/** A test names a grant by its place, as in `by: egress:api#2`, which another entry takes when one above it goes. */
function passesAsBefore(before: Readings, after: Readings, now: number): boolean {
  const outcomes = ({ readings }: Readings) =>
    readings.map(({ policy, resolved }) =>
      resolved.tests.map((test) => runTest({ policy, level: null }, test, now).outcome),
    );
  return isDeepStrictEqual(outcomes(before), outcomes(after));
}

function digestOf(policy: Policy): string | null {
  return policyDigest(policy).value;
}

function keyOf({ diagnostic: { code, message } }: Finding): string {
  return `${code} ${message}`;
}
