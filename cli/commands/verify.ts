import { emitAll } from '../../compiler/bundle/emit-all.ts';
import { probePlan } from '../../compiler/bundle/probe-plan.ts';
import { launcherMissing } from '../../compiler/diagnostics/catalog/launch.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { FACETS } from '../../compiler/ir/facet.ts';
import { environmentInside } from '../../compiler/ir/process.ts';
import { probePath } from '../../runtime/launcher/locate.ts';
import { type SandboxStart, startSandbox } from '../../runtime/sandbox/start.ts';
import { errorName, type ProbeResult } from '../../runtime/sandbox/verify/probe.ts';
import { type AttemptEnd, verify as tryBoundaries } from '../../runtime/sandbox/verify/verify.ts';
import type { VerifyArguments } from '../arguments/verify.ts';
import { paletteFor } from '../colour.ts';
import { type CompiledForHost, compileForHost, saidEachTime } from '../compile-for-host.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { copyProbe, type ProbeCopy } from '../probe-copy.ts';
import { probeWords } from '../probe-words.ts';

type Compiled = Extract<CompiledForHost, { ok: true }>;

/** Milliseconds that one probe may take, its sandbox included. */
const TIME_LIMIT = 10_000;

/** Tries what a blueprint allows and forbids in fresh sandboxes, and says how the kernel answered. */
export async function verify({ path, format, place }: VerifyArguments, io: Io): Promise<ExitCode> {
  const compiled = await compileForHost(path, place, io);
  if (!compiled.ok) {
    const { diagnostics, exitCode } = compiled;
    await printOutcome({ command: 'verify', diagnostics, result: { verified: false }, text: '' }, format, io);
    return exitCode;
  }
  const built = probePath(PACKAGE_FOLDER, compiled.place.target.architecture);
  if (!built.isThere) {
    const diagnostics = [...compiled.diagnostics, diagnose(launcherMissing, null, { path: built.path })];
    await printOutcome({ command: 'verify', diagnostics, result: { verified: false }, text: '' }, format, io);
    return EXIT.notEnforced;
  }
  const results = await probeWithCopy(compiled, built.path, io);
  const verified = results.every(({ agrees }) => agrees);
  const { manifest, digest } = compiled.bundle;
  await printOutcome(
    {
      command: 'verify',
      diagnostics: format === 'json' ? compiled.diagnostics : saidEachTime(compiled.diagnostics),
      result: {
        verified,
        bundle: digest,
        policy: manifest.policy,
        target: manifest.target,
        probes: results.map(plain),
      },
      text: reportOf(results, io),
    },
    format,
    io,
  );
  return verified ? EXIT.ok : EXIT.notEnforced;
}

async function probeWithCopy(compiled: Compiled, from: string, io: Io): Promise<readonly ProbeResult[]> {
  const copy = copyProbe(from);
  try {
    return await probe(compiled, copy, io);
  } finally {
    copy.remove();
  }
}

async function probe(
  { policy, place, launcher }: Compiled,
  copy: ProbeCopy,
  io: Io,
): Promise<readonly ProbeResult[]> {
  const { target } = place;
  const plan = probePlan(policy, target, copy.program);
  const showProgress = io.stderr.isTerminal;
  const results = await tryBoundaries({
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
  return results;
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
  return {
    kind: 'not-started',
    detail: `step ${end.step} failed at ${end.detail} (${errorName(end.errno)})`,
  };
}

function plain({ probe: { facet, boundary, words, expected, because }, answer, agrees }: ProbeResult) {
  return { facet, boundary, attempt: words, expected, because, answer, agrees };
}

function reportOf(results: readonly ProbeResult[], io: Io): string {
  const palette = paletteFor(io.stdout, io);
  const lines: string[] = [];
  for (const facet of FACETS) {
    const tried = results.filter((result) => result.probe.facet === facet);
    if (tried.length === 0) continue;
    lines.push(palette.strong(facet));
    for (const result of tried) {
      const mark = result.agrees ? palette.good('as written') : palette.severity('error', 'OTHERWISE ');
      lines.push(`  ${mark}  ${visible(probeWords(result))}`);
    }
  }
  const otherwise = results.filter(({ agrees }) => !agrees).length;
  lines.push(
    '',
    otherwise === 0
      ? `${results.length} probes, each answered by the kernel as the blueprint says`
      : `${otherwise} of ${results.length} probes were answered otherwise than the blueprint says`,
  );
  return `${lines.join('\n')}\n`;
}
