import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { gitIn, temporary, writeFiles } from '../support/proposals/place.ts';
import { keyPair } from '../support/signatures.ts';
import { blueprint, lockOf, READ } from './place.ts';

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'bin/nemoclaw.js');
const WORKFLOW = join(ROOT, 'docs/examples/workflows/release.yml');

test('what the release workflow publishes is verified and planned on a host as it comes', () => {
  const folder = temporary();
  const [work, temp, host, bin] = ['work', 'temp', 'host', 'bin'].map((name) => join(folder, name));
  for (const one of [work!, temp!, host!, bin!]) mkdirSync(one);
  const files = { 'agents/a b.yaml': blueprint([READ]) };
  gitIn(work!, 'init', '-q', '-b', 'main');
  writeFiles(work!, { ...files, 'agents/a b.lock.json': lockOf(files, 'agents/a b.yaml') });
  gitIn(work!, 'add', '-A');
  gitIn(work!, 'commit', '-q', '-m', 'first');
  writeFileSync(join(bin!, 'npx'), `#!/bin/sh\nshift\nexec '${process.execPath}' '${BIN}' "$@"\n`, {
    mode: 0o755,
  });
  const { secret, open } = keyPair('ed25519');
  writeFileSync(join(host!, 'key.pub.pem'), open);
  const { jobs } = parse(readFileSync(WORKFLOW, 'utf8'));
  const { run } = jobs.release.steps.find(({ name }: { name?: string }) => name === 'Compile and sign');
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: '/nonexistent',
    RUNNER_TEMP: temp,
    KEY: secret.trimEnd(),
    XDG_STATE_HOME: join(host!, 'state'),
  };
  execFileSync('bash', ['-e', '-c', run], { cwd: work!, env, stdio: ['ignore', 'ignore', 'pipe'] });
  expect(readdirSync(temp!)).toEqual(['bundles']);
  const published = readdirSync(join(temp!, 'bundles'));
  expect(published).toEqual([
    'agents_a_b.bundle.sigstore.json',
    'agents_a_b.bundle.sources.json',
    'agents_a_b.bundle.tar',
  ]);
  for (const name of published) writeFileSync(join(host!, name), readFileSync(join(temp!, 'bundles', name)));
  mkdirSync(join(host!, 'agents_a_b.bundle'));
  execFileSync('tar', ['-C', 'agents_a_b.bundle', '-xf', 'agents_a_b.bundle.tar'], { cwd: host! });
  const nemoclaw = (...argv: string[]) =>
    execFileSync(process.execPath, [BIN, ...argv], { cwd: host!, env, encoding: 'utf8' });
  const trust = ['agents_a_b.bundle', '--key', 'key.pub.pem'];
  expect(nemoclaw('verify-bundle', ...trust)).toContain('all ');
  expect(nemoclaw('apply', ...trust, '--dry-run')).toMatch(
    /^sandbox agent: nothing -> agents_a_b\.bundle, sha256:/,
  );
  const twin = { 'agents/a_b.yml': blueprint([READ]) };
  writeFiles(work!, { ...twin, 'agents/a_b.lock.json': lockOf(twin, 'agents/a_b.yml') });
  gitIn(work!, 'add', '-A', 'agents/*.yml', 'agents/*.json');
  gitIn(work!, 'commit', '-q', '-m', 'second');
  mkdirSync(join(temp!, 'again'));
  const again = { cwd: work!, env: { ...env, RUNNER_TEMP: join(temp!, 'again') } };
  const { status, stderr } = spawnSync('bash', ['-e', '-c', run], { ...again, encoding: 'utf8' });
  expect(stderr).toContain('two bundles would be called agents_a_b');
  expect(status).toBe(1);
}, 60_000);
