import { COVERS_NOTHING } from '../../compiler/backends/coverage.ts';
import { NAMED_TARGETS } from '../../compiler/backends/named-targets.ts';
import type { Bundle } from '../../compiler/bundle/bundle.ts';
import { canonicalJson } from '../../compiler/bundle/canonical-json.ts';
import { digestOf } from '../../compiler/bundle/digest.ts';
import { MANIFEST_SCHEMA, type Manifest } from '../../compiler/bundle/manifest.ts';

/** A bundle of a few files that all say the same word, so that a mixture of two bundles shows. */
export function bundleSaying(word: string): Bundle {
  const artifacts = ['a.json', 'deep/b.bin', 'deep/er/c.txt'].map((path) => ({
    path,
    mediaType: 'text/plain',
    bytes: new TextEncoder().encode(`${word}\n`.repeat(2000)),
  }));
  const manifest: Manifest = {
    $schema: MANIFEST_SCHEMA,
    name: word,
    tool: { name: 'nemoclaw', version: '0.0.0' },
    policy: digestOf(word),
    target: NAMED_TARGETS['linux-x86_64']!,
    bindings: { workdir: '/sandbox', home: '/home/sandbox', variables: {} },
    inputs: [],
    artifacts: artifacts.map(({ path, mediaType, bytes }) => ({
      path,
      backend: 'test',
      mediaType,
      size: bytes.byteLength,
      digest: digestOf(bytes),
    })),
    coverage: COVERS_NOTHING,
    waivers: [],
  };
  const manifestBytes = new TextEncoder().encode(canonicalJson(manifest));
  return { manifest, manifestBytes, digest: digestOf(manifestBytes), artifacts, coverage: COVERS_NOTHING };
}
