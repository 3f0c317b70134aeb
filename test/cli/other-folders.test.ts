import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { worldOf } from './world.ts';

/** A blueprint with a filesystem policy and binaries that may connect. */
function blueprint(files: readonly string[], binary = '/usr/bin/curl'): string {
  return `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata: { name: agent }
filesystem_policy:
${files.map((line) => `  ${line}\n`).join('')}syscalls: { profile: none, allow: [execve] }
network_policies:
  a:
    endpoints: [{ host: a.example.com, port: 443, access: full }]
    binaries: ["${binary}"]
`;
}

async function diff(old: string, next: string, ...more: readonly string[]) {
  const { io, printed } = worldOf({ 'old.yaml': old, 'new.yaml': next });
  const exitCode = await main(
    ['diff', 'old.yaml', 'new.yaml', '-o', 'json', '--fail-on', 'widening', ...more],
    io,
  );
  const { verdict, comparisons } = JSON.parse(printed.stdout);
  const changes = comparisons[0].changes.map(
    ({ direction, example, cause }: { direction: string; example: string; cause: { kind: string } }) =>
      `${direction} ${cause.kind}: ${example.replace(/elsewhere-[0-9a-f]{8}/, 'elsewhere')}`,
  );
  return { exitCode, verdict, changes };
}

const HOME = 'read_only: ["${workdir}", "${home}"]';

describe('what a change means in folders that nobody named', () => {
  test('a denial that names the assumed home and not the home denies nothing anywhere else', async () => {
    const old = blueprint([HOME, 'deny: ["${home}/.ssh"]']);
    const next = blueprint([HOME, 'deny: ["/home/sandbox/.ssh"]']);
    const found = await diff(old, next);
    expect(found).toEqual({
      exitCode: 3,
      verdict: 'widens',
      changes: ['widens denial-removed: execute `/elsewhere/home/.ssh`'],
    });
    expect(await diff(old, next, '--home', '/home/sandbox')).toEqual({
      exitCode: 0,
      verdict: 'equal',
      changes: [],
    });
  });

  test('the same among sets that are new in every folder', async () => {
    const old = blueprint([HOME, 'deny: ["${home}/.ssh"]']);
    const next = blueprint(['read_only: ["${workdir}", "${home}", /opt/x]', 'deny: ["/home/sandbox/.ssh"]']);
    const { changes } = await diff(old, next);
    expect(changes).toContain('widens denial-removed: execute `/elsewhere/home/.ssh`');
    expect(changes.filter((one: string) => one.includes('/opt/x'))).toHaveLength(1);
  });

  test('a denial below the home counts where the agent is started in the home', async () => {
    const old = blueprint(['include_workdir: true', 'deny: ["${home}/.ssh"]']);
    const { exitCode, verdict, changes } = await diff(old, blueprint(['include_workdir: true']));
    expect({ exitCode, verdict }).toEqual({ exitCode: 3, verdict: 'widens' });
    expect(changes).toEqual(['widens denial-removed: write `/elsewhere/home/.ssh`']);
  });

  test('a grant of the home that lies in a granted folder by chance', async () => {
    const old = blueprint(['read_only: ["${workdir}", /home]']);
    const { verdict, changes } = await diff(old, blueprint(['read_only: ["${workdir}", /home, "${home}"]']));
    expect(verdict).toBe('widens');
    expect(changes).toEqual(['widens granted: execute `/elsewhere/home`']);
  });

  test('one folder may be the assumed one, as where a text is of use nowhere else', async () => {
    const old = blueprint(['read_only: ["${workdir}", "${home}"]', 'deny: ["${home}/.ssh"]']);
    const next = blueprint(['read_only: [/sandbox, "${home}"]', 'deny: ["/home/sandbox/.ssh"]']);
    const { exitCode, changes } = await diff(old, next);
    expect(exitCode).toBe(3);
    expect(changes).toEqual([
      'widens denial-removed: execute `/elsewhere/home/.ssh`',
      // As where the agent is started in its home.
      'widens granted: execute `/sandbox`',
      // The new one lets nobody start anywhere but there.
      'narrows grant-removed: execute `/elsewhere/workdir`',
      'narrows changed: start in `/elsewhere/workdir`',
    ]);
  });

  test('what is denied only where the agent is started in the home', async () => {
    const old = blueprint(['include_workdir: true']);
    const { verdict, changes } = await diff(
      old,
      blueprint(['include_workdir: true', 'deny: ["${home}/.ssh"]']),
    );
    expect(verdict).toBe('narrows');
    expect(changes).toEqual(['narrows denied: write `/elsewhere/home/.ssh`']);
  });

  test('a program by the assumed folder is another one elsewhere', async () => {
    const files = ['include_workdir: true'];
    const { verdict, changes } = await diff(
      blueprint(files, '${workdir}/tool'),
      blueprint(files, '/sandbox/tool'),
    );
    expect(verdict).toBe('both');
    expect(changes.some((one: string) => one.includes('via `/elsewhere/workdir/tool`'))).toBe(true);
  });

  test.each([
    ['a grant below the working folder', ['read_only: ["${workdir}"]', 'read_write: ["${workdir}/out"]']],
    ['a denial in it', ['read_only: ["${workdir}"]', 'deny: ["${workdir}/.env"]']],
    ['a grant of both folders', ['read_only: ["${workdir}", "${home}"]']],
    ['a denial in the home', ['read_only: ["${workdir}", "${home}"]', 'deny: ["${home}/.ssh"]']],
    ['a path that happens to lie in it', ['read_only: ["${workdir}"]', 'deny: [/sandbox/.env]']],
  ])('says nothing twice: %s', async (_, files) => {
    const { changes } = await diff(blueprint(['read_only: ["${workdir}"]']), blueprint(files));
    expect(changes).not.toHaveLength(0);
    expect(changes.filter((one: string) => one.includes('elsewhere'))).toEqual([]);
  });

  test.each([
    ['by a code', String.raw`read_write: ["\x24{home}"]`],
    ['over two lines', 'read_write: ["$\\\n    {home}"]'],
  ])('a home that is spelled with an escape of YAML %s is the home', async (_, after) => {
    const { exitCode, changes } = await diff(
      blueprint(['include_workdir: true', 'read_write: [/home/sandbox]']),
      blueprint(['include_workdir: true', after]),
    );
    expect(exitCode).toBe(3);
    expect(changes).toContain('widens granted: write `/elsewhere/home`');
  });

  test('a home below a granted path keeps what is taken back of it', async () => {
    const files = ['read_only: ["${workdir}"]', 'read_write: [/home]'];
    const old = blueprint([files[0]!.replace(']', ', "${home}/.bashrc"]'), files[1]!]);
    const next = blueprint([files[0]!.replace(']', ', /home/sandbox/.bashrc]'), files[1]!]);
    const { verdict, changes } = await diff(old, next);
    expect(verdict).toBe('both');
    expect(changes).toContain('widens denial-removed: write `/home/elsewhere/home/.bashrc`');
  });

  test('a working folder below a granted path keeps what is denied in it', async () => {
    const files = 'read_write: [/sandbox, /srv/projects]';
    const found = await diff(
      blueprint([files, 'deny: ["${workdir}/.env"]']),
      blueprint([files, 'deny: [/sandbox/.env]']),
    );
    expect(found).toEqual({
      exitCode: 3,
      verdict: 'both',
      changes: [
        'widens denial-removed: write `/sandbox/elsewhere/workdir/.env`',
        'narrows denied: write `/sandbox/.env`',
      ],
    });
  });

  test.each([
    ['include_workdir: true'],
    [String.raw`"include_\x77orkdir": true`],
    [String.raw`read_write: ["\u0024{workdir}"]`],
  ])('who could be started in one folder alone can be started in any: %s', async (after) => {
    const [here, anywhere] = [blueprint(['read_write: [/sandbox]']), blueprint([after])];
    const widened = await diff(here, anywhere);
    expect([widened.exitCode, widened.verdict]).toEqual([3, 'both']);
    expect(widened.changes).toEqual([
      'widens granted: write `/elsewhere/workdir`',
      'widens changed: start in `/elsewhere/workdir`',
      // As where it is started in a folder below.
      'narrows grant-removed: write `/sandbox`',
    ]);
    const { changes } = await diff(anywhere, here);
    expect(changes).toContain('narrows changed: start in `/elsewhere/workdir`');
    expect((await diff(here, anywhere, '--workdir', '/sandbox')).verdict).toBe('equal');
  });

  test('who could not be started in the home, where two entries contradict each other, can be started there', async () => {
    const [old, next] = ['scratch: ["${home}"]', 'scratch: [/scratch]'].map((line) =>
      blueprint(['read_write: ["${workdir}"]', line]),
    );
    const { changes } = await diff(old!, next!);
    expect(changes).toContain('widens changed: start in `/elsewhere/home`');
    const narrowed = await diff(old!.replace(/ {2}scratch.*\n/, ''), old!);
    expect(narrowed.changes.filter((one: string) => one.startsWith('narrows'))).toEqual([]);
  });

  test('a path that is too long in any folder but a short one makes nothing equal', async () => {
    const long = `"\${home}/${`${'x'.repeat(99)}/`.repeat(40)}${'y'.repeat(75)}"`;
    const next = blueprint([`read_only: ["\${workdir}", "\${home}", ${long}]`]);
    const { exitCode, verdict } = await diff(next.replace('"${home}",', '/home/sandbox,'), next);
    expect({ exitCode, verdict }).toEqual({ exitCode: 3, verdict: 'inconclusive' });
  });

  test('says once that an entry lasts longer, whose path happens to lie in the working folder', async () => {
    const ending = (day: string) =>
      blueprint(['include_workdir: true', `read_only: [{ path: /sandbox/s, grant: { expires: ${day} } }]`]);
    expect(await diff(ending('2030-01-01'), ending('2031-01-01'))).toEqual({
      exitCode: 3,
      verdict: 'widens',
      changes: ['widens changed: start with `filesystem:/sandbox/s` on 2030-01-02T00:00:00.000Z'],
    });
  });

  test('equal meaning in all folders is equal', async () => {
    const old = blueprint([
      'read_only: ["${home}"]',
      'read_write: ["${workdir}"]',
      'deny: ["${home}/.ssh", "${workdir}/.env"]',
    ]);
    const next = blueprint([
      'read_only: ["${home}"]',
      'deny: ["${workdir}/.env", "${home}/.ssh"]',
      'read_write: ["${workdir}"]',
      'include_workdir: true',
    ]);
    expect(await diff(old, next)).toEqual({ exitCode: 0, verdict: 'equal', changes: [] });
  });
});
