import { expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { worldOf } from './world.ts';

const blueprint = (grant: string, { name = 'agent', key = 'api', method = 'GET' } = {}) =>
  `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata: { name: ${name} }
filesystem_policy: { include_workdir: true }
network_policies:
  ${key}:
    endpoints:
      - host: a.example.com
        port: 443
        rules: [{ allow: { method: ${method}, path: "/**" } }]
        grant: { ${grant} }
    binaries: [/usr/bin/curl]
`;

async function diff(old: string, next: string) {
  const { io, printed } = worldOf({ 'old.yaml': old, 'new.yaml': next });
  const exitCode = await main(['diff', 'old.yaml', 'new.yaml', '-o', 'json', '--fail-on', 'widening'], io);
  const { verdict, comparisons } = JSON.parse(printed.stdout);
  return [exitCode, verdict, ...comparisons[0].changes.map(({ example }: { example: string }) => example)];
}

const GRANT = 'owner: o, ticket: T-1, max_uses: 2';
const anew = (id: string, times = '2 times') =>
  `use \`egress:${id}#0\` ${times} more, as its uses are counted from nothing`;

test.each([
  ['ticket', blueprint('owner: o, ticket: T-2, max_uses: 2'), 'api'],
  ['approver', blueprint(`${GRANT}, approved_by: me@example.com`), 'api'],
  ['request', blueprint(`${GRANT}, request: req-2`), 'api'],
  ['name of the entry', blueprint(GRANT, { key: 'other' }), 'other'],
  ['name of the sandbox', blueprint(GRANT, { name: 'again' }), 'api'],
])('another %s lets a permission that is used up be used again', async (_, next, key) => {
  expect(await diff(blueprint(GRANT), next)).toEqual([3, 'widens', anew(key)]);
});

test('what narrows an approval that is counted begins another one', async () => {
  const [exitCode, verdict, ...examples] = await diff(
    blueprint(GRANT),
    blueprint('owner: o, ticket: T-1, max_uses: 1'),
  );
  expect([exitCode, verdict]).toEqual([3, 'both']);
  expect(examples).toContain(anew('api', 'once'));
});

test.each([
  ['another owner and reason', blueprint('owner: p, reason: r, ticket: T-1, max_uses: 2')],
  ['the same text', blueprint(GRANT)],
])('%s is the same approval', async (_, next) => {
  expect(await diff(blueprint(GRANT), next)).toEqual([0, 'equal']);
});

test('what no limit held before is narrowed, whatever stood under its name', async () => {
  const two = blueprint(GRANT).replace(
    '    binaries',
    '      - { host: b.example.com, port: 443, access: read-only }\n    binaries',
  );
  const one = two
    .replace(/ +- host: a[\s\S]*max_uses: 2 \}\n/, '')
    .replace('access: read-only', `access: read-only, grant: { ${GRANT} }`);
  const [exitCode, verdict] = await diff(two, one);
  expect([exitCode, verdict]).toEqual([0, 'narrows']);
});

test('without a limit nothing is counted', async () => {
  const free = 'owner: o, ticket: T-1';
  expect(await diff(blueprint(free), blueprint('owner: o, ticket: T-2', { name: 'again' }))).toEqual([
    0,
    'equal',
  ]);
});
