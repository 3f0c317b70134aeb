import { describe, expect, it } from 'vitest';
import { compileGuardrails } from '../../../compiler/analysis/guardrails/compile.ts';
import type { Proof } from '../../../compiler/analysis/guardrails/proof.ts';
import { prove } from '../../../compiler/analysis/guardrails/prove.ts';
import { parseGuardrails } from '../../../compiler/frontend/guardrails/front-end.ts';
import { blueprint, describe as findingOf, load, policyOf, testBindings } from '../../support/policy.ts';

const NOW = Date.UTC(2026, 0, 1);
const FILES = 'filesystem_policy:\n  include_workdir: true\n';

function parse(items: string, ceilings: Record<string, string> = {}) {
  const text = `apiVersion: nemoclaw.dev/v1\nkind: Guardrails\nmetadata: { name: test }\nguardrails:\n${items}`;
  const { file, diagnostics } = parseGuardrails('guardrails.yaml', new TextEncoder().encode(text));
  if (file === null) return { guardrails: null, findings: diagnostics.map(findingOf) };
  const compiled = compileGuardrails(file, testBindings, (name) => load(ceilings[name] ?? 'nothing'));
  return {
    guardrails: compiled.guardrails,
    findings: [...diagnostics, ...compiled.diagnostics].map(findingOf),
  };
}

/** What comes of one guardrail: its outcome, and of each counterexample the words and where it points. */
function proofOf(sections: string, property: string, ceilings: Record<string, string> = {}) {
  const policy = policyOf(blueprint(sections));
  const { guardrails, findings } = parse(`  - name: it\n    ${property}\n`, ceilings);
  expect(findings).toEqual([]);
  return told(prove(policy, guardrails![0]!.property, NOW));
}

function told(proof: Proof): string | string[] {
  if (proof.outcome !== 'broken') return proof.outcome;
  return proof.counterexamples.map(({ words, origin: { span } }) => {
    return `${words} @ ${span.source.text.slice(span.start, span.end)}`;
  });
}

const network = (endpoint: string, binaries = '/usr/bin/curl') =>
  `${FILES}network_policies:\n  one:\n    endpoints: [${endpoint}]\n    binaries: [${binaries}]\n`;

describe('never, on the network, through the model router', () => {
  const route = (endpoint: string) =>
    `${FILES}inference:\n  routes:\n    - { name: m, provider: openai, endpoint: "${endpoint}" }\n`;
  const near = route('http://10.1.2.3:8000/v1');

  it.each([
    ['addresses: [10.0.0.0/8]', near],
    ['hosts: [10.1.2.3], methods: [POST], ports: [8000]', near],
    ['addresses: ["fd00:1::/32"]', route('http://[fd00:1::2]/v1')],
    ['hosts: ["**.example.com"], ports: [443], paths: [/admin]', route('https://api.example.com/v1')],
  ])('an endpoint is reached: { %s }', (set, sections) => {
    expect(proofOf(sections, `never: { egress: { ${set} } }`)).toEqual([
      expect.stringMatching(/^the agent can .* @ m$/),
    ]);
  });

  it.each([
    ['addresses: [10.2.0.0/16]'],
    ['addresses: [10.0.0.0/8], ports: [443]'],
    ['addresses: [10.0.0.0/8], methods: [DELETE]'],
    ['addresses: [10.0.0.0/8], binaries: [/usr/bin/curl]'],
    ['addresses: [10.0.0.0/8], uninspected: true'],
    ['methods: [POST]'],
  ])('another is not meant: { %s }', (set) => {
    expect(proofOf(near, `never: { egress: { ${set} } }`)).toBe('proved');
  });

  it('and is one more example beside those of programs', () => {
    const both = `${near}${network('{ host: 10.1.2.3, port: 80, access: read-only }').slice(FILES.length)}`;
    expect(proofOf(both, 'never: { egress: { addresses: [10.0.0.0/8] } }')).toHaveLength(2);
  });

  it('an address in brackets is the host of an endpoint', () => {
    const proof = proofOf(route('http://[fd00:1::2]/v1'), 'never: { inference: { hosts: ["fd00:1::2"] } }');
    expect(proof).toHaveLength(1);
  });
});

describe('never, on the network', () => {
  const metadata = 'never: { egress: { addresses: [169.254.0.0/16] } }';

  it.each([
    ['public addresses only', '{ host: "**.example.com", port: 443, access: full }', 'proved'],
    [
      'a private block that holds it',
      '{ host: a.example.com, port: 80, access: read-only, allowed_ips: [0.0.0.0/0] }',
      [
        'the agent can GET `http://a.example.com/` via `/usr/bin/curl` at the address 169.254.0.0, which is not public @ a.example.com',
      ],
    ],
    [
      'the address itself',
      '{ host: 169.254.169.254, port: 80, access: read-only }',
      [
        'the agent can GET `http://169.254.169.254/` via `/usr/bin/curl` at the address 169.254.169.254, which is not public @ 169.254.169.254',
      ],
    ],
    ['another address itself', '{ host: 10.0.0.5, port: 80, access: read-only }', 'proved'],
    [
      'it, and denied again',
      '{ host: 169.254.169.254, port: 80, access: read-only, deny_rules: [{ method: "*" }] }',
      'proved',
    ],
  ])('with %s', (_, endpoint, expected) => {
    expect(proofOf(network(endpoint), metadata)).toEqual(expected);
  });

  it('counts a stream that nobody looks into as every request', () => {
    const deletes =
      'never: { egress: { hosts: [api.example.com], methods: [DELETE], paths: ["/repos/**"] } }';
    expect(proofOf(network('{ host: api.example.com, port: 443, access: read-write }'), deletes)).toBe(
      'proved',
    );
    expect(proofOf(network('{ host: "*.example.com", port: 443, tls: skip }'), deletes)).toEqual([
      'the agent can open an opaque tunnel to `api.example.com:443` via `/usr/bin/curl` @ "*.example.com"',
    ]);
    expect(proofOf(network('{ host: api.example.com, port: 443, access: full }'), deletes)).toEqual([
      'the agent can DELETE `https://api.example.com/repos/` via `/usr/bin/curl` @ api.example.com',
    ]);
  });

  it('tells streams from inspected requests where only streams are meant', () => {
    const streams = 'never: { egress: { uninspected: true, binaries: ["/**/python*"] } }';
    const endpoint = '{ host: a.example.com, port: 443, access: full }';
    expect(proofOf(network(endpoint, '/usr/bin/python3.11'), streams)).toBe('proved');
    const stream = '{ host: a.example.com, port: 443, protocol: tcp }';
    expect(proofOf(network(stream), streams)).toBe('proved');
    expect(proofOf(network(stream, '"/usr/bin/*"'), streams)).toEqual([
      'the agent can open an opaque tunnel to `a.example.com:443` via `/usr/bin/python` @ a.example.com',
    ]);
  });

  it('lets only the named binaries', () => {
    const git = 'only: { binaries: [/usr/bin/git], egress: { hosts: [github.com], methods: [POST] } }';
    const endpoint = '{ host: github.com, port: 443, rules: [{ allow: { method: POST, path: "/**" } }] }';
    expect(proofOf(network(endpoint, '/usr/bin/git'), git)).toBe('proved');
    expect(proofOf(network(endpoint, '/usr/bin/git, "/opt/*/git"'), git)).toEqual([
      'the agent can POST `https://github.com/` via `/opt/x/git` @ github.com',
    ]);
  });

  it('is inconclusive, and not proved, where the patterns are too intricate', () => {
    const path = `/*a${'?'.repeat(24)}`;
    const endpoint = `{ host: a.example, port: 1, rules: [{ allow: { method: GET, path: "${path}" } }] }`;
    expect(proofOf(network(endpoint), `never: { egress: { paths: ["${path}b", "/x"] } }`)).toBe(
      'inconclusive',
    );
  });
});

describe('never, on files', () => {
  it('finds a forbidden path below a granted folder, and none that a deeper entry takes away', () => {
    const keys = 'never: { filesystem: { paths: ["${home}/.ssh"], rights: [write] } }';
    const home = 'filesystem_policy:\n  include_workdir: true\n  read_write: [/home/agent]\n';
    expect(proofOf(home, keys)).toEqual(['the agent can write `/home/agent/.ssh` @ /home/agent']);
    expect(proofOf(`${home}  deny: [/home/agent/.ssh]\n`, keys)).toBe('proved');
    expect(proofOf(`${home}  read_only: [/home/agent/.ssh]\n`, keys)).toBe('proved');
    expect(proofOf(`${home}  scratch: [/home/agent/.ssh]\n`, keys)).toBe('proved');
    expect(proofOf(`${home}  deny: [/home/agent/.ssh/old]\n`, keys)).toEqual([
      'the agent can write `/home/agent/.ssh` @ /home/agent',
    ]);
  });

  it('takes wildcards in a path', () => {
    const env = 'never: { filesystem: { paths: ["/**/.env"], rights: [read] } }';
    expect(proofOf(FILES, env)).toEqual(['the agent can read `/work/project/.env` @ true']);
    expect(proofOf(`${FILES}  deny: ["\${workdir}/.env"]\n`, env)).toEqual([
      'the agent can read `/work/project/x/.env` @ true',
    ]);
  });
});

describe('never, elsewhere', () => {
  it('finds the arguments with which a call is allowed', () => {
    expect(proofOf(FILES, 'never: { syscalls: [ptrace, "@mount"] }')).toBe('proved');
    expect(proofOf(`${FILES}syscalls: { allow: [ptrace] }\n`, 'never: { syscalls: ["@debug"] }')).toEqual([
      'the agent can call `ptrace(0x0, 0x0, 0x0, 0x0, 0x0, 0x0)` @ ptrace',
    ]);
    const when = '{ name: bpf, when: [{ arg: 0, equals: 5 }] }';
    expect(proofOf(`${FILES}syscalls: { allow: [${when}] }\n`, 'never: { syscalls: [bpf] }')).toEqual([
      'the agent can call `bpf(0x5, 0x0, 0x0, 0x0, 0x0, 0x0)` @ bpf',
    ]);
  });

  it('finds a variable that passes in', () => {
    const secrets = 'never: { environment: ["AWS_*", TOKEN] }';
    const passing = (list: string) => proofOf(`${FILES}process: { environment: [${list}] }\n`, secrets);
    expect(passing('PATH, "LC_*"')).toBe('proved');
    expect(passing('TOKEN')).toEqual(['the agent can read the variable `TOKEN` @ TOKEN']);
    expect(passing('"A*"')).toEqual(['the agent can read the variable `AWS_` @ "A*"']);
    expect(passing('"AWS_S*"')).toEqual(['the agent can read the variable `AWS_S` @ "AWS_S*"']);
    expect(passing('"A*", { name: "AWS_", value: "1" }')).toEqual([
      'the agent can read the variable `AWS_X` @ "A*"',
      'the agent finds `1` in the variable `AWS_` @ "AWS_"',
    ]);
  });

  it('finds a variable with a fixed value', () => {
    const loaders = 'never: { environment: [LD_PRELOAD, "PYTHON*"] }';
    const setting = (list: string) => proofOf(`${FILES}process: { environment: [${list}] }\n`, loaders);
    expect(setting('{ name: LD_PRELOAD, value: /x.so }')).toEqual([
      'the agent finds `/x.so` in the variable `LD_PRELOAD` @ LD_PRELOAD',
    ]);
    expect(setting('{ name: PYTHONPATH, value: "" }, { name: LD_PRELOADED, value: /y }')).toEqual([
      'the agent finds `` in the variable `PYTHONPATH` @ PYTHONPATH',
    ]);
    expect(setting('{ name: LD, value: "1" }, { name: PYTHO, value: "1" }')).toBe('proved');
  });

  it('finds a model that may be called', () => {
    const route = (models: string) =>
      `${FILES}inference:\n  routes: [{ name: main, provider: openai, endpoint: https://api.openai.com/v1${models} }]\n`;
    const gpt = 'never: { inference: { hosts: ["*.openai.com"], models: ["gpt-*"] } }';
    expect(proofOf(route(', models: [o3]'), gpt)).toBe('proved');
    expect(proofOf(route(', models: [o3, gpt-5]'), gpt)).toEqual([
      'the agent can call model `gpt-5` of `main` @ main',
    ]);
    expect(proofOf(route(''), gpt)).toEqual(['the agent can call model `gpt-` of `main` @ main']);
    expect(proofOf(route(''), 'never: { inference: { providers: [other] } }')).toBe('proved');
  });
});

describe('require', () => {
  it('Landlock', () => {
    const requirement = 'require: { landlock: hard_requirement }';
    expect(proofOf(FILES, requirement)).toBe('proved');
    expect(proofOf(`${FILES}landlock: { compatibility: best_effort }\n`, requirement)).toEqual([
      'on a kernel that lacks a part of Landlock the agent starts all the same @ best_effort',
    ]);
  });

  it('an owner and an end, outside of what is excepted', () => {
    const requirement =
      'require: { grants: { say: [owner, expires], outside: ["preset:npm"], within_days: 90 } }';
    const note = (text: string) =>
      proofOf(network(`{ host: a.example, port: 443, access: full${text} }`), requirement);
    expect(note('')).toEqual(['`egress:one#0` does not say `owner` and `expires` @ a.example']);
    expect(note(', grant: { owner: me }')).toEqual(['`egress:one#0` does not say `expires` @ a.example']);
    expect(note(', grant: { owner: me, expires: 2026-03-01 }')).toBe('proved');
    expect(note(', grant: { owner: me, expires: 2027-03-01 }')).toEqual([
      '`egress:one#0` ends in 425 days, and may last 90 @ a.example',
    ]);
    expect(proofOf(`${FILES}extends: [{ preset: npm, access: read-only }]\n`, requirement)).toBe('proved');
  });

  it.each([
    [
      'syscalls',
      'syscalls: { allow: [ptrace, { name: bpf, grant: { owner: me } }], deny: [socket] }\n',
      ['`syscalls:ptrace` does not say `owner` @ ptrace'],
    ],
    [
      'accept',
      'accept: [{ gap: filesystem/landlock-abi, reason: x }]\n',
      ['`accept:filesystem/landlock-abi` does not say `owner` @ filesystem/landlock-abi'],
    ],
    [
      'resources',
      'resources: { open_files: 1024 }\n',
      ['`resources:open_files` does not say `owner` @ open_files'],
    ],
    [
      'process',
      'process: { environment: [{ name: CI, value: "1" }, { name: LANG, grant: { owner: me } }] }\n',
      ['`process:CI` does not say `owner` @ CI'],
    ],
    [
      'inference',
      'inference: { routes: [{ name: main, provider: x, endpoint: https://x.example/v1 }] }\n',
      ['`inference:main` does not say `owner` @ main'],
    ],
    [
      'credentials',
      'network_policies:\n  a: { endpoints: [{ host: a.example, port: 443, access: read-only }] }\n' +
        'credentials:\n  token: { credential_env: TOKEN, endpoints: [{ host: a.example }] }\n' +
        '  owned: { credential_env: OWNED, endpoints: [{ host: a.example }], grant: { owner: me } }\n',
      ['`credential:token` does not say `owner` @ token'],
    ],
  ])('an owner of %s', (kind, sections, faults) => {
    const requirement = `require: { grants: { say: [owner], of: [${kind}] } }`;
    expect(proofOf(`${FILES}${sections}`, requirement)).toEqual(faults);
    expect(proofOf(FILES, requirement)).toBe('proved');
  });

  it.each(['filesystem', 'paths', 'writable_paths'])(
    'an owner of %s, but not of the working folder',
    (kind) => {
      const files = (more: string) => `filesystem_policy: { include_workdir: true${more} }\n`;
      const requirement = `require: { grants: { say: [owner], of: [${kind}] } }`;
      expect(proofOf(files(''), requirement)).toBe('proved');
      expect(proofOf(files(', read_write: [/data], deny: [/data/own]'), requirement)).toEqual([
        '`filesystem:/data` does not say `owner` @ /data',
      ]);
    },
  );

  it('where models may be called', () => {
    const requirement = 'require: { residency: [DE, FR] }';
    const route = 'inference:\n  routes: [{ name: main, provider: x, endpoint: https://x.example/v1 }]\n';
    expect(proofOf(FILES, requirement)).toBe('proved');
    expect(proofOf(`${FILES}${route}`, requirement)).toEqual(['models may be called anywhere @ main']);
    expect(proofOf(`${FILES}${route}residency: [DE]\n`, requirement)).toBe('proved');
    expect(proofOf(`${FILES}${route}residency: [de, Fr]\n`, requirement)).toBe('proved');
    expect(proofOf(`${FILES}${route}residency: [DE, US]\n`, requirement)).toEqual([
      'models may be called in us @ main',
    ]);
  });
});

describe('maximum', () => {
  const ceiling = blueprint(network('{ host: "*.example.com", port: 443, access: full }'));

  it('proves that nothing exceeds the ceiling, or shows what does', () => {
    const below = network('{ host: a.example.com, port: 443, access: read-only }');
    const above = network('{ host: a.example.org, port: 443, access: read-only }');
    const maximum = 'maximum: ceiling.yaml';
    expect(proofOf(below, maximum, { 'ceiling.yaml': ceiling })).toBe('proved');
    expect(proofOf(above, maximum, { 'ceiling.yaml': ceiling })).toEqual([
      'the ceiling does not let the agent GET `https://a.example.org/` via `/usr/bin/curl` @ a.example.org',
    ]);
  });

  it('holds for credentials as well', () => {
    const access = network('{ host: a.example.com, port: 443, access: read-only }');
    const bound = `${access}credentials: { token: { credential_env: A, endpoints: [{ host: a.example.com }] } }\n`;
    expect(proofOf(bound, 'maximum: ceiling.yaml', { 'ceiling.yaml': blueprint(bound) })).toBe('proved');
    expect(proofOf(bound, 'maximum: ceiling.yaml', { 'ceiling.yaml': ceiling })).toEqual([
      'the ceiling does not let the agent send the credential `token` to `a.example.com` port 443 in `authorization` @ token',
    ]);
  });

  it('is no guardrail when the ceiling cannot be read', () => {
    const { guardrails, findings } = parse('  - { name: it, maximum: gone.yaml }\n');
    expect(guardrails).toBeNull();
    expect(findings.at(-1)).toBe('guardrails/ceiling-unusable @ gone.yaml');
  });
});

describe('a file of guardrails', () => {
  it.each([
    [
      'two properties',
      '  - { name: it, maximum: a.yaml, require: { landlock: hard_requirement } }',
      'guardrails/exactly-one @ { name: it, maximum: a.yaml, require: { landlock: hard_requirement } }',
    ],
    ['none', '  - { name: it }', 'guardrails/exactly-one @ { name: it }'],
    [
      'two facets',
      '  - { name: it, never: { syscalls: [bpf], environment: [A] } }',
      'guardrails/exactly-one @ { syscalls: [bpf], environment: [A] }',
    ],
    [
      'a name twice',
      '  - { name: it, never: { syscalls: [bpf] } }\n  - { name: it, never: { syscalls: [bpf] } }',
      'guardrails/name-twice @ it',
    ],
    ['an unknown call', '  - { name: it, never: { syscalls: [ptrase] } }', 'syscalls/unknown-name @ ptrase'],
    [
      'a wrong host',
      '  - { name: it, never: { egress: { hosts: ["https://x.y"] } } }',
      'egress/invalid-host @ "https://x.y"',
    ],
    [
      'a wrong block',
      '  - { name: it, never: { egress: { addresses: [10.0.0.1/8] } } }',
      'egress/invalid-address @ 10.0.0.1/8',
    ],
    [
      'a relative path',
      '  - { name: it, never: { filesystem: { paths: [.ssh] } } }',
      'egress/invalid-pattern @ .ssh',
    ],
    ['an unknown key', '  - { name: it, nevr: {} }', 'schema/unknown-key @ nevr'],
    [
      'an unknown variable',
      '  - { name: it, never: { filesystem: { paths: ["${hmoe}/x"] } } }',
      'resolve/unknown-variable @ "${hmoe}/x"',
    ],
  ])('with %s is refused', (_, items, finding) => {
    const { guardrails, findings } = parse(`${items}\n`);
    expect(guardrails).toBeNull();
    expect(findings).toContain(finding);
  });
});
