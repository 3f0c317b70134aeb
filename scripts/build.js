// Bundles the command line into dist/ and stores V8's compiled code beside each bundle, so that starting is fast.
// Figures and reasons: docs/decisions/0002-command-line.md
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundledYaml } from './bundled-yaml.js';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

/**
 * The parser, each command and what `validate` needs for a target are bundles of their own, loaded by bin/nemoclaw.js
 * when they are needed.
 */
const separateCommands = {
  name: 'separate-commands',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/(program|check-for-target|commands\/[\w-]+)\.ts$/ }, ({ path, kind }) =>
      kind === 'dynamic-import'
        ? {
            // Names are relative to dist/, wherever the import stands.
            path: path.replace(/^\.+\//, './').replace(/\.ts$/, '.cjs'),
            external: true,
          }
        : undefined,
    );
  },
};

/** Commander loads node:child_process for commands that are programs of their own; there are none here. */
const noExecutableCommands = {
  name: 'no-executable-commands',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/')
        ? { path: 'child_process', namespace: 'unused' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

async function bundle() {
  // Only what this script makes: the launcher lives here as well. A cache must never meet another bundle.
  for (const name of [
    'gateway.cjs',
    'main.cjs',
    'main.cjs.cache',
    'program.cjs',
    'program.cjs.cache',
    'check-for-target.cjs',
    'commands',
    'help.txt',
  ]) {
    rmSync(join(dist, name), { recursive: true, force: true });
  }
  await build({
    absWorkingDir: root,
    entryPoints: ['cli/main.ts', 'cli/program.ts', 'cli/check-for-target.ts', 'cli/commands/*.ts'],
    outbase: 'cli',
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    // One function expression a bundle, as bin/nemoclaw.js runs it.
    banner: { js: '(function(exports,require,module,__filename,__dirname){' },
    footer: { js: '})' },
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    plugins: [separateCommands, noExecutableCommands, bundledYaml],
    logLevel: 'warning',
  });
}

/** The gateway is started once for each sandbox and runs long, so it is one plain file without stored code. */
async function bundleGateway() {
  await build({
    absWorkingDir: root,
    entryPoints: ['runtime/egress/main.ts'],
    outfile: 'dist/gateway.cjs',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** Runs the command line that was built, and gives what it prints. */
function run(...argv) {
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status} after the build\n${stderr}`);
  return stdout;
}

function warm(bundle, ...argv) {
  run('scripts/warm-bundle.js', bundle, ...argv);
}

try {
  await bundle();
  await bundleGateway();
} catch {
  // esbuild has said what is wrong and where.
  process.exit(1);
}
warm('program.cjs', 'validate', '--strict', 'blueprints/coding-agent.yaml');
warm('main.cjs', 'validate', 'blueprints/coding-agent.yaml');
warm('commands/validate.cjs', 'validate', 'blueprints/coding-agent.yaml');
warm('commands/fmt.cjs', 'fmt', '--check', 'blueprints/presets/base.yaml');
warm('commands/explain.cjs', 'explain', 'NC1000');
writeFileSync(join(dist, 'help.txt'), run('bin/nemoclaw.js', '--help'));
