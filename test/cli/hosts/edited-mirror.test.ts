import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { hostNeeds } from '../../support/host.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { ENVIRONMENT } from '../git/repository.ts';
import { codesIn, reaching, succeeds } from './host-project.ts';
import { openssh, type SignedRemote, signedRemote } from './signing-repository.ts';

beforeEach((context) => hostNeeds(context, builtPrograms, sandboxes, openssh));

function inMirror({ state }: SignedRemote, argv: readonly string[], input = ''): string {
  const options = { cwd: join(state, 'sync/mirror.git'), env: ENVIRONMENT, input, encoding: 'utf8' } as const;
  return execFileSync('git', argv, options).trim();
}

describe('a mirror that somebody edited', { timeout: 120_000 }, () => {
  test('puts no other file in the place of one that was signed', async () => {
    const remote = signedRemote();
    await remote.push(reaching('evil.example'), null);
    expect((await remote.sync()).exitCode).toBe(3);
    const evil = ['agent.yaml', 'agent.lock.json'].map((path) =>
      remote.git('rev-parse', `HEAD:${path}`).trim(),
    );
    await remote.push(reaching('good.example'));
    for (const [at, path] of ['agent.yaml', 'agent.lock.json'].entries()) {
      const good = readFileSync(join(remote.work, path), 'utf8');
      inMirror(remote, ['replace', inMirror(remote, ['hash-object', '-w', '--stdin'], good), evil[at]!]);
    }
    await succeeds(remote.sync());
    const sources = readFileSync(join(remote.state, 'generations/1/sources.json'), 'utf8');
    expect(sources).toContain('good.example');
    expect(sources).not.toContain('evil.example');
  });

  test('lends no commit the signature of another one', async () => {
    const remote = signedRemote();
    const signed = await remote.push(reaching('good.example'));
    await succeeds(remote.sync());
    const unsigned = await remote.push(reaching('evil.example'), null);
    expect((await remote.sync()).exitCode).toBe(3);
    inMirror(remote, ['replace', unsigned, signed]);
    const refused = await remote.sync();
    expect([refused.exitCode, ...codesIn(refused.stdout)]).toEqual([3, 'NC2603']);
    expect(JSON.parse(refused.stdout).diagnostics[0].message).toMatch(/: it carries no signature$/);
  });

  test('does not make a rewritten branch go on from what was accepted', async () => {
    const remote = signedRemote();
    const first = await remote.push(reaching('old.example'));
    await remote.push(reaching('new.example'));
    const { commit: accepted } = JSON.parse((await succeeds(remote.sync())).stdout);
    remote.git('push', '-q', '--force', 'origin', `${first}:main`);
    mkdirSync(join(remote.state, 'sync/mirror.git/info'), { recursive: true });
    writeFileSync(join(remote.state, 'sync/mirror.git/info/grafts'), `${first} ${accepted}\n`);
    const refused = await remote.sync();
    expect([refused.exitCode, ...codesIn(refused.stdout)]).toEqual([3, 'NC2604']);
  });
});
