import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasErrors } from '../../../../compiler/diagnostics/entry.ts';
import { openshellFrontEnd, parseNemoclawPreset } from '../../../../compiler/frontend/openshell/front-end.ts';
import { readYaml } from '../../../../compiler/frontend/yaml/read.ts';
import { network, translate, withEndpoint } from './translated.ts';

const SEED = `version: 1
filesystem_policy:
  include_workdir: true
  read_only: [/usr, /proc/self, /w/a]
  read_write: [/w, /tmp]
landlock: { compatibility: best_effort }
process: { run_as_user: sandbox }
network_policies:
  api:
    name: API
    endpoints:
      - host: "*.example.com"
        ports: [443, 8443]
        protocol: rest
        path: "/v1/**"
        enforcement: enforce
        rules:
          - allow: { method: GET, path: "/v1/*", query: { a: { any: [b, c] } } }
        deny_rules:
          - { method: "*", path: "/v1/x*" }
        allowed_ips: [10.0.0.0/8]
      - { host: b.example.org, port: 443, protocol: graphql, access: full }
    binaries:
      - { path: "/opt/**/bin/*" }
`;

/** Words that mean something somewhere in the language. */
const WORDS = [
  'rest',
  'tcp',
  'mcp',
  'skip',
  'full',
  '**',
  '*',
  '/proc/self',
  '${home}',
  '',
  '""',
  '[]',
  '{}',
  'null',
  '0',
];

function read(text: string) {
  const { tree, diagnostics } = readYaml('policy.yaml', new TextEncoder().encode(text));
  if (hasErrors(diagnostics) || !openshellFrontEnd.claims(tree)) return null;
  return openshellFrontEnd.parse(tree);
}

describe('hostile policies', () => {
  it('never throws, and gives a blueprint exactly when there is no error', () => {
    const pieces = SEED.split(/(?<=[\s,:[\]{}"])/);
    let accepted = 0;
    const mutation = fc.record({
      at: fc.nat(pieces.length - 1),
      count: fc.integer({ min: 0, max: 4 }),
      put: fc.array(fc.constantFrom(...WORDS, ...pieces), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const copy = [...pieces];
        for (const { at, count, put } of mutations) copy.splice(at, count, ...put);
        const parsed = read(copy.join(''));
        if (parsed === null) return;
        expect(parsed.blueprint === null).toBe(hasErrors(parsed.diagnostics));
        for (const { primary } of parsed.diagnostics) {
          expect(primary).not.toBeNull();
          expect(primary!.start).toBeLessThanOrEqual(primary!.end);
        }
        if (parsed.blueprint !== null) accepted += 1;
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it('reads an entry that is named like a part of every object', () => {
    const text = withEndpoint('{ host: a.example.com, port: 443 }').replace('  api:', '  __proto__:');
    expect(network(translate(text).blueprint)).toEqual(['__proto__: tcp a.example.com:443']);
    const key = translate('version: "1"\ncomponents: { sandbox: { name: x } }\nprofiles: [constructor]\n');
    expect(key.blueprint?.metadata.name.value).toBe('x');
  });

  it('drops a name for people that would break a line of a log', () => {
    const text = withEndpoint('{ host: a.example.com, port: 443 }').replace(
      'api:',
      'api:\n    name: "a\\nb"',
    );
    expect(translate(text).blueprint?.network[0]?.title).toBeNull();
  });

  it('reads ten thousand entries in seconds', () => {
    const entry = (index: number) => `  p${index}:
    endpoints:
      - { host: h${index % 5000}.example.com, port: 443 }
      - { host: i${index}.example.com, port: 443, protocol: rest, access: full, enforcement: enforce }
    binaries: [{ path: /usr/bin/p${index} }]
`;
    const entries = Array.from({ length: 10_000 }, (_, index) => entry(index)).join('');
    const start = performance.now();
    const { blueprint } = translate(`version: 1\nnetwork_policies:\n${entries}`);
    expect(blueprint?.network).toHaveLength(10_000);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('which files are of OpenShell', () => {
  const claims = (text: string) =>
    openshellFrontEnd.claims(readYaml('x.yaml', new TextEncoder().encode(text)).tree);

  it.each([
    ['version: 1\n', true],
    ['version: 2\nnetwork_policy: {}\n', true],
    ['preset: { name: x }\nnetwork_policies: {}\n', true],
    ['components: {}\n', true],
    ['apiVersion: nemoclaw.dev/v1\nversion: 1\n', false],
    ['kind: Preset\nversion: 1\n', false],
    ['metadata: { name: x }\nversion: 1\n', false],
    ['network_policies: {}\n', false],
    ['- version: 1\n', false],
    ['version\n', false],
    ['', false],
  ])('claims %j: %s', (text, claimed) => {
    expect(claims(text)).toBe(claimed);
  });

  it('gives a preset as a part without access levels', () => {
    const text = 'preset: { name: My API, description: Some API }\nnetwork_policies: {}\n';
    const { tree } = readYaml('preset.yaml', new TextEncoder().encode(text));
    const { part, diagnostics } = parseNemoclawPreset(tree);
    expect(diagnostics).toEqual([]);
    expect(part?.header).toEqual({ name: 'my-api', description: 'Some API', accessLevels: [] });
    expect(part?.common.filesystem).toBeNull();
    expect(part?.levels.size).toBe(0);
  });
});
