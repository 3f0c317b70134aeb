// Bundles the command line into dist/ and stores V8's compiled code beside each bundle, so that starting is fast.
// Figures and reasons: docs/decisions/0002-command-line.md
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

/** Each command is a bundle of its own, loaded by bin/nemoclaw.js when it is asked for. */
const separateCommands = {
  name: 'separate-commands',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/commands\/\w+\.ts$/ }, ({ path }) => ({
      path: path.replace(/\.ts$/, '.cjs'),
      external: true,
    }));
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

/** In a bundle, the lazily loaded YAML library is a part of it; a bundle's own `require` is lazy. */
const bundledYaml = {
  name: 'bundled-yaml',
  setup({ onLoad }) {
    onLoad({ filter: /\/yaml\/yaml-library\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const line = 'const require = createRequire(import.meta.url);';
      if (!text.includes(line))
        throw new Error(`${path} no longer loads the YAML library as the build expects`);
      return { contents: text.replace(line, ''), loader: 'ts' };
    });
  },
};

async function bundle() {
  // Only what this script makes: the launcher lives here as well. A cache must never meet another bundle.
  for (const name of ['main.cjs', 'main.cjs.cache', 'commands']) {
    rmSync(join(dist, name), { recursive: true, force: true });
  }
  await build({
    absWorkingDir: root,
    entryPoints: ['cli/main.ts', 'cli/commands/*.ts'],
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

function warm(bundle, ...argv) {
  const script = join(root, 'scripts/warm-bundle.js');
  const { status, stderr } = spawnSync(process.execPath, [script, bundle, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${bundle} could not be run once after the build\n${stderr}`);
}

try {
  await bundle();
} catch {
  // esbuild has said what is wrong and where.
  process.exit(1);
}
warm('main.cjs', '--help');
warm('commands/validate.cjs', 'validate', join(root, 'blueprints/coding-agent.yaml'));
warm('commands/fmt.cjs', 'fmt', '--check', join(root, 'blueprints/presets/base.yaml'));
warm('commands/explain.cjs', 'explain', 'NC1000');
