#!/usr/bin/env node
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const DIST = join(__dirname, '../dist');

/**
 * Loads a bundle of dist/ with V8's compiled code beside it, `NAME.cache`; without, or with one of another V8, it is
 * compiled as usual. `see` is told of every script; the build uses it to make the caches.
 */
function load(name, see) {
  const file = join(DIST, name);
  const cachedData = existsSync(`${file}.cache`) ? readFileSync(`${file}.cache`) : undefined;
  // Bundles are ASCII, so nothing has to be decoded, and each is one function expression.
  const script = new Script(readFileSync(file, 'latin1'), { filename: file, cachedData });
  see?.(name, script);
  const module = { exports: {} };
  const requireFrom = (id) => (id.startsWith('./') ? load(id.slice(2), see) : require(id));
  script.runInThisContext()(module.exports, requireFrom, module, file, DIST);
  return module.exports;
}

module.exports = { load };

if (require.main === module) {
  // What ends without an answer, because something is waited for that never comes, has not said yes.
  const unanswered = () => {
    process.exitCode = 70;
  };
  process.once('exit', unanswered);
  if (existsSync(join(DIST, 'main.cjs'))) {
    load('main.cjs')
      .main(process.argv.slice(2))
      // Everything is written by now; taking the heap apart would cost another millisecond.
      .then((exitCode) => {
        process.off('exit', unanswered);
        process.exit(exitCode);
      });
  } else {
    process.stderr.write('nemoclaw is not built yet: run `npm run build` in its folder\n');
  }
}
