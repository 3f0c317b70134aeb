import { emitAll } from '../../compiler/bundle/emit-all.ts';
import { probePlan } from '../../compiler/bundle/probe-plan.ts';
import { launcherMissing } from '../../compiler/diagnostics/catalog/launch.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { environmentInside } from '../../compiler/ir/process.ts';
import { probePath } from '../../runtime/launcher/locate.ts';
import { type SandboxStart, startSandbox } from '../../runtime/sandbox/start.ts';
import type { ProbeResult } from '../../runtime/sandbox/verify/probe.ts';
import {
  type AttemptEnd,
  verify as tryBoundaries,
  type Verified,
} from '../../runtime/sandbox/verify/verify.ts';
import type { VerifyArguments } from '../arguments/verify.ts';
import { paletteFor } from '../colour.ts';
import { type CompiledForHost, compileForHost, saidEachTime } from '../compile-for-host.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { launchFailure } from '../launch-failure.ts';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { copyProbe, type ProbeCopy } from '../probe-copy.ts';
import { probeReport } from '../probe-report.ts';

type Compiled = Extract<CompiledForHost, { ok: true }>;

/** Milliseconds that one probe may take, its sandbox included. */
const TIME_LIMIT = 10_000;

/** What the probes need beside what every agent needs. */
const HINTS = {
  exec: 'the probes run from the folder for temporary files; `TMPDIR` names one without noexec',
};

/** Tries what a blueprint allows and forbids in fresh sandboxes, and says how the kernel answered. */
export async function verify({ path, format, all, place }: VerifyArguments, io: Io): Promise<ExitCode> {
  const say = (diagnostics: readonly Diagnostic[], result: Readonly<Record<string, unknown>>, text = '') =>
    printOutcome({ command: 'verify', diagnostics, result, text }, format, io);
  const compiled = await compileForHost(path, place, io);
  if (!compiled.ok) {
    await say(compiled.diagnostics, { verified: false });
    return compiled.exitCode;
  }
  const built = probePath(PACKAGE_FOLDER, compiled.place.target.architecture);
  if (!built.isThere) {
    const missing = diagnose(launcherMissing, null, { path: built.path });
    await say([...compiled.diagnostics, missing], { verified: false });
    return EXIT.notEnforced;
  }
  const diagnostics = format === 'json' ? compiled.diagnostics : saidEachTime(compiled.diagnostics);
  const { manifest, digest } = compiled.bundle;
  const about = { bundle: digest, policy: manifest.policy, target: manifest.target };
  const outcome = await probeWithCopy(compiled, built.path, io);
  if (!outcome.started) {
    const failure = launchFailure(outcome.failure, compiled.policy, HINTS);
    await say([...diagnostics, failure], { verified: false, ...about, probes: [] });
    return EXIT.notEnforced;
  }
  const { results } = outcome;
  const verified = results.every(({ agrees }) => agrees);
  const report = probeReport(results, all, paletteFor(io.stdout, io));
  await say(diagnostics, { verified, ...about, probes: results.map(plain) }, report);
  return verified ? EXIT.ok : EXIT.notEnforced;
}

async function probeWithCopy(compiled: Compiled, from: string, io: Io): Promise<Verified> {
  const copy = copyProbe(from);
  try {
    return await probe(compiled, copy, io);
  } finally {
    copy.remove();
  }
}

async function probe({ policy, place, launcher }: Compiled, copy: ProbeCopy, io: Io): Promise<Verified> {
  const { target } = place;
  const plan = probePlan(policy, target, copy.program);
  const showProgress = io.stderr.isTerminal;
  const outcome = await tryBoundaries({
    policy,
    architecture: target.architecture,
    limits: emitAll(policy, target).parts.plannedLimits ?? [],
    environment: io.environment,
    attempt: (words, outside) =>
      attempt({
        launcher,
        plan,
        argv: [copy.program, ...words],
        env: environmentInside(policy.process, outside),
        stdio: ['ignore', 'ignore', 'ignore'],
      }),
    onProgress: (done, total) => {
      if (showProgress) io.stderr.write(`\r${done} of ${total} probes`);
    },
  });
  // Clears the line of the count.
  if (showProgress) io.stderr.write('\r\u001b[K');
  return outcome;
}

/** One probe in a sandbox of its own; one that hangs is ended. */
async function attempt(start: SandboxStart): Promise<AttemptEnd> {
  const { child, outcome } = startSandbox(start);
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    child.kill('SIGKILL');
  }, TIME_LIMIT);
  const end = await outcome;
  clearTimeout(timer);
  if (hangs) return { kind: 'timed-out' };
  if (end.started) return { kind: 'exited', code: end.exitCode };
  return { kind: 'not-started', failure: end };
}

function plain({ probe: { facet, boundary, words, expected, because }, answer, agrees }: ProbeResult) {
  return { facet, boundary, attempt: words, expected, because, answer, agrees };
}
