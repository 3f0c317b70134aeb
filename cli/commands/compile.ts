import type { Bundle } from '../../compiler/bundle/bundle.ts';
import {
  type Lock,
  type LockDifference,
  lockDifferences,
  lockedBundle,
  lockText,
  parseLock,
} from '../../compiler/bundle/lock.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { sourcesText } from '../../runtime/bundle/sources.ts';
import { ForeignFolderError, writeBundle } from '../../runtime/bundle/write-bundle.ts';
import type { CompileArguments } from '../arguments/compile.ts';
import { type CompiledBlueprint, compileBlueprint } from '../compile-blueprint.ts';
import { coverageLines } from '../coverage-lines.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome } from '../findings.ts';
import type { Io } from '../io.ts';
import { sourcesBeside } from '../signing/signature-file.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';

type Compiled = Extract<CompiledBlueprint, { ok: true }>;

/** How one step went: what `-o json` and the text say of it, or why it failed. */
interface Step {
  readonly exitCode: ExitCode;
  readonly result: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Said to a person on standard error. */
  readonly problem: string | null;
}

/** Compiles a blueprint and writes its bundle and lock file, or compares it with the lock file. */
export async function compile(chosen: CompileArguments, io: Io): Promise<ExitCode> {
  const compiled = await compileBlueprint(chosen.path, chosen.place, io);
  if (!compiled.ok) {
    await print(compiled.diagnostics, { compiled: false }, '', chosen, io);
    return compiled.exitCode;
  }
  const step = chosen.check ? checkLock(compiled, chosen, io) : write(compiled, chosen, io);
  if (step.problem !== null) io.stderr.write(`nemoclaw: ${visible(step.problem)}\n`);
  const result = { compiled: true, ...describe(compiled), ...step.result };
  await print(compiled.diagnostics, result, step.text, chosen, io);
  return step.exitCode;
}

async function print(
  diagnostics: readonly Diagnostic[],
  result: Readonly<Record<string, unknown>>,
  text: string,
  { format }: CompileArguments,
  io: Io,
): Promise<void> {
  await printOutcome({ command: 'compile', diagnostics, result, text }, format, io);
}

function describe({ bundle, place }: Compiled) {
  const { digest, manifest, coverage } = bundle;
  const { name, policy, target, artifacts } = manifest;
  return { name, digest, policy, targetName: place.name, target, coverage, artifacts };
}

function write(compiled: Compiled, { path, out, lock }: CompileArguments, io: Io): Step {
  const folder = out ?? beside(path, '.bundle');
  const problem = writeFolder(folder, compiled.bundle);
  if (problem !== null) return failed(problem);
  const sources = sourcesBeside(folder, io.cwd);
  const kept = io.replaceFile(sources, sourcesText(compiled.inputs));
  if (!kept.ok) return failed(`${sources} cannot be written: ${kept.detail}`);
  const lines = [
    `${visible(folder)}: ${compiled.bundle.artifacts.length} files for ${visible(compiled.place.name)}, ${compiled.bundle.digest}`,
    ...coverageLines(compiled.bundle.coverage),
  ];
  if (lock === false) {
    return {
      exitCode: EXIT.ok,
      result: { bundle: folder, sources, lock: null },
      text: `${lines.join('\n')}\n`,
      problem: null,
    };
  }
  const file = lock ?? beside(path, '.lock.json');
  const previous = readLock(file, io);
  if (previous.kind === 'unreadable') return failed(`${file} is left alone: ${previous.detail}`);
  const written = io.replaceFile(
    file,
    lockText(
      previous.kind === 'there' ? previous.lock : null,
      compiled.place.name,
      lockedBundle(compiled.bundle),
    ),
  );
  if (!written.ok) return failed(`${file} cannot be written: ${written.detail}`);
  lines.push(`${visible(file)}: commit it, and let CI run \`nemoclaw compile ${visible(path)} --check\``);
  return {
    exitCode: EXIT.ok,
    result: { bundle: folder, sources, lock: file },
    text: `${lines.join('\n')}\n`,
    problem: null,
  };
}

function failed(problem: string): Step {
  return { exitCode: EXIT.invalid, result: { problem }, text: '', problem };
}

/** @returns why the bundle could not be written, or null */
function writeFolder(folder: string, bundle: Bundle): string | null {
  try {
    writeBundle(folder, bundle);
    return null;
  } catch (error) {
    if (error instanceof ForeignFolderError) {
      return `${folder} is left alone: it holds ${error.found}, which is no part of a bundle; give another folder with --out`;
    }
    if (isSystemProblem(error)) return `${folder} cannot be written: ${systemProblem(error)}`;
    throw error;
  }
}

function checkLock({ bundle, place }: Compiled, { path, lock }: CompileArguments, io: Io): Step {
  const file = lock === null || lock === false ? beside(path, '.lock.json') : lock;
  const read = readLock(file, io);
  if (read.kind === 'unreadable') return failed(`${file}: ${read.detail}`);
  const locked = read.kind === 'there' ? read.lock.targets[place.name] : undefined;
  if (locked === undefined) {
    const problem =
      read.kind === 'missing'
        ? `${file} does not exist; run \`nemoclaw compile ${path}\` and commit it`
        : `${file} holds nothing for ${place.name}; run \`nemoclaw compile ${path}\` for that target and commit it`;
    return { exitCode: EXIT.no, result: { current: false, differences: [] }, text: '', problem };
  }
  const differences = lockDifferences(locked, lockedBundle(bundle));
  if (differences.length === 0) {
    return {
      exitCode: EXIT.ok,
      result: { current: true, differences },
      text: `${visible(file)}: current\n`,
      problem: null,
    };
  }
  return {
    exitCode: EXIT.no,
    result: { current: false, differences },
    text: differences.map(differenceLine).join(''),
    problem: `${file} differs; run \`nemoclaw compile ${path}\`, look at what changed and commit it`,
  };
}

function differenceLine({ what, locked, compiled }: LockDifference): string {
  return `${visible(what)}: ${visible(locked ?? 'not there')} -> ${visible(compiled ?? 'not there')}\n`;
}

type ReadLock =
  | { readonly kind: 'there'; readonly lock: Lock }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly detail: string };

function readLock(file: string, { reader }: Pick<Io, 'reader'>): ReadLock {
  const outcome = reader.read(file);
  if (!outcome.ok) {
    return outcome.reason === 'not-found'
      ? { kind: 'missing' }
      : { kind: 'unreadable', detail: `it cannot be read: ${outcome.detail}` };
  }
  const lock = parseLock(new TextDecoder().decode(outcome.bytes));
  return lock === null ? { kind: 'unreadable', detail: 'it is not a lock file' } : { kind: 'there', lock };
}

/** `agent.yaml` gives `agent` and the ending. */
function beside(path: string, ending: string): string {
  return `${path.replace(/\.ya?ml$/, '')}${ending}`;
}
