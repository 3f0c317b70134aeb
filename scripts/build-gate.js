// Bundles the gate into the one file that the Action runs, with the shipped parts and guardrails in it. The same sources give the
// same bytes, and the file is committed: `node scripts/build-gate.js` writes it, `--check` says whether it is current.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundledYaml } from './bundled-yaml.js';

const root = dirname(import.meta.dirname);
const target = join(root, '.github/actions/gate/dist/index.cjs');

/** Texts of the shipped files by their path below `blueprints/`. */
function shippedFiles() {
  const files = {};
  for (const folder of ['guardrails', 'presets', 'tiers']) {
    for (const name of readdirSync(join(root, 'blueprints', folder)).sort()) {
      if (name.endsWith('.yaml'))
        files[`${folder}/${name}`] = readFileSync(join(root, 'blueprints', folder, name), 'utf8');
    }
  }
  return files;
}

/** The text of the bundle as the sources are now. */
export async function gateBundle() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['gate/main.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    write: false,
    outfile: target,
    supported: { 'dynamic-import': false },
    define: {
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      SHIPPED_FILES: JSON.stringify(shippedFiles()),
    },
    plugins: [bundledYaml],
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

if (process.argv[1] === import.meta.filename) {
  const text = await gateBundle();
  if (process.argv.includes('--check')) {
    const isCurrent = readFileSync(target, 'utf8') === text;
    if (!isCurrent) process.stderr.write('the bundle of the gate is stale: node scripts/build-gate.js\n');
    process.exitCode = isCurrent ? 0 : 1;
  } else writeFileSync(target, text);
}
