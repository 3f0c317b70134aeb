import { MANIFEST_NAME } from '../../compiler/bundle/manifest.ts';
import type { GenerationContent } from '../../runtime/sandbox/generations/store.ts';
import { bundleSaying } from './bundles.ts';

/** A generation of a few files that all say the same word, so that a mixture of two shows. */
export function contentSaying(word: string): GenerationContent {
  const { artifacts, manifestBytes } = bundleSaying(word);
  const files = new Map(artifacts.map(({ path, bytes }) => [path, bytes]));
  files.set(MANIFEST_NAME, manifestBytes);
  return {
    files,
    signature: new TextEncoder().encode(`signed ${word}\n`),
    sources: [],
    about: { commit: 'c'.repeat(40), signer: 'key of the tests', issued: null, exceptions: [] },
  };
}
