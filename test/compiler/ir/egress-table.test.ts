import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { egressDiagram } from '../../../compiler/ir/egress-diagram.ts';
import { readTable } from '../../../compiler/ir/egress-table/read.ts';
import type { EgressTable } from '../../../compiler/ir/egress-table/table.ts';
import { tableForm } from '../../../compiler/ir/egress-table/write.ts';
import { blueprint, load, policyOf } from '../../support/policy.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;
const EVERYTHING = blueprint(`
filesystem_policy: { read_write: [/work/project] }
network_policies:
  mixed:
    endpoints:
      - host: "*.example.com"
        ports: [443, 8000-8010]
        rules:
          - allow: { method: get, path: "/v1/*/x?", query: { channel: "a*b" } }
          - allow: { method: POST, path: /v1/** }
        deny_rules: [{ method: DELETE, path: /** }]
        enforcement: audit
        grant: { owner: "@a", reason: r, ticket: T-1, approved_by: "@b", expires: 2027-01-02, max_uses: 3, request: req-1 }
      - { host: "fd00::1", port: 22, protocol: tcp, allowed_ips: [fd00::/8, 10.0.0.0/8] }
      - { host: open.example.com, port: 80, access: full }
    binaries: [{ path: "/usr/bin/**" }, { path: /bin/x, sha256: "${'0'.repeat(64)}" }]
  all:
    endpoints: [{ host: any.example.com, port: 443, tls: skip }]
  inside:
    endpoints:
      - host: mcp.example.com
        port: 443
        protocol: mcp
        rules:
          - allow: { path: /mcp, rpc_method: all }
          - allow: { path: /mcp, tool: "search_*" }
          - allow: { path: /mcp, method: GET }
        deny_rules: [{ tool: none }]
      - host: graphql.example.com
        port: 443
        protocol: graphql
        rules:
          - allow: { path: /g, operation_type: mutation, operation_name: "Do*", fields: [create*, all] }
          - allow: { path: /g, operation_type: "*" }
      - host: ws.example.com
        port: 443
        protocol: websocket
        rules: [{ allow: { path: /w, message: "get [*" } }]
        deny_rules: [{ binary_messages: true }]
      - { host: rpc.example.com, port: 443, protocol: json-rpc, access: full }
`);

function tableOf(text: string): EgressTable {
  const { name, egress, credentials } = policyOf(text);
  return { name, policy: DIGEST, commit: null, egress, credentials };
}

const written = (table: EgressTable) => JSON.parse(JSON.stringify(tableForm(table)));
const form = written(tableOf(EVERYTHING));

describe('an egress table', () => {
  it('says every side of an entry in words', () => {
    expect(form.entries[0]).toEqual({
      host: '*.example.com',
      ports: ['443', '8000-8010'],
      binaries: [{ path: '/usr/bin/**' }, { path: '/bin/x', sha256: '0'.repeat(64) }],
      addresses: 'all',
      visibility: 'http',
      allow: [
        {
          methods: ['GET', 'HEAD'],
          path: '/v1/*/x?',
          query: [{ key: 'channel', value: 'a*b' }],
          operations: 'all',
        },
        { methods: ['POST'], path: '/v1/**', query: [], operations: 'all' },
      ],
      deny: [{ methods: ['DELETE'], path: '/**', query: [], operations: 'all' }],
      enforcement: 'audit',
      grant: {
        id: 'egress:mixed#0',
        origin: { file: 'agent.yaml', line: 10, column: 15, trail: ['agent.yaml'] },
        approval: {
          owner: '@a',
          reason: 'r',
          ticket: 'T-1',
          approved_by: '@b',
          expires: Date.UTC(2027, 0, 3),
          max_uses: 3,
          request: 'req-1',
        },
      },
    });
    expect(form.entries[3]).toMatchObject({ binaries: 'all', allow: 'all', visibility: 'opaque', deny: [] });
  });

  it('says what rules mean inside requests, so that no pattern is taken for a word', () => {
    const inside = (host: string) => {
      const { visibility, allow, deny } = form.entries.find((one: { host: string }) => one.host === host);
      const operationsOf = (rules: unknown) =>
        Array.isArray(rules) ? rules.map((rule) => rule.operations) : rules;
      return [visibility, operationsOf(allow), operationsOf(deny)];
    };
    expect(inside('mcp.example.com')).toEqual([
      'mcp',
      [{ call: { method: ['all'], tool: 'all' } }, { call: { method: 'all', tool: ['search_*'] } }, 'none'],
      [{ call: { method: 'all', tool: ['none'] } }],
    ]);
    expect(inside('graphql.example.com')[1]).toEqual([
      { graphql: { types: ['mutation'], name: ['Do*'], fields: ['create*', 'all'] } },
      { graphql: { types: ['query', 'mutation', 'subscription'], name: 'all', fields: 'all' } },
    ]);
    expect(inside('ws.example.com')).toEqual([
      'websocket',
      [{ websocket: { opens: true, text: ['get [*'], binary: false } }],
      [{ websocket: { opens: false, text: 'none', binary: true } }],
    ]);
    expect(inside('rpc.example.com')).toEqual(['json-rpc', 'all', []]);
  });

  it('is read back as it was written, with the same meaning', () => {
    const examples = join(import.meta.dirname, '../../../examples');
    const texts = readdirSync(examples, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => readFileSync(join(examples, file), 'utf8'))
      .filter((text) => text.includes('kind: Blueprint') && load(text).policy !== null);
    expect(texts.length).toBeGreaterThan(2);
    for (const text of [EVERYTHING, ...texts]) {
      const table = tableOf(text);
      const read = readTable(JSON.stringify(tableForm(table)));
      if (!read.ok) throw new Error(read.problem);
      expect(written(read.table)).toEqual(written(table));
      expect(JSON.stringify(egressDiagram(read.table.egress))).toBe(
        JSON.stringify(egressDiagram(table.egress)),
      );
    }
  });

  const entry = (change: object) => ({ ...form, entries: [{ ...form.entries[0], ...change }] });
  const deny = (operations: unknown) =>
    entry({ deny: [{ methods: ['*'], path: 'all', query: [], operations }] });
  it.each([
    ['{', 'it is not JSON'],
    [[], 'the table is no object'],
    [{ ...form, version: 2 }, 'its version is 2, and 1 is known'],
    [{ ...form, more: 1 }, 'the table has the unknown key `more`'],
    [{ ...form, policy: 'x' }, '`policy` is no digest'],
    [{ ...form, commit: 'main' }, '`commit` is no name of a commit'],
    [entry({ host: '*' }), '`host` is not as a compiler writes it'],
    [entry({ host: 'A.example.com' }), '`host` is not as a compiler writes it'],
    [entry({ host: '010.0.0.1' }), '`host` is not as a compiler writes it'],
    [entry({ ports: ['0'] }), 'an item of `ports` is no port'],
    [entry({ binaries: [{ path: 'x' }] }), '`path` is not as a compiler writes it'],
    [entry({ addresses: ['10.0.0.1/8'] }), 'an item of `addresses` is not as a compiler writes it'],
    [entry({ allow: 'some' }), '`allow` is no list'],
    [entry({ visibility: 'blind' }), '`visibility` is none of http, opaque'],
    [
      entry({ deny: [{ methods: ['get'], path: 'all', query: [] }] }),
      'an item of `methods` is none of *, GET',
    ],
    [deny(undefined), 'has no `operations`'],
    [deny('some'), '`operations` is no object'],
    [deny({}), 'has none of websocket, call, graphql'],
    [deny({ call: { method: 'search', tool: 'all' } }), '`method` is no list'],
    [deny({ call: { method: ['a', 'b'], tool: 'all' } }), '`method` is not one pattern'],
    [deny({ call: { method: [], tool: 'all' } }), '`method` is not one pattern'],
    [deny({ call: { method: 'all', tool: 'all', more: 1 } }), 'has the unknown key `more`'],
    [deny({ websocket: { opens: 1, text: 'all', binary: false } }), '`opens` is neither true nor false'],
    [
      deny({ graphql: { types: ['all'], name: 'all', fields: 'all' } }),
      'an item of `types` is none of query',
    ],
    [entry({ grant: { id: 'x', origin: {} } }), '`origin` has no `file`'],
    [entry({ extra: null }), 'an item of `entries` has the unknown key `extra`'],
  ])('refuses %j', (value, problem) => {
    const read = readTable(typeof value === 'string' ? value : JSON.stringify(value));
    expect(read).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
  });
});

describe('credentials in a table', () => {
  const text = blueprint(`
filesystem_policy: { read_write: [/work/project] }
network_policies: { web: { endpoints: [{ host: a.example.com, ports: [443, 80], access: full }] } }
credentials:
  one:
    credential_env: ONE
    endpoints: [{ host: a.example.com }, { host: a.example.com, port: 80, header: X-Key, plain_http: true }]
    grant: { owner: "@a", expires: 2027-01-02 }
  two: { credential_file: /secrets/two, placeholder_env: TWO, endpoints: [{ host: a.example.com }] }
`);
  const whole = written(tableOf(text));

  it('say where each may go, and neither where its value is read nor what stands for it inside', () => {
    const read = readTable(JSON.stringify(whole));
    if (!read.ok) throw new Error(read.problem);
    expect(written(read.table)).toEqual(whole);
    expect(read.table.credentials).toMatchObject([
      {
        name: 'one',
        bindings: [
          { host: 'a.example.com', port: 80, header: 'x-key', plainHttp: true },
          { host: 'a.example.com', port: 443, header: 'authorization', plainHttp: false },
        ],
        grant: { id: 'credential:one', approval: { owner: '@a', expiresAt: Date.UTC(2027, 0, 3) } },
      },
      { name: 'two', bindings: [{ host: 'a.example.com', port: 443 }] },
    ]);
    for (const hidden of ['ONE', 'TWO', '/secrets']) expect(JSON.stringify(whole)).not.toContain(hidden);
  });

  it('are no key of a table without any', () => {
    expect(form).not.toHaveProperty('credentials');
    const read = readTable(JSON.stringify(form));
    expect(read.ok && read.table.credentials).toEqual([]);
  });

  it.each([
    [{ host: '*.example.com' }, '`host` is more than one host'],
    [{ host: 'A.example.com' }, '`host` is not as a compiler writes it'],
    [{ port: 0 }, '`port` is no whole number from 1 to 65535'],
    [{ header: 'X-Key' }, '`header` is no header field'],
    [{ plain_http: 'yes' }, '`plain_http` is neither true nor false'],
    [{ value: 'secret' }, 'has the unknown key `value`'],
  ])('are refused with %j', (change, problem) => {
    const [one, two] = whole.credentials;
    const changed = { ...one, bindings: [{ ...one.bindings[0], ...change }] };
    const read = readTable(JSON.stringify({ ...whole, credentials: [changed, two] }));
    expect(read).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
  });
});
