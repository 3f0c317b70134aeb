import type { Architecture } from '../../compiler/backends/target.ts';
import type { ManifestArtifact } from '../../compiler/bundle/manifest.ts';
import { readable } from '../../compiler/bundle/readable.ts';
import { nearestWord } from '../../compiler/diagnostics/nearest-word.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { type BundleProblem, type ReadBundle, readBundle } from '../../runtime/bundle/read-bundle.ts';
import type { InspectArguments } from '../arguments/inspect.ts';
import { coverageLines } from '../coverage-lines.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson } from '../findings.ts';
import type { Io } from '../io.ts';

type Bundle = Extract<ReadBundle, { ok: true }>;

/** Shows a bundle, or one artifact of it, once every byte was found to be the manifest's. */
export function inspect({ bundle: folder, artifact, format }: InspectArguments, io: Io): ExitCode {
  const bundle = readBundle(folder);
  if (!bundle.ok) {
    for (const problem of bundle.problems)
      io.stderr.write(`nemoclaw: ${visible(folder)}: ${sentence(problem)}\n`);
    if (format === 'json') printJson('inspect', { proved: false, problems: bundle.problems }, io);
    return EXIT.invalid;
  }
  if (artifact === null) {
    showBundle(bundle, format, io);
    return EXIT.ok;
  }
  const described = bundle.manifest.artifacts.find(({ path }) => path === artifact);
  const bytes = bundle.artifacts.get(artifact);
  if (described === undefined || bytes === undefined) return unknown(artifact, bundle, io);
  showArtifact(described, bytes, bundle.manifest.target.architecture, format, io);
  return EXIT.ok;
}

function showBundle({ manifest, digest }: Bundle, format: InspectArguments['format'], io: Io): void {
  if (format === 'json') {
    printJson('inspect', { proved: true, digest, manifest }, io);
    return;
  }
  const { target, bindings, artifacts, waivers } = manifest;
  const kernel = target.landlockAbi === 0 ? 'no Landlock' : `Landlock ABI ${target.landlockAbi}`;
  const width = Math.max(...artifacts.map(({ path }) => path.length));
  const lines = [
    `${visible(manifest.name)}, compiled by nemoclaw ${visible(manifest.tool.version)}`,
    `bundle  ${digest}`,
    `policy  ${visible(manifest.policy)}`,
    `target  ${target.engine} on ${target.architecture}, ${kernel}, ${target.privilege}`,
    `workdir ${visible(bindings.workdir)}, home ${visible(bindings.home)}`,
    '',
    'coverage',
    ...coverageLines(manifest.coverage),
    ...waivers.map(({ gap, reason }) => `  accepted gap ${visible(gap)}: ${visible(reason)}`),
    '',
    'inputs',
    ...manifest.inputs.map(({ name, digest: input }) => `  ${visible(input)}  ${visible(name)}`),
    '',
    'files',
    ...artifacts.map(
      ({ path, backend, size }) =>
        `  ${path.padEnd(width)}  ${String(size).padStart(7)}  ${visible(backend)}`,
    ),
    '',
    'Every file is the one that the manifest names.',
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
}

function showArtifact(
  described: ManifestArtifact,
  bytes: Uint8Array,
  architecture: Architecture,
  format: InspectArguments['format'],
  io: Io,
): void {
  const { path } = described;
  const text = readable(described, bytes, architecture) ?? new TextDecoder().decode(bytes);
  if (format === 'json') printJson('inspect', { proved: true, artifact: described, text }, io);
  else {
    io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    io.stderr.write(`${path} is the file that the manifest names: ${described.digest}\n`);
  }
}

function unknown(artifact: string, { manifest }: Bundle, io: Io): ExitCode {
  const paths = manifest.artifacts.map(({ path }) => path);
  const nearest = nearestWord(artifact, paths);
  io.stderr.write(
    `nemoclaw: the bundle has no file ${visible(artifact)}; ` +
      `${nearest === null ? `it has ${paths.join(', ')}` : `did you mean ${nearest}?`}\n`,
  );
  return EXIT.usage;
}

function sentence(problem: BundleProblem): string {
  switch (problem.kind) {
    case 'no-manifest':
      return `it is no bundle: ${visible(problem.detail)}`;
    case 'missing':
      return `${visible(problem.path)} is missing`;
    case 'changed':
      return `${visible(problem.path)} was changed: it is ${problem.found}, the manifest says ${visible(problem.expected)}`;
    case 'unlisted':
      return `${visible(problem.path)} is not in the manifest`;
  }
}
