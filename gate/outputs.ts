import { randomBytes } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSystemProblem, systemProblem } from '../cli/system-problem.ts';
import { gateNotWritten } from '../compiler/diagnostics/catalog/gate.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import { visibleJson } from '../compiler/diagnostics/render/visible.ts';
import { differenceSarif } from '../compiler/report/difference/sarif.ts';
import { VERSION } from '../compiler/version.ts';
import { gateMarkdown, type Reported } from './markdown.ts';
import { ownerWord } from './owners.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** GitHub shows at most 1 MiB of a step ("Job summaries"), of UTF-8; a character takes up to three bytes a unit. */
const LONGEST_SUMMARY = 340_000;
/** Outputs of a job together may have 1 MB. */
const LONGEST_OUTPUT = 200_000;

/**
 * Writes SARIF, the summary of the job and the outputs of the step. Whoever gave no file for the summary or the outputs gets none.
 *
 * @returns what could not be written
 */
export function writeOutputs(reported: Reported, environment: Environment): Diagnostic[] {
  const sarif = join(
    environment.RUNNER_TEMP ?? tmpdir(),
    `nemoclaw-gate-${randomBytes(6).toString('hex')}.sarif`,
  );
  const { evidence, judgement } = reported;
  const problems = [
    tried('the SARIF file', () =>
      writeFileSync(sarif, differenceSarif(evidence?.comparisons ?? [], judgement.findings, VERSION), {
        flag: 'wx',
      }),
    ),
  ];
  const summary = environment.GITHUB_STEP_SUMMARY;
  if (summary) {
    const text = gateMarkdown(reported, LONGEST_SUMMARY);
    problems.push(tried('the summary of the job', () => appendFileSync(summary, text)));
  }
  const output = environment.GITHUB_OUTPUT;
  if (output) {
    const values = { ...plain(reported), sarif, json: jsonOf(reported) };
    problems.push(tried('the outputs of the step', () => appendFileSync(output, outputText(values))));
  }
  return problems.flatMap((problem) => problem ?? []);
}

function tried(what: string, write: () => void): Diagnostic | null {
  try {
    write();
    return null;
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return diagnose(gateNotWritten, null, { what, detail: systemProblem(error) });
  }
}

function plain({ judgement: { verdict, widens, risk, passes } }: Reported) {
  return { verdict, widens: String(widens), risk, passes: String(passes) };
}

/** A delimiter that nobody can know keeps a value from ending early and being followed by another output. */
export function outputText(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      const end = `end-${randomBytes(16).toString('hex')}`;
      return `${name}<<${end}\n${value}\n${end}\n`;
    })
    .join('');
}

/** The judgement for a program. What does not fit is left out as a whole, and says so. */
function jsonOf(reported: Reported): string {
  const whole = textOf(reported, true);
  return whole.length <= LONGEST_OUTPUT ? whole : textOf(reported, false);
}

function textOf({ judgement, evidence, answered, commit }: Reported, isWhole: boolean): string {
  const { verdict, widens, risk, passes, findings } = judgement;
  return visibleJson(
    JSON.stringify({
      version: 1,
      command: 'gate',
      verdict,
      widens,
      risk,
      passes,
      commit,
      isWhole,
      policies: (isWhole ? (evidence?.comparisons ?? []) : []).map(({ path, renamedFrom, difference }) => ({
        path,
        renamedFrom,
        verdict: difference.verdict,
      })),
      approvals: (isWhole ? (answered ?? []) : []).map(({ need, approvedBy }) => ({
        path: need.path,
        why: need.why,
        owners: need.owners.map(ownerWord),
        approvedBy,
      })),
      findings: (isWhole ? findings : []).map(({ code, name, severity, message, primary }) => ({
        code,
        name,
        severity,
        message,
        place:
          primary === null
            ? null
            : { path: primary.source.path, ...primary.source.positionAt(primary.start) },
      })),
    }),
  );
}
