import { statSync } from 'node:fs';
import { MANIFEST_NAME } from '../../compiler/bundle/manifest.ts';
import type { BundleStatement } from '../../compiler/bundle/signature/statement.ts';
import {
  hostBundleBroken,
  hostSourcesUnusable,
  hostUnsigned,
} from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { readBundleFiles } from '../../runtime/bundle/bundle-files.ts';
import { bundleOf } from '../../runtime/bundle/read-bundle.ts';
import { readSources } from '../../runtime/bundle/sources.ts';
import type { Exception } from '../../runtime/sandbox/generations/records.ts';
import type { GenerationContent } from '../../runtime/sandbox/generations/store.ts';
import type { ApplyArguments } from '../arguments/apply.ts';
import { compileForHost } from '../compile-for-host.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type HostPlace, hostPlace } from '../host-place.ts';
import type { Io } from '../io.ts';
import { readInput } from '../read-input.ts';
import { sourcesBeside } from '../signing/signature-file.ts';
import { verifiedBundle } from '../signing/verified-bundle.ts';
import type { Signer } from '../signing/verified-statement.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';
import { type LoadedBundle, loadBundle } from './loaded-bundle.ts';

/** What could become a generation: verified or waived, whole, and understood on this host. */
export interface Candidate {
  /** How a report calls it. */
  readonly label: string;
  readonly loaded: LoadedBundle;
  readonly content: GenerationContent;
  readonly host: HostPlace;
}

export type FoundCandidate =
  | { readonly ok: true; readonly candidate: Candidate; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly exitCode: ExitCode; readonly diagnostics: readonly Diagnostic[] };

type Chosen = Pick<
  ApplyArguments,
  'what' | 'trust' | 'signature' | 'commit' | 'allowDirty' | 'allowUnsigned' | 'place'
>;

/** Reads what is to be applied. A folder is a bundle, anything else a blueprint, which is compiled for this host. */
export async function candidateOf(chosen: Chosen, io: Io): Promise<FoundCandidate> {
  const host = hostPlace(io);
  if ('code' in host) return refuse(EXIT.notEnforced, [host]);
  return isFolder(chosen.what) ? fromBundle(chosen, host, io) : fromBlueprint(chosen, host, io);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return false;
  }
}

async function fromBlueprint(chosen: Chosen, host: HostPlace, io: Io): Promise<FoundCandidate> {
  const { what, allowUnsigned } = chosen;
  if (allowUnsigned === null) {
    const input = readInput(what, io);
    return input.ok
      ? refuse(EXIT.no, [diagnose(hostUnsigned, null, { what })])
      : refuse(EXIT.invalid, [input.problem]);
  }
  const compiled = await compileForHost(what, chosen.place, io);
  if (!compiled.ok) return refuse(compiled.exitCode, compiled.diagnostics);
  const { bundle, policy, place, inputs, diagnostics } = compiled;
  const files = new Map(bundle.artifacts.map(({ path, bytes }) => [path, bytes]));
  const artifacts = new Map(files);
  files.set(MANIFEST_NAME, bundle.manifestBytes);
  const { manifest, digest } = bundle;
  const loaded = { manifest, digest, artifacts, sources: inputs, policy, bindings: place.bindings };
  const exceptions: readonly Exception[] = [{ kind: 'unsigned', reason: allowUnsigned }];
  const about = { commit: null, signer: null, issued: null, exceptions };
  const content = { files, signature: null, sources: inputs, about };
  return { ok: true, candidate: { label: what, loaded, content, host }, diagnostics };
}

/** What was found out about a bundle before its sources were looked at. */
interface Vouched {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly signature: Uint8Array | null;
  readonly about: GenerationContent['about'];
}

function fromBundle(chosen: Chosen, host: HostPlace, io: Io): FoundCandidate {
  const { what, trust, allowUnsigned } = chosen;
  if (trust === null && allowUnsigned === null) {
    return refuse(EXIT.no, [diagnose(hostUnsigned, null, { what })]);
  }
  const vouched = trust === null ? unsigned(what, allowUnsigned!) : signed({ ...chosen, trust }, io);
  if ('exitCode' in vouched) return vouched;
  const bundle = bundleOf(vouched.files);
  if (!bundle.ok) {
    const [problem] = bundle.problems;
    const words =
      problem?.kind === 'no-manifest' ? problem.detail : `\`${problem?.path}\` is ${problem?.kind}`;
    return refuse(EXIT.no, [diagnose(hostBundleBroken, null, { folder: what, problem: words })]);
  }
  const path = sourcesBeside(what, io.cwd);
  const input = readInput(path, io);
  if (!input.ok) {
    return refuse(EXIT.invalid, [
      diagnose(hostSourcesUnusable, null, { path, problem: input.problem.message }),
    ]);
  }
  const sources = readSources(input.bytes, bundle.manifest);
  if (!sources.ok) {
    return refuse(EXIT.no, [diagnose(hostSourcesUnusable, null, { path, problem: sources.problem })]);
  }
  const found = loadBundle(bundle, sources.sources, path, host);
  if (!found.ok) return refuse(EXIT.no, found.diagnostics);
  const content = { ...vouched, sources: sources.sources };
  return { ok: true, candidate: { label: what, loaded: found.loaded, content, host }, diagnostics: [] };
}

function signed(
  { what, trust, signature, commit, allowDirty }: Chosen & { trust: NonNullable<Chosen['trust']> },
  io: Io,
): Vouched | Extract<FoundCandidate, { ok: false }> {
  const found = verifiedBundle(
    { bundle: what, trust, signature, commit, notOlderThan: null, allowDirty: allowDirty !== null },
    io,
  );
  if (!found.ok) return refuse(found.exitCode, found.diagnostics);
  const { statement, signer, files } = found;
  const about = aboutSigned(statement, signer, allowDirty);
  return { files, signature: found.signature, about };
}

function aboutSigned(
  { predicate: { source, issued } }: BundleStatement,
  signer: Signer,
  allowDirty: string | null,
): GenerationContent['about'] {
  const exceptions: readonly Exception[] =
    allowDirty !== null && source.uncommitted.length > 0 ? [{ kind: 'uncommitted', reason: allowDirty }] : [];
  return { commit: source.commit, signer: signerWords(signer), issued, exceptions };
}

export function signerWords(signer: Signer): string {
  if (signer.kind === 'key') return `key ${signer.key}`;
  return `${signer.identity}${signer.key === null ? '' : `, key ${signer.key}`}`;
}

function unsigned(folder: string, reason: string): Vouched | Extract<FoundCandidate, { ok: false }> {
  const broken = (problem: string) =>
    refuse(EXIT.invalid, [diagnose(hostBundleBroken, null, { folder, problem })]);
  try {
    const read = readBundleFiles(folder);
    if (read === null) return broken('it has neither a manifest nor a current bundle');
    const [odd] = read.odd;
    if (odd !== undefined) return broken(`\`${odd.path}\` is no part of a bundle (${odd.kind})`);
    const about = {
      commit: null,
      signer: null,
      issued: null,
      exceptions: [{ kind: 'unsigned', reason }],
    } as const;
    return { files: read.files, signature: null, about };
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return broken(systemProblem(error));
  }
}

function refuse(
  exitCode: ExitCode,
  diagnostics: readonly Diagnostic[],
): Extract<FoundCandidate, { ok: false }> {
  return { ok: false, exitCode, diagnostics };
}
