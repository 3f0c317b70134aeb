import { posix } from 'node:path';
import { proposalBlueprintUnfit, proposalNoBlueprint } from '../../compiler/diagnostics/catalog/proposals.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { schemaFor } from '../../compiler/edit/key-order.ts';
import { parseSource } from '../../compiler/frontend/parse-source.ts';
import { readYamlText } from '../../compiler/frontend/yaml/read.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';
import { type CommitFiles, LINK_MODE, SUBMODULE_MODE } from '../git/commit-files.ts';
import { gitProblem } from '../git/revisions.ts';
import { mayHold } from '../git/spelling.ts';
import type { BaseBranch } from './base-branch.ts';
import { type Step, stop } from './outcome.ts';

/** The blueprint that a proposal edits, as it is on the base branch. */
export interface FoundBlueprint {
  /** From the top of the repository. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** As git writes it in octal. */
  readonly mode: string;
}

/** A file of a name, or the one blueprint that is called as the sandbox. */
export function findBlueprint(
  named: string | null,
  sandbox: string,
  { branch, prefix }: BaseBranch,
  files: CommitFiles,
): Step<{ readonly blueprint: FoundBlueprint }> {
  if (named !== null) return blueprintAt(posix.join(prefix, named), files);
  const candidates = [...files.entries].filter(
    ([path, { mode }]) => /\.ya?ml$/i.test(path) && mode !== LINK_MODE && mode !== SUBMODULE_MODE,
  );
  const sifted = files.contents.sift(
    candidates.map(([, { id }]) => id),
    (bytes) => mayHold(bytes, 'nemoclaw.dev') && mayHold(bytes, sandbox),
  );
  if (!sifted.ok) return stop(gitProblem('read the blueprints', sifted));
  const found = candidates.filter(
    ([path, { id }]) => sifted.wanted.has(id) && nameIn(path, files) === sandbox,
  );
  const [one, another] = found.map(([path]) => path);
  if (one !== undefined && another === undefined) return blueprintAt(one, files);
  return stop(diagnose(proposalNoBlueprint, null, { sandbox, branch, found: found.map(([path]) => path) }));
}

function nameIn(path: string, files: CommitFiles): string | null {
  const read = files.read(path);
  if (!read.ok || !isBlueprint(path, read.bytes)) return null;
  const parsed = parseSource(path, read.bytes);
  return parsed.kind === 'blueprint' ? parsed.blueprint.metadata.name.value : null;
}

function blueprintAt(path: string, files: CommitFiles): Step<{ readonly blueprint: FoundBlueprint }> {
  const unfit = (problem: string) => stop(diagnose(proposalBlueprintUnfit, null, { path, problem }));
  if (path.startsWith('/') || path === '..' || path.startsWith('../'))
    return unfit('it lies outside of the repository');
  const entry = files.entries.get(path);
  if (entry === undefined) return unfit('there is no such file on the base branch');
  if (entry.mode === LINK_MODE) return unfit('it is a symbolic link; name the file that it leads to');
  const read = files.read(path);
  if (!read.ok) return unfit(read.detail);
  if (!isBlueprint(path, read.bytes)) return unfit('it is no blueprint of nemoclaw.dev/v1');
  return { ok: true, blueprint: { path, bytes: read.bytes, mode: entry.mode } };
}

/** In its own language: policies in other forms are not edited. */
export function isBlueprint(path: string, bytes: Uint8Array): boolean {
  const { root } = readYamlText(new SourceFile(path, new TextDecoder().decode(bytes))).tree;
  // One with mistakes is of no kind; what they are is said when it is compiled.
  return (
    root !== null &&
    schemaFor(root) === 'blueprint' &&
    ['blueprint', 'nothing'].includes(parseSource(path, bytes).kind)
  );
}
