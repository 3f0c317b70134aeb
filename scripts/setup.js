// Makes a fresh clone ready: installs the packages of the lock file, bundles the command line, builds the launcher.
// Needs Node alone, does only what is not done yet, and says on standard error what it does.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const LEAST_NODE = [20, 20];

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(problem, ...nextSteps) {
  process.stderr.write(`\nsetup: ${problem}\n${nextSteps.map((step) => `  ${step}\n`).join('')}`);
  process.exit(1);
}

/** Runs a program with everything it prints on standard error, so that standard output stays the caller's. */
function run(program, argv) {
  const started = Date.now();
  const { status, error } = spawnSync(program, argv, { cwd: root, stdio: ['ignore', 2, 2] });
  return { ok: status === 0, seconds: ((Date.now() - started) / 1000).toFixed(1), error };
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  fail(
    `Node ${process.versions.node} is too old`,
    `install Node ${LEAST_NODE.join('.')} or later: https://nodejs.org`,
  );
}

/** Whether what npm wrote down about node_modules is what the lock file asks for. */
function packagesAreCurrent() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const there = read(installed);
  return Object.entries(read(join(root, 'package-lock.json'))).every(
    // Packages for other platforms are in the lock file and never installed.
    ([path, { version, optional }]) =>
      path === '' || (there[path] ? there[path].version === version : optional === true),
  );
}

function installPackages() {
  if (packagesAreCurrent()) return;
  say('installing packages (npm ci), once');
  const npm = process.env.npm_execpath;
  const argv = ['ci', '--no-audit', '--no-fund'];
  const { ok, seconds } = npm ? run(process.execPath, [npm, ...argv]) : run('npm', argv);
  if (!ok) fail('the packages could not be installed', 'see what npm says above, then run the command again');
  say(`packages installed in ${seconds} s`);
}

function build() {
  const { ok, seconds } = run(process.execPath, ['scripts/build.js']);
  if (!ok) fail('the command line could not be built', 'see the error above');
  say(`command line built in ${seconds} s`);
}

function buildLauncher() {
  const { ok, seconds } = run(process.execPath, ['scripts/build-launcher.js']);
  if (!ok)
    fail(
      'the launcher could not be built',
      'see above what is missing, install it, and run the command again',
    );
  say(`launcher built in ${seconds} s`);
}

if (process.platform !== 'linux') fail('nemoclaw confines agents with the Linux kernel', 'run it on Linux');
checkNode();
installPackages();
build();
buildLauncher();
