import { dirname, join, posix, relative, resolve } from 'node:path';
import { digestOf } from '../../compiler/bundle/digest.ts';
import type { Manifest } from '../../compiler/bundle/manifest.ts';
import type { Source } from '../../compiler/bundle/signature/statement.ts';
import {
  signatureNotCommitted,
  signatureOutside,
  signatureShallow,
} from '../../compiler/diagnostics/catalog/signature.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { ReadOutcome, SourceReader } from '../../compiler/source/source-reader.ts';
import type { SignArguments } from '../arguments/sign.ts';
import { EXIT } from '../exit-codes.ts';
import { Blobs } from '../git/blobs.ts';
import { commitFiles } from '../git/commit-files.ts';
import { gitProblem, resolveCommit } from '../git/revisions.ts';
import type { GitRunner, Io } from '../io.ts';
import { remoteAddress } from './remote-address.ts';

/** The commit that a bundle is compiled from and how many commits there are up to it; or why that cannot be said. */
export type FoundSource =
  | { readonly ok: true; readonly source: Source; readonly serial: number }
  | {
      readonly ok: false;
      readonly exitCode: typeof EXIT.invalid | typeof EXIT.no;
      readonly problem: Diagnostic;
    };

const SHIPPED = /^(preset|tier):(.+)$/s;
const SHORT = 12;

/** Finds the commit in the repository of the current folder, and holds the inputs of the manifest against it. */
export function sourceOf(
  { inputs }: Manifest,
  chosen: Pick<SignArguments, 'bundle' | 'blueprint' | 'commit' | 'repository' | 'allowDirty'>,
  io: Io,
): FoundSource {
  const named = resolveCommit(chosen.commit, io.git, io.cwd);
  if (!named.ok) return invalid(named.problem);
  const { commit, prefix, isShallow } = named;
  if (isShallow) return invalid(diagnose(signatureShallow, null, { commit: short(commit) }));
  const listed = commitFiles(commit, io.git, new Blobs(io.git));
  if (!listed.ok) return invalid(gitProblem('list the commit', listed));
  const beside = join(dirname(resolve(io.cwd, chosen.bundle)), inputs[0]?.name ?? '');
  const blueprint = resolve(io.cwd, chosen.blueprint ?? beside);
  const path = posix.join(prefix, relative(io.cwd, blueprint));
  if (path.startsWith('../')) {
    return invalid(diagnose(signatureOutside, null, { blueprint: chosen.blueprint ?? beside }));
  }
  const uncommitted = inputs
    .filter(({ name, digest }, at) => {
      const file = at === 0 ? path : posix.join(posix.dirname(path), name);
      const content = at > 0 && SHIPPED.test(name) ? shipped(name, io.reader) : listed.files.read(file);
      return !content.ok || digestOf(content.bytes) !== digest;
    })
    .map(({ name }) => name);
  if (uncommitted.length > 0 && !chosen.allowDirty) {
    const problem = diagnose(signatureNotCommitted, null, { names: uncommitted, commit: short(commit) });
    return { ok: false, exitCode: EXIT.no, problem };
  }
  const serial = countOf(commit, io.git);
  if (typeof serial !== 'number') return invalid(serial);
  const repository = chosen.repository ?? remoteAddress(io.git);
  return { ok: true, source: { repository, commit, path, uncommitted }, serial };
}

/** A part that comes with the package is in no commit; it has to be the one of this very package. */
function shipped(input: string, reader: SourceReader): ReadOutcome {
  const [, kind, name] = SHIPPED.exec(input)!;
  return reader.readShipped(kind as 'preset' | 'tier', name!);
}

/** Commits up to one, itself included. */
function countOf(commit: string, git: GitRunner): number | Diagnostic {
  const counted = git(['rev-list', '--count', '--end-of-options', commit]);
  if (!counted.ok) return gitProblem('count the commits', counted);
  return Number(new TextDecoder().decode(counted.bytes));
}

function short(commit: string): string {
  return commit.slice(0, SHORT);
}

function invalid(problem: Diagnostic): FoundSource {
  return { ok: false, exitCode: EXIT.invalid, problem };
}
