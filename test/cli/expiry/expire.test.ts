import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BLUEPRINT, DAY, expiryPlace, WITHOUT_ENDED } from '../../support/expiry/place.ts';
import { commitTo, gitIn, NOW, stateOfClone } from '../../support/proposals/place.ts';
import { nemoclaw } from '../nemoclaw.ts';

const PATH = 'agents/a-1.yaml';
const ANN = /^nemoclaw\/expire\/ann-example-com-[0-9a-f]{12}$/;

function blueprint(name: string, policies: string): string {
  return `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata: { name: ${name} }
filesystem_policy:
  include_workdir: true
network_policies:
${policies}`;
}

function entry(key: string, owner: string, expires = '2025-12-31'): string {
  return `  ${key}:
    endpoints: [{ host: ${key}.example.com, port: 443, protocol: rest, access: read-only }]
    grant: { owner: ${owner}, reason: its work, expires: "${expires}" }
`;
}

describe('an entry that has ended', () => {
  test('is taken out with its comments on a branch, and nothing else changes', async () => {
    const place = expiryPlace();
    const before = stateOfClone(place.clone);
    const { exitCode, stdout, stderr } = await place.expire();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [branch, another] = place.branches();
    expect(branch).toMatch(ANN);
    expect(another).toBeUndefined();
    expect(WITHOUT_ENDED.length).toBeLessThan(BLUEPRINT.length - 200);
    expect(place.onRemote(branch!, PATH)).toBe(WITHOUT_ENDED);
    expect(stdout).toContain(`proposed: ${branch} on origin\n`);
    expect(stdout).toContain(
      `  ${PATH}:19 network_policies.release  ended 2026-01-01T00:00:00.000Z, of ann@example.com\n`,
    );
    expect(stateOfClone(place.clone)).toBe(before);
    const message = gitIn(place.bare, 'log', '-1', '--format=%B', branch!);
    expect(message).toMatch(
      /^Remove 1 ended grant of ann@example\.com\n\n- agents\/a-1\.yaml: network_policies\.release \(ended [^)]+\)\n\nNemoclaw-Removes: sha256:[0-9a-f]{64}\nNemoclaw-Policy: sha256:[0-9a-f]{64} -> sha256:[0-9a-f]{64}\n/,
    );
    expect(gitIn(place.bare, 'diff', '--name-only', 'main', branch!)).toBe(`${PATH}\n`);
    const name = branch!.replaceAll('/', '-');
    expect(readdirSync(place.out).sort()).toEqual([`${name}.md`, `${name}.patch`]);
    const body = readFileSync(join(place.out, `${name}.md`), 'utf8');
    expect(body).toContain('**It only narrows**');
    expect(body).toContain('| `agents/a-1.yaml:19` | `network_policies.release` | `ann@example.com` |');
    expect(body).toContain('release.example.com:443');
    expect(body).toContain('## Guardrails');
  });

  test('is proposed once, and when that is merged there is nothing left', async () => {
    const place = expiryPlace();
    await place.expire();
    const refs = place.refs();
    const again = await place.expire();
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain(`is open already: ${place.branches()[0]} on origin\n`);
    expect(place.refs()).toBe(refs);
    gitIn(place.bare, 'update-ref', 'refs/heads/main', `refs/heads/${place.branches()[0]}`);
    const merged = await place.expire();
    expect({ exitCode: merged.exitCode, stderr: merged.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(merged.stdout).toContain('nothing to remove on main\n');
  });

  test('is only shown by a dry run', async () => {
    const place = expiryPlace();
    const refs = place.refs();
    const { exitCode, stdout } = await place.expire('--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('only NARROWS');
    expect(stdout).toContain('-  # For the release of December.\n-  # Ask ann.\n-  release:\n');
    expect(stdout).toMatch(/would be nemoclaw\/expire\/\S+ on origin; nothing was pushed\n/);
    expect(place.refs()).toBe(refs);
    const json = JSON.parse((await place.expire('--dry-run', '-o', 'json')).stdout);
    expect(json).toMatchObject({
      ...{ version: 1, command: 'egress' },
      expiry: {
        proposals: [
          {
            state: 'dry-run',
            commit: null,
            owners: ['ann@example.com'],
            removed: [{ entry: 'network_policies.release', why: { kind: 'ended' } }],
            blueprints: [{ path: PATH, verdict: 'narrows', difference: { complete: true } }],
          },
        ],
        soon: [{ entry: 'network_policies.soon', expires: '2026-01-05T00:00:00.000Z' }],
      },
    });
  });

  test('of another facet, and of one endpoint alone, goes as well', async () => {
    const text = `${blueprint('a-1', '')}  two:
    endpoints:
      - host: one.example.com # the first
        port: 443
        access: read-only
        grant: { owner: ann@example.com, expires: "2025-12-31" }
      - { host: two.example.com, port: 443, access: read-only }
    grant: { owner: bob@example.com, expires: "2027-12-31" }
syscalls:
  allow:
    # For the debugger.
    - name: ptrace
      grant: { owner: ann@example.com, expires: "2025-12-31" }
    - bpf
`;
    const place = expiryPlace({ 'a.yaml': text });
    const { exitCode, stderr } = await place.expire();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const after = place.onRemote(place.branches()[0]!, 'a.yaml');
    expect(after).toBe(
      `${blueprint('a-1', '')}  two:
    endpoints:
      - { host: two.example.com, port: 443, access: read-only }
    grant: { owner: bob@example.com, expires: "2027-12-31" }
syscalls:
  allow:
    - bpf
`,
    );
  });

  test('leaves an endpoint whose own grant goes on', async () => {
    const own =
      '      - { host: two.example.com, port: 443, access: read-only, grant: { owner: bob, expires: "2027-12-31" } }\n';
    const text = `${blueprint('a-1', '')}  two:
    endpoints:
      - { host: one.example.com, port: 443, access: read-only }
${own}    grant: { owner: ann, expires: "2025-12-31" }
`;
    const place = expiryPlace({ 'a.yaml': text });
    expect((await place.expire()).exitCode).toBe(0);
    expect(place.onRemote(place.branches()[0]!, 'a.yaml')).toBe(
      text.replace('      - { host: one.example.com, port: 443, access: read-only }\n', ''),
    );
  });

  test('at the very moment of its end has ended, and not a millisecond before', async () => {
    const place = expiryPlace({ 'a.yaml': blueprint('a-1', entry('one', 'ann')) });
    const end = Date.UTC(2026, 0, 1);
    const early = await place.expireWith((io) => ({ ...io, now: () => end - 1 }), '--dry-run');
    expect(early.stdout).toContain('nothing to remove on main\nwill end soon');
    const late = await place.expireWith((io) => ({ ...io, now: () => end }), '--dry-run');
    expect(late.stdout).toContain('network_policies.one  ended 2026-01-01T00:00:00.000Z');
  });
});

test('what ends soon is listed for as long as is asked, and stays', async () => {
  const place = expiryPlace({ [PATH]: WITHOUT_ENDED });
  const week = await place.expire();
  expect(week.stdout).toBe(
    `nothing to remove on main\nwill end soon, and stay until then:\n  ${PATH}:18 network_policies.soon  ends 2026-01-05T00:00:00.000Z, of bob@example.com\n`,
  );
  expect((await place.expire('--soon', '2d')).stdout).toBe('nothing to remove on main\n');
  expect(place.branches()).toEqual([]);
});

describe('pull requests are made by owners', () => {
  const files = {
    'one.yaml': blueprint('one', entry('a', 'ann')),
    'two.yaml': blueprint('two', entry('a', 'ann')),
    'three.yaml': blueprint('three', entry('b', 'bob')),
    'four.yaml': blueprint('four', entry('a', 'ann') + entry('b', 'bob')),
  };
  const filesOf = (bare: string, branch: string) =>
    gitIn(bare, 'diff', '--name-only', 'main', branch).trim().split('\n');

  test('and a blueprint is in one of them only', async () => {
    const place = expiryPlace(files);
    const { expiry } = JSON.parse((await place.expire('-o', 'json')).stdout);
    const made = expiry.proposals.map(({ owners, branch }: { owners: string[]; branch: string }) => [
      owners.join(),
      ...filesOf(place.bare, branch),
    ]);
    expect(made.sort()).toEqual([
      ['ann,bob', 'four.yaml'],
      ['ann', 'one.yaml', 'two.yaml'],
      ['bob', 'three.yaml'],
    ]);
  });

  test('or all together, where that is asked for', async () => {
    const place = expiryPlace(files);
    await place.expire('--together');
    const [branch, ...others] = place.branches();
    expect(others).toEqual([]);
    expect(branch).toMatch(/^nemoclaw\/expire\/several-/);
    expect(filesOf(place.bare, branch!)).toEqual(['four.yaml', 'one.yaml', 'three.yaml', 'two.yaml']);
  });

  test('of the paths that are named alone', async () => {
    const place = expiryPlace({ ...files, 'deep/five.yaml': blueprint('five', entry('e', 'eve')) });
    await place.expire('deep', 'three.yaml');
    expect(place.branches().map((branch) => branch.replace(/-[0-9a-f]{12}$/, ''))).toEqual([
      'nemoclaw/expire/bob',
      'nemoclaw/expire/eve',
    ]);
  });
});

test('what ends while a change of the same blueprint is open waits, and others do not', async () => {
  const place = expiryPlace({
    [PATH]: BLUEPRINT,
    'b.yaml': blueprint('b-1', entry('late', 'eve', '2026-01-04')),
  });
  await place.expire();
  const [first] = place.branches();
  const later = await place.expireWith((io) => ({ ...io, now: () => NOW + 4 * DAY }));
  expect(later.exitCode).toBe(0);
  expect(later.stderr).toContain(
    `\`network_policies.soon\` of \`${PATH}\` waits until \`${first}\`, which changes the same blueprint, is merged or gone [NC2660]`,
  );
  expect(place.branches().map((branch) => branch.replace(/-[0-9a-f]{12}$/, ''))).toEqual([
    'nemoclaw/expire/ann-example-com',
    'nemoclaw/expire/eve',
  ]);
});

test('what was merged and put back is proposed anew beside the branch that nobody has deleted', async () => {
  const place = expiryPlace();
  await place.expire();
  const [first] = place.branches();
  gitIn(place.bare, 'update-ref', 'refs/heads/main', `refs/heads/${first}`);
  commitTo(place.bare, { [PATH]: BLUEPRINT });
  const { exitCode, stdout } = await place.expire();
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`proposed: ${first}-2 on origin\n`);
  expect((await place.expire()).stdout).toContain(`is open already: ${first}-2 on origin\n`);
});

describe('an entry that keeps the agent from something', () => {
  const text = blueprint(
    'a-1',
    `  all:
    endpoints: [{ host: api.example.com, port: 443, protocol: rest, access: full }]
  # Not while the audit runs.
  none:
    endpoints:
      - host: api.example.com
        port: 443
        protocol: rest
        access: read-only
        deny_rules: [{ method: DELETE, path: /admin }]
    grant: { owner: ann, reason: the audit, expires: "2025-12-31" }
${entry('gone', 'ann')}`,
  );

  test('is left in, and the others go', async () => {
    const place = expiryPlace({ 'a.yaml': text });
    const { exitCode, stderr } = await place.expire();
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      '`network_policies.none` of `a.yaml` is left in, because without it the agent could do more: DELETE `https://api.example.com/admin`',
    );
    expect(stderr).toContain('[NC2654]');
    expect(place.onRemote(place.branches()[0]!, 'a.yaml')).toBe(text.replace(entry('gone', 'ann'), ''));
  });

  test('goes where that is asked for, and the text says so', async () => {
    const place = expiryPlace({ 'a.yaml': text });
    const { exitCode } = await place.expire('--even-widening');
    expect(exitCode).toBe(0);
    const [branch] = place.branches();
    expect(place.onRemote(branch!, 'a.yaml')).not.toContain('deny_rules');
    const body = readFileSync(join(place.out, `${branch!.replaceAll('/', '-')}.md`), 'utf8');
    expect(body).toContain('**It also widens**');
    expect(body).not.toContain('It only narrows');
  });
});

test('what does not go alone is left in and named', async () => {
  const flow = blueprint('a-1', entry('x', 'ann', '2027-01-01')).replace(
    'include_workdir: true',
    'include_workdir: true\n  read_only: [\n    /opt, # tools\n    { path: /srv, grant: { owner: ann, expires: "2025-12-31" } },\n  ]',
  );
  const needed = `${blueprint('b-1', entry('x', 'ann'))}credentials:
  x:
    credential_env: X_TOKEN
    endpoints: [{ host: x.example.com }]
`;
  const place = expiryPlace({ 'flow.yaml': flow, 'needed.yaml': needed });
  const { exitCode, stderr, stdout } = await place.expire();
  expect(exitCode).toBe(0);
  expect(stderr).toContain(
    '`filesystem_policy.read_only[1]` of `flow.yaml` is left in: its text does not go without other lines [NC2655]',
  );
  expect(stderr).toContain(
    '`network_policies.x` of `needed.yaml` is left in: without it the blueprint is not valid: `x` is bound to `x.example.com` port 443',
  );
  expect(stdout).toContain('nothing to remove on main');
  expect(place.branches()).toEqual([]);
});

describe('the lock file', () => {
  async function locked() {
    const place = expiryPlace();
    await nemoclaw(['compile', PATH, '--out', join(place.out, 'b')], { cwd: place.clone });
    const lock = readFileSync(join(place.clone, 'agents/a-1.lock.json'), 'utf8');
    return { place, lock };
  }

  test('is brought up to date in the same commit', async () => {
    const { place, lock } = await locked();
    commitTo(place.bare, { 'agents/a-1.lock.json': lock });
    const { exitCode, stderr } = await place.expire();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    gitIn(place.clone, 'fetch', '-q', 'origin');
    gitIn(place.clone, 'checkout', '-q', '-f', `origin/${place.branches()[0]}`);
    expect(readFileSync(join(place.clone, 'agents/a-1.lock.json'), 'utf8')).not.toBe(lock);
    expect((await nemoclaw(['compile', PATH, '--check'], { cwd: place.clone })).exitCode).toBe(0);
    expect((await place.expire()).stdout).toContain('is open already');
  });

  test('that was edited by hand stops it before anything is pushed', async () => {
    const { place, lock } = await locked();
    const other = lock.replace(
      /"policy": "sha256:(.)/,
      (_, digit) => `"policy": "sha256:${digit === '0' ? 1 : 0}`,
    );
    expect(other).not.toBe(lock);
    commitTo(place.bare, { 'agents/a-1.lock.json': other });
    const refs = place.refs();
    const { exitCode, stdout, stderr } = await place.expire();
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('it does not match the blueprint on the base branch [NC2538]');
    expect(place.refs()).toBe(refs);
  });
});
