import { describe, expect, it } from 'vitest';
import { changesOf, errorsOf, imported, importedText } from '../../../support/imports-of-settings.ts';

const files = (filesystem: object) => ({ filesystem, network: { allowAllUnixSockets: true } });
const hosts = (network: object) => ({ network: { allowAllUnixSockets: true, ...network } });
const SOCKETS = 'stricter import/unix-sockets @ "allowAllUnixSockets"';

/** The part of the blueprint below the name. */
function body(settings: object): string {
  return importedText(settings).replace(/^[\s\S]*?filesystem_policy:\n/, '');
}

describe('files of sandbox-runtime settings', () => {
  it('reads the working folder and writes nothing where nothing is said', () => {
    expect(body(files({}))).toBe('  include_workdir: false\n  read_only:\n    - "${workdir}"\n');
    expect(importedText(files({}))).toContain('extends:\n  - tier: restricted\n');
  });

  it.each([
    [{ allowWrite: ['.'] }, '  include_workdir: true\n'],
    [{ allowWrite: ['./', './src', 'src/a/'] }, '  include_workdir: true\n'],
    [
      { allowWrite: ['src'] },
      '  include_workdir: false\n  read_only:\n    - "${workdir}"\n  read_write:\n    - { path: "${workdir}/src", optional: true }\n',
    ],
    [
      { allowWrite: ['.', '~/a/**', '/srv/x'] },
      '  include_workdir: true\n  read_write:\n    - { path: "${home}/a", optional: true }\n    - { path: /srv/x, optional: true }\n',
    ],
    [
      { allowWrite: ['.'], denyWrite: ['a'] },
      '  include_workdir: true\n  read_only:\n    - "${workdir}/a"\n',
    ],
    [{ allowWrite: ['.'], denyRead: ['a'], allowRead: ['a'] }, '  include_workdir: true\n'],
    [
      { allowWrite: ['.'], denyRead: ['a', 'a/b'], allowRead: ['a/c'] },
      '  include_workdir: true\n  read_only:\n    - { path: "${workdir}/a/c", optional: true }\n  deny:\n    - { path: "${workdir}/a", optional: false }\n',
    ],
    // Denied writing beats what is allowed below it, which the most specific path alone would not say.
    [
      { allowWrite: ['.', 'a/b'], denyWrite: ['a'] },
      '  include_workdir: true\n  read_only:\n    - "${workdir}/a"\n',
    ],
    [
      { allowWrite: ['a/b'], denyRead: ['a'] },
      '  include_workdir: false\n  read_only:\n    - "${workdir}"\n  deny:\n    - "${workdir}/a"\n',
    ],
    [{ allowWrite: ['.', '/tmp', '/tmp/shared'] }, null],
    // A home holds the working folder; hiding it would hide what is granted.
    [{ allowWrite: ['.'], denyRead: ['~', '/home', '/Users/me', '/root'] }, '  include_workdir: true\n'],
    [
      { allowWrite: ['.'], denyRead: ['/home/me/private'] },
      '  include_workdir: true\n  deny:\n    - /home/me/private\n',
    ],
    [{ allowWrite: ['.'], denyWrite: ['/etc', '/usr/lib'] }, '  include_workdir: true\n'],
    [
      { allowWrite: ['${HOME}/x'] },
      '  include_workdir: false\n  read_only:\n    - "${workdir}"\n  read_write:\n    - { path: "${workdir}/$${HOME}/x", optional: true }\n',
    ],
  ])('%j', (settings, text) => {
    const written = body(files(settings));
    if (text !== null) expect(written).toBe(text);
    else
      expect(written).toContain(
        'read_write:\n    - { path: /tmp/shared, optional: true }\n  scratch:\n    - /tmp\n',
      );
  });

  it.each([
    [{ allowWrite: ['/'] }, ['stricter import/not-granted @ "/"']],
    [{ allowWrite: ['/proc/self'] }, ['stricter import/not-granted @ "/proc/self"']],
    [{ allowRead: ['*.ts'] }, ['stricter import/not-granted @ "*.ts"']],
    [{ allowWrite: ['../up'] }, ['stricter import/not-granted @ "../up"']],
    [{ allowWrite: ['C:\\Users\\me'] }, ['stricter import/not-granted @ "C:\\\\Users\\\\me"']],
    [{ denyRead: ['%USERPROFILE%/x'] }, ['looser import/not-denied @ "%USERPROFILE%/x"']],
    [
      { denyRead: ['**/.env', '[ab]/c'] },
      ['looser import/not-denied @ "**/.env"', 'looser import/not-denied @ "[ab]/c"'],
    ],
    [{ denyRead: ['x', 'x/**/*.key'] }, []],
    [{ denyRead: ['../up'] }, ['looser import/not-denied @ "../up"']],
    [{ denyWrite: ['*.lock'] }, ['looser import/not-denied @ "*.lock"']],
    [{ denyWrite: ['~/keep'] }, ['stricter import/denied-whole @ "~/keep"']],
    [{ allowWrite: ['a/b'], denyRead: ['a'] }, ['stricter import/not-granted @ "a/b"']],
    [{ denyRead: ['/home'] }, ['looser import/denied-around @ "/home"']],
    [{ denyRead: ['/home'], allowRead: ['.'] }, []],
    [{ denyRead: ['~/.ssh', '/etc/shadow'] }, []],
    [{ disabled: true }, ['stricter import/stricter-setting @ "disabled"']],
    [{ disabled: false, allowGitConfig: true }, ['lost import/no-place @ "allowGitConfig"']],
  ])('says what became of %j', (settings, changes) => {
    expect(changesOf(files(settings)).filter((change) => change !== SOCKETS)).toEqual(changes);
  });

  it('says where a writable folder is no longer protected, and what must be there at the start', () => {
    expect(changesOf(files({ allowWrite: ['.'], denyWrite: ['a'], denyRead: ['b'] })).slice(1)).toEqual([
      'stricter import/must-exist @ "b"',
      'stricter import/must-exist @ "a"',
      'looser import/built-in-protection @ "."',
    ]);
  });

  it('grants no system folders where everything is denied', () => {
    const settings = files({ denyRead: ['/'], allowRead: ['.', '/usr'] });
    expect(importedText(settings)).not.toContain('extends');
    expect(changesOf(settings)).toContain('stricter import/nothing-readable @ {');
  });
});

describe('hosts of sandbox-runtime settings', () => {
  it.each([
    ['example.com', '{ host: example.com, ports: ["1-65535"], protocol: tcp }'],
    ['*.Example.com:443', '{ host: "**.example.com", port: 443, protocol: tcp }'],
    ['10.0.0.1:80', '{ host: "10.0.0.1", port: 80, protocol: tcp }'],
    ['[2001:DB8::1]', '{ host: "2001:db8::1", ports: ["1-65535"], protocol: tcp }'],
    ['bücher.example', '{ host: "bücher.example", ports: ["1-65535"], protocol: tcp }'],
  ])('%s', (domain, endpoint) => {
    expect(importedText(hosts({ allowedDomains: [domain] }))).toContain(`      - ${endpoint}\n`);
  });

  it.each([
    'https://example.com',
    'example.com/path',
    '*',
    '*.com',
    '*.',
    'a.*.com',
    '*example.com',
    'example',
    'example.com:0',
    'example.com:65536',
    'example.com:0443',
    'example.com:x',
    'example.com:',
    '2001:db8::1',
    '::1:443',
    'a b.com',
    '.example.com',
    'example.com.',
    'a..b',
    `${'a'.repeat(64)}.com`,
  ])('refuses %j where it is written, as sandbox-runtime does', (domain) => {
    const settings = hosts({ allowedDomains: [domain] });
    expect(errorsOf(settings)).toEqual([`import/invalid-host @ ${JSON.stringify(domain)}`]);
    expect(imported(settings).blueprint).toBeNull();
  });

  it('takes `*` to deny only', () => {
    expect(errorsOf(hosts({ deniedDomains: ['*', '*:22'] }))).toEqual([]);
    const shut = importedText(hosts({ allowedDomains: ['a.example'], deniedDomains: ['*'] }));
    expect(shut).not.toContain('network_policies');
    const open = importedText(
      hosts({ allowedDomains: ['a.example', 'b.example:22'], deniedDomains: ['*:22', '*:24', '*:65535'] }),
    );
    expect(open).toContain('{ host: a.example, ports: ["1-21", 23, "25-65534"], protocol: tcp }');
    expect(open).not.toContain('b.example');
  });

  it('keeps the host of this machine closed, by any name', () => {
    const names = ['localhost', 'a.localhost:80', '127.0.0.1:5432', '[::1]:80', '[0:0:0:0:0:0:0:1]'];
    const settings = hosts({ allowedDomains: names });
    expect(importedText(settings)).not.toContain('network_policies');
    expect(changesOf(settings).slice(1)).toEqual(
      names.map((name) => `stricter import/localhost @ ${JSON.stringify(name)}`),
    );
  });

  it('writes a denial only where a grant reaches the host', () => {
    const text = importedText(
      hosts({
        allowedDomains: ['*.a.example', 'b.example', '*.b.example'],
        deniedDomains: ['x.a.example', '*.y.a.example:25', '*.a.b.example', 'c.example', 'b.example.org'],
      }),
    );
    expect([...text.matchAll(/- host: (\S+)/g)].map(([, host]) => host)).toEqual([
      'x.a.example',
      '"**.y.a.example"',
      '"**.a.b.example"',
    ]);
  });

  it.each([
    ['allowUnixSockets', ['/run/x.sock'], 'stricter import/unix-sockets'],
    ['allowMachLookup', ['com.example.*'], 'lost import/no-place'],
    ['httpProxyPort', 8080, 'lost import/no-place'],
    ['tlsTerminate', {}, 'lost import/no-place'],
    ['mitmProxy', { socketPath: '/x', domains: ['a.example'] }, 'looser import/inspection-lost'],
    ['strictAllowlist', false, 'stricter import/nobody-asked'],
  ])('says what became of %s', (key, value, change) => {
    expect(changesOf(hosts({ [key]: value })).slice(1)).toEqual([`${change} @ "${key}"`]);
  });

  it('lets programs make unix sockets only where the settings do', () => {
    expect(importedText({ network: {} })).toContain(
      '    - { name: socket, when: [{ arg: 0, equals: AF_UNIX }] }\n',
    );
    expect(importedText(hosts({}))).not.toContain('AF_UNIX');
  });
});

describe('a file that is not what it should be', () => {
  it.each([
    [
      { network: { allowedDomain: [] } },
      'import/unknown-key @ "allowedDomain"',
      'did you mean `allowedDomains`?',
    ],
    [{ network: {}, filesytem: {} }, 'import/unknown-key @ "filesytem"', 'did you mean `filesystem`?'],
    [
      { network: { __proto__x: 1 } },
      'import/unknown-key @ "__proto__x"',
      'remove it, or look for a newer nemoclaw',
    ],
    [
      { network: { constructor: 1 } },
      'import/unknown-key @ "constructor"',
      'remove it, or look for a newer nemoclaw',
    ],
    [{ network: { allowedDomains: 'a.example' } }, 'import/wrong-type @ "a.example"', null],
    [{ network: { allowedDomains: [1] } }, 'import/wrong-type @ 1', null],
    [{ network: { allowedDomains: [''] } }, 'import/wrong-type @ ""', null],
    [{ network: [] }, 'import/wrong-type @ []', null],
    [{ network: { allowAllUnixSockets: 'yes' } }, 'import/wrong-type @ "yes"', null],
    [{ network: {}, credentials: { files: 1 } }, 'import/wrong-type @ 1', null],
    [
      { network: {}, credentials: { files: [{ path: 'a', mode: 'hide' }] } },
      'import/wrong-type @ "hide"',
      null,
    ],
  ])('%j', (settings, error, help) => {
    const found = imported(settings);
    expect(errorsOf(settings)).toEqual([error]);
    expect(found.errors[0]!.help).toBe(help);
    expect(found.blueprint).toBeNull();
  });

  it('takes no key of the prototype for one of the language', () => {
    const text = '{"network": {"__proto__": {"allowedDomains": ["a.example"]}}}';
    expect(errorsOf(text)).toEqual(['import/unknown-key @ "__proto__"']);
  });

  it('refuses lists that nobody can review', () => {
    const allowedDomains = Array.from({ length: 2001 }, (_, at) => `h${at}.example`);
    expect(imported({ network: { allowedDomains } }).errors.map(({ name }) => name)).toEqual([
      'import/too-many',
    ]);
  });

  it('hides credentials, and says what the variables come to', () => {
    const envVars = [
      { name: 'TOKEN', mode: 'mask' },
      { name: 'PATH', mode: 'deny' },
    ];
    const files = [{ path: '~/.netrc', mode: 'mask' }];
    expect(
      changesOf({ network: { allowAllUnixSockets: true }, credentials: { files, envVars } }).slice(1),
    ).toEqual(['stricter import/credential-hidden @ "~/.netrc"', 'looser import/variable-passes @ "PATH"']);
  });
});
