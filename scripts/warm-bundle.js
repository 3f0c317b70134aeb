// Runs a command line once and keeps the code that V8 compiled for one bundle of dist/ on the way: what ran is in the
// `.cache` file, the rest is compiled when it is needed.
//   node scripts/warm-bundle.js BUNDLE ARGUMENT...
import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [, , bundle, ...argv] = process.argv;
const { load } = createRequire(import.meta.url)('../bin/nemoclaw.js');
const scripts = new Map();
const exitCode = await load('main.cjs', (name, script) => scripts.set(name, script)).main(argv);
if (exitCode !== 0) {
  process.stderr.write(`nemoclaw ${argv.join(' ')} ended with ${exitCode} after the build\n`);
  process.exitCode = 1;
} else {
  const cache = join(import.meta.dirname, '../dist', `${bundle}.cache`);
  writeFileSync(`${cache}.${process.pid}`, scripts.get(bundle).createCachedData());
  renameSync(`${cache}.${process.pid}`, cache);
}
