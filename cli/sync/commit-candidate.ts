import { posix } from 'node:path';
import { lockDifferences, lockedBundle, parseLock } from '../../compiler/bundle/lock.ts';
import { MANIFEST_NAME } from '../../compiler/bundle/manifest.ts';
import { syncLock } from '../../compiler/diagnostics/catalog/sync.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { ReadOutcome } from '../../compiler/source/source-reader.ts';
import type { Exception } from '../../runtime/sandbox/generations/records.ts';
import type { SyncArguments } from '../arguments/sync.ts';
import { type CompiledBlueprint, compileInput } from '../compile-blueprint.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Blobs } from '../git/blobs.ts';
import { commitFiles } from '../git/commit-files.ts';
import { gitProblem } from '../git/revisions.ts';
import { hostPlace } from '../host-place.ts';
import type { Candidate } from '../hosts/candidate.ts';
import type { Io } from '../io.ts';
import { placeFor } from '../place.ts';
import { unreadable } from '../read-input.ts';
import type { Mirror } from './mirror.ts';

export type FoundCommit =
  | { readonly ok: true; readonly candidate: Candidate }
  | { readonly ok: false; readonly exitCode: ExitCode; readonly findings: readonly Diagnostic[] };

type Compiled = Extract<CompiledBlueprint, { ok: true }>;

/**
 * Compiles the blueprint of a commit, out of its objects alone, and holds it against the lock file of the same commit.
 *
 * @param signer who signed the commit
 */
export async function commitCandidate(
  mirror: Mirror,
  commit: string,
  signer: string,
  exceptions: readonly Exception[],
  chosen: SyncArguments,
  io: Io,
): Promise<FoundCommit> {
  const host = hostPlace(io);
  if ('code' in host) return no(EXIT.notEnforced, [host]);
  const { place, diagnostics } = await placeFor(chosen.place, io);
  if (place === null) return no(EXIT.invalid, diagnostics);
  const listed = commitFiles(commit, mirror.git, new Blobs(mirror.git));
  if (!listed.ok) return no(EXIT.invalid, [gitProblem('list a commit', listed)]);
  const { files } = listed;
  const path = posix.normalize(chosen.path);
  const input = files.read(path);
  if (!input.ok) return no(EXIT.no, [unreadable(path, input.detail)]);
  const compiled = compileInput({ ok: true, name: path, bytes: input.bytes }, place, {
    ...io,
    reader: files.reader(io.reader),
  });
  if (!compiled.ok) return no(compiled.exitCode, compiled.diagnostics);
  const lock = lockProblem(compiled, place.name, path, (file) => files.read(file));
  if (lock !== null) return no(EXIT.no, [lock]);
  const age = mirror.ageOf(commit);
  if (age === null) return no(EXIT.invalid, [unreadable(commit, 'git does not say how old it is')]);
  const issued = { serial: age.serial, at: new Date(age.at).toISOString() };
  const about = { commit, signer, issued, exceptions };
  return { ok: true, candidate: candidateFrom(compiled, about, `${commit.slice(0, 12)}:${path}`, host) };
}

function candidateFrom(
  { bundle, policy, place, inputs }: Compiled,
  about: Candidate['content']['about'],
  label: string,
  host: Candidate['host'],
): Candidate {
  const artifacts = new Map(bundle.artifacts.map(({ path, bytes }) => [path, bytes]));
  const files = new Map(artifacts).set(MANIFEST_NAME, bundle.manifestBytes);
  const { manifest, digest } = bundle;
  return {
    label,
    loaded: { manifest, digest, artifacts, sources: inputs, policy, bindings: place.bindings },
    content: { files, signature: null, sources: inputs, about },
    host,
  };
}

/** Why the lock file of the commit is not what the blueprint compiles to; null where it is. */
function lockProblem(
  { bundle }: Compiled,
  target: string,
  path: string,
  read: (path: string) => ReadOutcome,
): Diagnostic | null {
  const file = `${path.replace(/\.ya?ml$/, '')}.lock.json`;
  const problem = (text: string) => diagnose(syncLock, null, { path: file, problem: text });
  const input = read(file);
  if (!input.ok) return problem(`cannot be read: ${input.detail}`);
  const lock = parseLock(new TextDecoder().decode(input.bytes));
  if (lock === null) return problem('is no lock file');
  const locked = Object.hasOwn(lock.targets, target) ? lock.targets[target] : undefined;
  if (locked === undefined) return problem(`holds nothing for \`${target}\``);
  const [first, ...others] = lockDifferences(locked, lockedBundle(bundle));
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return problem(
    `differs at \`${first.what}\`: ${first.locked ?? 'nothing'} there, ${first.compiled ?? 'nothing'} compiled${more}`,
  );
}

function no(exitCode: ExitCode, findings: readonly Diagnostic[]): FoundCommit {
  return { ok: false, exitCode, findings };
}
