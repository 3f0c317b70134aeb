import { testFailed, testNoneFound, testRequired } from '../../compiler/diagnostics/catalog/policy-test.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../../compiler/diagnostics/entry.ts';
import type { TestArguments } from '../arguments/test.ts';
import { type AssumedPlace, assumedPlace, keepingTexts, sayAssumed } from '../assumed-place.ts';
import { paletteFor } from '../colour.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { explanationJson } from '../explanation-output.ts';
import { printOutcome, sayFindings } from '../findings.ts';
import type { Io } from '../io.ts';
import { placeFor } from '../place.ts';
import { runTests, type TestRun, type TestRuns } from '../run-tests.ts';
import { countOutcomes, type ReportedTest, reportedTest } from '../test-report/reported.ts';

/** Runs the tests of blueprints and says which passed. */
export async function test(chosen: TestArguments, io: Io): Promise<ExitCode> {
  const startedAt = io.now();
  const { runs, assumed, diagnostics } = await runAll(chosen, io);
  const reported = runs.map(reportedTest);
  await print(chosen, { runs, reported, diagnostics, startedAt, assumed }, io);
  sayAssumed(assumed, chosen.format, io);
  if (hasErrors(diagnostics.filter(({ code }) => code !== testFailed.code))) return EXIT.invalid;
  return reported.some(({ outcome }) => outcome === 'failed') ? EXIT.no : EXIT.ok;
}

interface AllRuns extends TestRuns {
  readonly assumed: AssumedPlace | null;
}

async function runAll({ paths, filter, requireTests, place }: TestArguments, world: Io): Promise<AllRuns> {
  const { io, texts } = keepingTexts(world);
  const placed = await placeFor(place, io);
  if (placed.place === null) return { runs: [], assumed: null, diagnostics: placed.diagnostics };
  const { runs, diagnostics } = runTests(paths, filter, placed.place.bindings, io);
  const found = [...placed.diagnostics, ...diagnostics];
  const assumed = runs.length === 0 ? null : assumedPlace(texts, placed.place, place);
  if (runs.length > 0) return { runs, assumed, diagnostics: found };
  return {
    runs,
    assumed,
    diagnostics: [...found, diagnose(requireTests ? testRequired : testNoneFound, null, { filter })],
  };
}

interface Ran {
  readonly runs: readonly TestRun[];
  readonly reported: readonly ReportedTest[];
  readonly diagnostics: readonly Diagnostic[];
  readonly startedAt: number;
  readonly assumed: AssumedPlace | null;
}

async function print({ format }: TestArguments, ran: Ran, io: Io): Promise<void> {
  const { reported, diagnostics } = ran;
  switch (format) {
    case 'text': {
      const { testText } = await import('../test-report/text.ts');
      const text = testText(reported, paletteFor(io.stdout, io));
      return printOutcome({ command: 'test', diagnostics, result: {}, text }, 'text', io);
    }
    case 'json':
      return printOutcome({ command: 'test', diagnostics, result: resultOf(ran), text: '' }, 'json', io);
    case 'junit': {
      const { junitXml } = await import('../test-report/junit.ts');
      sayFindings(diagnostics, io);
      io.stdout.write(junitXml(reported, ran.startedAt));
      return;
    }
    case 'tap': {
      const { tap } = await import('../test-report/tap.ts');
      sayFindings(diagnostics, io);
      io.stdout.write(tap(reported));
      return;
    }
  }
}

function resultOf({ runs, reported, diagnostics, assumed }: Ran): Readonly<Record<string, unknown>> {
  const { tests, passed, failed, invalid } = countOutcomes(reported);
  return {
    passed: !hasErrors(diagnostics),
    assumed,
    totals: { tests, passed, failed, not_run: invalid },
    tests: runs.map((run, at) => {
      const { outcome, problem, place, milliseconds } = reported[at]!;
      const { file, level, test: written, result } = run;
      return {
        file,
        level,
        name: reported[at]!.name,
        outcome,
        problem,
        place,
        expect: written?.kind === 'access' ? written.expect.value : null,
        by: written?.kind === 'access' ? (written.by?.value ?? null) : null,
        property: written?.kind === 'property' ? written.property.kind : null,
        decision:
          result === null || result.outcome === 'invalid' || result.explanation === null
            ? null
            : explanationJson(result.explanation),
        milliseconds,
      };
    }),
  };
}
