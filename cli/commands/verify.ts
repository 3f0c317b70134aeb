import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import type { ProbeResult } from '../../runtime/sandbox/verify/probe.ts';
import type { VerifyArguments } from '../arguments/verify.ts';
import { paletteFor } from '../colour.ts';
import { compileForHost, saidEachTime } from '../compile-for-host.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { launchFailure } from '../launch-failure.ts';
import { PROBE_HINTS, probeBoundaries } from '../probe-boundaries.ts';
import { probeReport } from '../probe-report.ts';

/** Tries what a blueprint allows and forbids in fresh sandboxes, and says how the kernel answered. */
export async function verify({ path, format, all, place }: VerifyArguments, io: Io): Promise<ExitCode> {
  const say = (diagnostics: readonly Diagnostic[], result: Readonly<Record<string, unknown>>, text = '') =>
    printOutcome({ command: 'verify', diagnostics, result, text }, format, io);
  const compiled = await compileForHost(path, place, io);
  if (!compiled.ok) {
    await say(compiled.diagnostics, { verified: false });
    return compiled.exitCode;
  }
  const diagnostics = format === 'json' ? compiled.diagnostics : saidEachTime(compiled.diagnostics);
  const { manifest, digest } = compiled.bundle;
  const about = { bundle: digest, policy: manifest.policy, target: manifest.target };
  const { policy, launcher, place: here } = compiled;
  const outcome = await probeBoundaries({ policy, target: here.target, launcher }, io);
  if ('code' in outcome) {
    await say([...compiled.diagnostics, outcome], { verified: false });
    return EXIT.notEnforced;
  }
  if (!outcome.started) {
    const failure = launchFailure(outcome.failure, compiled.policy, PROBE_HINTS);
    await say([...diagnostics, failure], { verified: false, ...about, probes: [] });
    return EXIT.notEnforced;
  }
  const { results } = outcome;
  const verified = results.every(({ agrees }) => agrees);
  const report = probeReport(results, all, paletteFor(io.stdout, io));
  await say(diagnostics, { verified, ...about, probes: results.map(plain) }, report);
  return verified ? EXIT.ok : EXIT.notEnforced;
}

function plain({ probe: { facet, boundary, words, expected, because }, answer, agrees }: ProbeResult) {
  return { facet, boundary, attempt: words, expected, because, answer, agrees };
}
