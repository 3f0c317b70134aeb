// Bundles the demo and runs it. `npm run demo` has installed and built everything before.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const outfile = join(root, 'dist/demo.cjs');
await build({
  absWorkingDir: root,
  entryPoints: ['scripts/demo/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
  logLevel: 'warning',
});
process.exitCode = spawnSync(process.execPath, [outfile], { cwd: root, stdio: 'inherit' }).status ?? 1;
