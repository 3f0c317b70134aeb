import { describe, expect, it } from 'vitest';
import { translate } from './translated.ts';

const paths = (text: string) =>
  translate(text).blueprint?.filesystem?.paths.map(({ mode, path, optional }) =>
    [mode, path.value, optional?.value === true ? 'optional' : ''].join(' ').trim(),
  );

describe('what files, identity and kernel limits mean differently', () => {
  it('keeps a missing path optional, unless Landlock is a hard requirement', () => {
    const text = 'version: 1\nfilesystem_policy:\n  read_only: [/srv]\n  read_write: [/var/spool]\n';
    expect(paths(text)).toEqual(['read_only /srv optional', 'read_write /var/spool optional']);
    expect(paths(`${text}landlock:\n  compatibility: hard_requirement\n`)).toEqual([
      'read_only /srv',
      'read_write /var/spool',
    ]);
  });

  it('reads a missing include_workdir as false, as OpenShell does where the section is written', () => {
    const { blueprint } = translate('version: 1\nfilesystem_policy: { read_only: [/srv] }\n');
    expect(blueprint?.filesystem?.includeWorkdir?.value).toBe(false);
  });

  it('makes read-only folders below writable ones read-only, and says each', () => {
    const text = `version: 1
filesystem_policy:
  read_only: [/w/a, /w/a/b, /w/x/y, /z]
  read_write: [/w, /w/x]
`;
    const found = translate(text).diagnostics.filter(({ code }) => code === 'NC1300');
    expect(found.map(({ message }) => message)).toEqual([
      '`/w/a` is read-only here; under OpenShell it is writable, because `/w` is',
      '`/w/x/y` is read-only here; under OpenShell it is writable, because `/w/x` is',
    ]);
  });

  it('needs them to be there at the start, because the agent could make them otherwise', () => {
    const text = `version: 1
filesystem_policy:
  include_workdir: true
  read_only: [/w/a, /w/a/b, /sandbox/settings, /z]
  read_write: [/w]
`;
    expect(paths(text)).toEqual([
      'read_only /w/a',
      'read_only /w/a/b optional',
      'read_only /sandbox/settings',
      'read_only /z optional',
      'read_write /w optional',
    ]);
    const below = translate(text).diagnostics.filter(({ code }) => code === 'NC1300');
    expect(below.map(({ related }) => related[0]?.span.start)).toEqual([
      text.indexOf('/w]'),
      text.indexOf('true'),
    ]);
  });

  it('gives temporary folders to the sandbox alone', () => {
    const text =
      'version: 1\nfilesystem_policy: { read_only: [/var/tmp], read_write: [/tmp/, /dev/shm, /tmp/x] }\n';
    expect(paths(text)).toEqual([
      'read_only /var/tmp optional',
      'scratch /tmp/',
      'scratch /dev/shm',
      'read_write /tmp/x optional',
    ]);
  });

  it('takes the process list for its own entries, once', () => {
    const text = 'version: 1\nfilesystem_policy: { read_only: [/proc/self, /proc/self/maps] }\n';
    expect(paths(text)).toEqual(['read_only /proc optional']);
    expect(paths(text.replace('/proc/self,', '/proc, /proc/self,'))).toEqual(['read_only /proc optional']);
    expect(paths('version: 1\nfilesystem_policy: { read_only: [/proc/1/environ] }\n')).toEqual([
      'read_only /proc/1/environ optional',
    ]);
  });

  it('adds the links into /usr, optional even with a hard requirement', () => {
    const text =
      'version: 1\nfilesystem_policy: { read_only: [/usr, /bin] }\nlandlock: { compatibility: hard_requirement }\n';
    expect(paths(text)).toEqual([
      'read_only /usr',
      'read_only /bin',
      'read_only /lib64 optional',
      'read_only /sbin optional',
    ]);
  });

  it('takes a variable reference of ours for the text that it is in OpenShell', () => {
    expect(paths('version: 1\nfilesystem_policy: { read_only: ["/srv/${home}"] }\n')).toEqual([
      'read_only /srv/$${home} optional',
    ]);
  });

  it('names the paths that OpenShell would add', () => {
    const text = `version: 1
filesystem_policy: { read_only: [/usr, /etc, /var], read_write: [/tmp] }
network_policies:
  api: { endpoints: [{ host: a.example.com, port: 443 }], binaries: [{ path: /usr/bin/curl }] }
`;
    const found = translate(text).diagnostics.find(({ code }) => code === 'NC1303');
    expect(found?.message).toBe(
      'OpenShell adds `/lib`, `/app`, `/proc`, `/dev/urandom`, `/dev/null` when the sandbox starts; here nothing is added',
    );
  });

  it('passes on only what programs need of the environment', () => {
    const { blueprint } = translate('version: 1\n');
    const names = blueprint?.process?.environment.map(({ name, value }) => `${name.value}${value ?? ''}`);
    expect(names).toEqual([
      'PATH',
      'HOME',
      'USER',
      'LOGNAME',
      'SHELL',
      'LANG',
      'LC_*',
      'TERM',
      'COLORTERM',
      'TZ',
    ]);
    expect(blueprint?.syscalls?.profile?.value).toBe('agent');
  });

  it('keeps the identity that is written', () => {
    const { blueprint, findings } = translate(
      'version: 1\nprocess: { run_as_user: "1500", run_as_group: sandbox }\n',
    );
    expect(blueprint?.process?.runAsUser?.value).toBe('1500');
    expect(blueprint?.process?.runAsGroup?.value).toBe('sandbox');
    expect(findings).toContain('2:25 NC1307 "1500"');
  });

  it('keeps best effort where it is written, and needs Landlock where it is not', () => {
    const written = translate('version: 1\nlandlock: { compatibility: best_effort }\n');
    expect(written.blueprint?.landlock?.compatibility.value).toBe('best_effort');
    const silent = translate('version: 1\nlandlock: {}\n');
    expect(silent.blueprint?.landlock).toBeNull();
    expect(silent.findings).toContain('1:1 NC1306 version');
  });

  it.each([
    ['a b.yaml', 'a-b'],
    ['preset:Über.yml', 'ber'],
    ['x/../-.yaml', 'openshell-policy'],
    [`${'long'.repeat(40)}.yaml`, `${'long'.repeat(15)}lon`],
  ])('names a policy in %s', (file, name) => {
    expect(translate('version: 1\n', file).blueprint?.metadata.name.value).toBe(name);
  });
});

describe("NVIDIA's blueprint.yaml", () => {
  const head = 'version: "0.1.0"\ncomponents:\n';

  it('takes the default profile only', () => {
    const text = `${head}  inference:
    profiles:
      fast: { provider_type: openai, endpoint: "https://fast.example.com/v1" }
      default: { provider_type: OpenAI, endpoint: "https://a.example.com/v1", model: m, credential_env: KEY, timeout_secs: 9 }
`;
    const { blueprint, findings } = translate(text);
    expect(findings).toEqual(['5:7 NC1324 fast', '6:110 NC1327 timeout_secs']);
    const [route] = blueprint?.inference?.routes ?? [];
    expect(route?.provider.value).toBe('openai');
    expect(route?.models?.value.map(({ value }) => value)).toEqual(['m']);
    expect(route?.credentialEnv?.value).toBe('KEY');
  });

  it('makes no route of an address that is not in the file', () => {
    const text = `${head}  inference:
    profiles:
      default: { provider_type: openai, endpoint: "https://a.example.com/v1", dynamic_endpoint: true }
`;
    const { blueprint, findings } = translate(text);
    expect(findings).toEqual(['5:7 NC1325 default']);
    expect(blueprint?.inference).toBeNull();
  });

  it('says what has no place in a blueprint', () => {
    const digest = 'a'.repeat(64);
    const text = `${head}  sandbox:
    image: "ghcr.io/x/y@sha256:${digest}"
    name: Open_Claw
    resource_profiles: { small: { cpu: "1", memory: 1Gi } }
  router: { enabled: true }
  identity: { provider_name: okta }
`;
    const { blueprint, findings, diagnostics } = translate(text);
    expect(findings).toEqual([
      `4:12 NC1321 "ghcr.io/x/y@sha256:${digest}"`,
      '6:5 NC1327 resource_profiles',
      '7:3 NC1327 router',
      '8:3 NC1327 identity',
    ]);
    expect(diagnostics[0]?.message).not.toContain('not pinned');
    expect(blueprint?.metadata.name.value).toBe('open-claw');
  });
});
