import { basename } from 'node:path';
import { digestOf } from '../../compiler/bundle/digest.ts';
import { MANIFEST_NAME } from '../../compiler/bundle/manifest.ts';
import { compareWithFiles, type FileDifference } from '../../compiler/bundle/signature/compare.ts';
import type { BundleStatement } from '../../compiler/bundle/signature/statement.ts';
import {
  signedFileAdded,
  signedFileChanged,
  signedFileMissing,
  signedGenerationNamed,
  signedManifestContradicts,
  signedNoFile,
  signedTooLarge,
} from '../../compiler/diagnostics/catalog/signed-files.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { BundleFiles, OddEntry } from '../../runtime/bundle/bundle-files.ts';
import { GENERATION } from '../../runtime/bundle/read-bundle.ts';

/** Everything by which a folder is not the bundle that was signed; none when it is. */
export function fileFindings(
  statement: BundleStatement,
  { folder, files, odd }: BundleFiles,
): readonly Diagnostic[] {
  const isOdd = new Set(odd.map(({ path }) => path));
  return [
    ...odd.map(findingOfOdd),
    // A link in the place of a file is said once, and not as a file that is missing too.
    ...compareWithFiles(statement, files)
      .filter((difference) => !('path' in difference && isOdd.has(difference.path)))
      .map(findingOf),
    ...misnamed(folder, files),
  ];
}

function findingOf(difference: FileDifference): Diagnostic {
  switch (difference.kind) {
    case 'missing':
      return diagnose(signedFileMissing, null, difference);
    case 'changed':
      return diagnose(signedFileChanged, null, difference);
    case 'added':
      return diagnose(signedFileAdded, null, difference);
    case 'contradicted':
      return diagnose(signedManifestContradicts, null, difference);
  }
}

function findingOfOdd({ path, kind }: OddEntry): Diagnostic {
  switch (kind) {
    case 'outside':
      return diagnose(signedFileAdded, null, { path });
    case 'too-large':
      return diagnose(signedTooLarge, null, { path, what: 'more bytes' });
    case 'too-many':
      return diagnose(signedTooLarge, null, { path, what: 'more files' });
    case 'link':
      return diagnose(signedNoFile, null, { path, what: 'a symbolic link' });
    case 'empty-folder':
      return diagnose(signedNoFile, null, { path, what: 'an empty folder' });
    case 'no-file':
      return diagnose(signedNoFile, null, { path, what: 'a pipe, a socket or a device' });
  }
}

function misnamed(folder: string, files: ReadonlyMap<string, Uint8Array>): Diagnostic[] {
  const named = GENERATION.exec(basename(folder))?.[1];
  const manifest = files.get(MANIFEST_NAME);
  if (named === undefined || manifest === undefined) return [];
  const bundle = digestOf(manifest);
  return bundle.startsWith(`sha256:${named}`)
    ? []
    : [diagnose(signedGenerationNamed, null, { folder: basename(folder), bundle })];
}
