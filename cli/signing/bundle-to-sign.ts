import { digestOf } from '../../compiler/bundle/digest.ts';
import type { Manifest } from '../../compiler/bundle/manifest.ts';
import { MANIFEST_NAME } from '../../compiler/bundle/manifest.ts';
import { signatureBundleBroken } from '../../compiler/diagnostics/catalog/signature.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { readBundleFiles } from '../../runtime/bundle/bundle-files.ts';
import { readBundle } from '../../runtime/bundle/read-bundle.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';

/** A bundle that is what its own manifest says, and every byte of it. */
export interface BundleToSign {
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export function bundleToSign(folder: string): BundleToSign | Diagnostic {
  const broken = (problem: string) => diagnose(signatureBundleBroken, null, { folder, problem });
  try {
    const bundle = readBundle(folder);
    if (!bundle.ok) {
      const [first] = bundle.problems;
      return broken(
        first === undefined || first.kind === 'no-manifest'
          ? (first?.detail ?? 'it is no bundle')
          : `${first.path} is ${first.kind}`,
      );
    }
    const found = readBundleFiles(folder);
    const manifestBytes = found?.files.get(MANIFEST_NAME);
    if (found == null || manifestBytes === undefined || digestOf(manifestBytes) !== bundle.digest) {
      return broken('it changes while it is read');
    }
    const [odd] = found.odd;
    if (odd !== undefined) return broken(`${odd.path} is no part of a bundle`);
    return { manifest: bundle.manifest, manifestBytes, files: found.files };
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return broken(systemProblem(error));
  }
}
