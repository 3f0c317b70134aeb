import { describe, expect, it, test } from 'vitest';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { describeAccess } from '../../../compiler/ir/access-words.ts';
import { decide } from '../../../compiler/ir/decide.ts';
import { egressConnection, egressRequest } from '../../../compiler/ir/egress-connection.ts';
import { ALLOWED, DENIED, egressDecider } from '../../../compiler/ir/egress-decider.ts';
import { EgressIndex } from '../../../compiler/ir/egress-index.ts';
import { ALL, NONE, only } from '../../../compiler/ir/extent.ts';
import type { Operation, Operations } from '../../../compiler/ir/operation.ts';
import { blueprint, load, policyOf } from '../../support/policy.ts';

const TEXT = blueprint(`filesystem_policy: { include_workdir: true }
network_policies:
  rpc:
    endpoints:
      - host: rpc.example.com
        port: 443
        protocol: json-rpc
        rules: [{ allow: { path: /rpc, rpc_method: "reports.*" } }]
        deny_rules: [{ rpc_method: reports.delete }]
  mcp:
    endpoints:
      - host: mcp.example.com
        port: 443
        protocol: mcp
        rules:
          - allow: { path: /mcp, rpc_method: initialize }
          - allow: { path: /mcp, tool: "search_*" }
          - allow: { path: /mcp, method: GET }
        deny_rules: [{ tool: search_secret }]
  graphql:
    endpoints:
      - host: graphql.example.com
        port: 443
        protocol: graphql
        rules:
          - allow: { operation_type: query, fields: [a, "b*"] }
          - allow: { operation_type: mutation, operation_name: "Add*" }
        deny_rules: [{ fields: [bad] }]
  websocket:
    endpoints:
      - host: ws.example.com
        port: 443
        protocol: websocket
        rules:
          - allow: { path: /open }
          - allow: { path: /text, message: '{"type":"ping"*' }
          - allow: { path: /bytes, binary_messages: true }
          - allow: { path: /all, message: "*", binary_messages: true }
        deny_rules: [{ path: /all, message: "*secret*" }]
  full:
    endpoints:
      - { host: mcp-full.example.com, port: 443, protocol: mcp, access: full }
      - { host: plain.example.com, port: 443, access: full }
      - { host: tunnel.example.com, port: 443, protocol: tcp }
      - { host: logged.example.com, port: 443, protocol: mcp, enforcement: audit, rules: [{ allow: { rpc_method: a } }] }
`);

const policy = policyOf(TEXT);
const built = egressDecider(policy.egress);
if (!built.ok) throw new Error(built.dimension);

function access(host: string, path: string, method: string, operations: Operations): EgressAccess {
  return {
    facet: 'egress',
    host: `${host}.example.com`,
    port: 443,
    binary: '/usr/bin/node',
    sha256: null,
    address: '93.184.216.34',
    http: { method, path, query: [], operations },
    at: 0,
  };
}

/** What `decide` says, which the decider has to say, too. */
function verdict(one: EgressAccess): string {
  const decision = decide(policy, one);
  const connection = egressConnection(one)!;
  const request = egressRequest(one.http!, one.at);
  if (built.ok) {
    const handle = built.decider.connect(connection);
    const isAllowed = request !== null && built.decider.request(handle, request);
    expect(isAllowed).toBe(decision.verdict === 'allow');
    if (handle === DENIED) expect(isAllowed).toBe(false);
    if (handle === ALLOWED) expect(isAllowed).toBe(request !== null);
  }
  return decision.verdict === 'allow' ? 'allow' : decision.why;
}

const call = (method: string, tool: string | null = null): Operation => ({ kind: 'call', method, tool });
const tool = (name: string) => call('tools/call', name);
const graphql = (type: 'query' | 'mutation', name: string | null, ...fields: string[]) =>
  ({ kind: 'graphql', type, name, fields }) as unknown as Operation;
const text = (one: string | null): Operation => ({ kind: 'message', text: one });
const asks = (...operations: Operation[]) => only(operations as [Operation]);

test.each<[string, string, string, Operations, string]>([
  ['rpc', 'POST', '/rpc', asks(call('reports.search')), 'allow'],
  ['rpc', 'POST', '/other', asks(call('reports.search')), 'not-included'],
  ['rpc', 'PUT', '/rpc', asks(call('reports.search')), 'not-included'],
  ['rpc', 'POST', '/rpc', asks(call('reports')), 'not-included'],
  ['rpc', 'POST', '/rpc', asks(call('reports.delete')), 'denied'],
  ['rpc', 'POST', '/any', asks(call('reports.delete')), 'denied'],
  ['rpc', 'POST', '/rpc', asks(call('reports.a'), call('reports.b')), 'allow'],
  ['rpc', 'POST', '/rpc', asks(call('reports.a'), call('reports.delete')), 'denied'],
  ['rpc', 'POST', '/rpc', asks(call('reports.a'), call('x')), 'not-included'],
  ['rpc', 'POST', '/rpc', asks({ kind: 'answer' }), 'not-included'],
  ['rpc', 'POST', '/rpc', ALL, 'denied'],
  ['rpc', 'POST', '/rpc', NONE, 'not-included'],
  ['rpc', 'POST', '/rpc', asks(call('reports.a\0')), 'invalid-access'],
  ['rpc', 'POST', '/rpc', asks(call('reports.a', 'x')), 'invalid-access'],
  ['rpc', 'POST', '/rpc', { kind: 'only', of: [] } as unknown as Operations, 'invalid-access'],
  ['mcp', 'POST', '/mcp', asks(call('initialize')), 'allow'],
  ['mcp', 'POST', '/mcp', asks(tool('search_web')), 'allow'],
  ['mcp', 'POST', '/mcp', asks(tool('search_secret')), 'denied'],
  ['mcp', 'POST', '/mcp', asks(tool('rm')), 'not-included'],
  ['mcp', 'POST', '/mcp', asks(call('tools/call')), 'not-included'],
  ['mcp', 'GET', '/mcp', NONE, 'allow'],
  ['mcp', 'GET', '/mcp', asks({ kind: 'answer' }), 'allow'],
  ['mcp', 'GET', '/mcp', asks(call('initialize')), 'not-included'],
  ['mcp', 'DELETE', '/mcp', NONE, 'not-included'],
  ['mcp', 'POST', '/mcp', ALL, 'denied'],
  ['mcp', 'GET', '/mcp', asks({ kind: 'upgrade' }), 'not-included'],
  ['mcp', 'POST', '/mcp', asks(graphql('query', null, 'a')), 'not-included'],
  ['graphql', 'POST', '/', asks(graphql('query', null, 'a', 'bb')), 'allow'],
  ['graphql', 'GET', '/', asks(graphql('query', 'N', 'a')), 'allow'],
  ['graphql', 'PUT', '/', asks(graphql('query', null, 'a')), 'not-included'],
  ['graphql', 'POST', '/', asks(graphql('query', null, 'a', 'c')), 'not-included'],
  ['graphql', 'POST', '/', asks(graphql('query', null, 'a', 'bad')), 'denied'],
  ['graphql', 'POST', '/', asks(graphql('mutation', 'AddX', 'any')), 'allow'],
  ['graphql', 'POST', '/', asks(graphql('mutation', null, 'any')), 'not-included'],
  ['graphql', 'POST', '/', asks(graphql('query', null, 'a'), graphql('mutation', 'AddX', 'bad')), 'denied'],
  ['graphql', 'POST', '/', asks(graphql('query', null, 'a-b')), 'invalid-access'],
  ['graphql', 'POST', '/', asks(graphql('query', '', 'a')), 'invalid-access'],
  ['graphql', 'POST', '/', asks(graphql('query', null)), 'invalid-access'],
  ['ws', 'GET', '/open', asks({ kind: 'upgrade' }), 'allow'],
  ['ws', 'GET', '/open', asks(text('x')), 'not-included'],
  ['ws', 'GET', '/open', NONE, 'not-included'],
  ['ws', 'GET', '/shut', asks({ kind: 'upgrade' }), 'not-included'],
  ['ws', 'GET', '/text', asks({ kind: 'upgrade' }), 'allow'],
  ['ws', 'GET', '/text', asks(text('{"type":"ping","n":1}')), 'allow'],
  ['ws', 'GET', '/text', asks(text('{"type":"pong"}')), 'not-included'],
  ['ws', 'GET', '/text', asks(text(null)), 'not-included'],
  ['ws', 'GET', '/bytes', asks(text(null)), 'allow'],
  ['ws', 'GET', '/bytes', asks(text('x')), 'not-included'],
  ['ws', 'GET', '/all', asks(text('a secret')), 'denied'],
  ['ws', 'GET', '/all', asks(text('a')), 'allow'],
  // Bytes could be anything, so what is denied about text holds against them.
  ['ws', 'GET', '/all', asks(text(null)), 'denied'],
  ['mcp-full', 'POST', '/x', asks(tool('rm'), call('a')), 'allow'],
  ['mcp-full', 'POST', '/x', NONE, 'allow'],
  ['mcp-full', 'POST', '/x', ALL, 'not-included'],
  ['plain', 'POST', '/x', ALL, 'allow'],
  ['plain', 'POST', '/x', asks(tool('rm')), 'allow'],
  ['plain', 'GET', '/x', asks({ kind: 'upgrade' }), 'not-included'],
  ['plain', 'GET', '/x', asks(text('x')), 'not-included'],
  ['tunnel', 'GET', '/x', asks({ kind: 'upgrade' }), 'allow'],
  ['logged', 'POST', '/x', ALL, 'allow'],
  ['logged', 'POST', '/x', asks(call('b')), 'allow'],
  ['logged', 'GET', '/x', asks({ kind: 'upgrade' }), 'not-included'],
])('%s: %s %s %o: %s', (host, method, path, operations, expected) => {
  expect(verdict(access(host, path, method, operations))).toBe(expected);
});

describe('protocols that a request has to be read by', () => {
  const index = new EgressIndex(policy.egress);
  const asked = (host: string, path: string, method = 'POST') =>
    index.protocolsFor(access(host, path, method, NONE));

  it.each([
    ['rpc', '/rpc', ['json-rpc']],
    // Its denials are about every path.
    ['rpc', '/other', ['json-rpc']],
    ['mcp', '/mcp', ['mcp']],
    ['mcp-full', '/any', ['mcp']],
    ['plain', '/any', []],
    ['tunnel', '/any', []],
    ['nowhere', '/any', []],
    ['mcp', '/a/../b', []],
  ])('%s%s: %j', (host, path, expected) => {
    expect(asked(host, path)).toEqual(expected);
  });

  it('are none where no rule is about the path or the method', () => {
    expect(asked('ws', '/open', 'GET')).toEqual(['websocket']);
    expect(asked('ws', '/shut', 'GET')).toEqual([]);
    expect(asked('ws', '/open', 'POST')).toEqual([]);
  });
});

describe('in words', () => {
  it.each<[Operations, string]>([
    [NONE, ''],
    [ALL, ''],
    [asks(call('initialize')), ' calling `initialize`'],
    [asks(tool('rm')), ' calling the tool `rm`'],
    [asks({ kind: 'answer' }), ' answering the server'],
    [asks(graphql('mutation', 'Add', 'a', 'b')), ' with the mutation `Add` of `a` and `b`'],
    [asks({ kind: 'upgrade' }), ' opening a WebSocket'],
    [asks(text('hi')), ' sending the text `hi`'],
    [asks(text(null)), ' sending a message that is no text'],
    [asks(call('a'), call('b')), ' calling `a` and calling `b`'],
  ])('%o', (operations, expected) => {
    const words = describeAccess(access('a', '/x', 'POST', operations));
    expect(words).toBe(`POST \`https://a.example.com/x\`${expected} via \`/usr/bin/node\``);
  });
});

describe('what a rule cannot say', () => {
  const findings = (endpoint: string) => {
    const head = 'filesystem_policy: { include_workdir: true }\nnetwork_policies:\n  a:\n';
    const { diagnostics } = load(
      blueprint(`${head}    endpoints: [{ host: a.example, port: 443, ${endpoint} }]\n`),
    );
    return diagnostics.map(({ code, primary }) => {
      const text = primary === null ? '' : primary.source.text.slice(primary.start, primary.end);
      return `${code} ${text}`;
    });
  };
  it.each([
    ['protocol: mcp, access: read-only', ['NC2382 read-only']],
    ['protocol: json-rpc, access: read-write', ['NC2382 read-write']],
    ['protocol: mcp, rules: [{ allow: { rpc_method: tools/list, tool: a } }]', ['NC2383 tools/list']],
    ['protocol: mcp, rules: [{ allow: { rpc_method: "tools/*", tool: a } }]', []],
    ['protocol: mcp, rules: [{ allow: { path: /mcp } }]', ['NC2384 { path: /mcp }']],
    ['protocol: graphql, rules: [{ allow: { method: POST } }]', ['NC2384 { method: POST }']],
    ['protocol: mcp, rules: [{ allow: { method: GET } }]', []],
    ['protocol: websocket, rules: [{ allow: { path: /a } }]', []],
    ['protocol: graphql, rules: [{ allow: { fields: ["a-b"] } }]', ['NC1552 "a-b"']],
    ['protocol: graphql, rules: [{ allow: { operation_name: "é" } }]', ['NC1552 "é"']],
    ['protocol: mcp, rules: [{ allow: { tool: "[a]" } }]', ['NC1552 "[a]"']],
    ['protocol: websocket, rules: [{ allow: { message: "[a]{b}" } }]', []],
    ['rules: [{ allow: { path: /a } }]', ['NC2381 { path: /a }']],
    ['access: full, deny_rules: [{ path: /a }]', ['NC2381 { path: /a }']],
    ['rules: [{ allow: { method: GET, tool: a } }]', ['NC2380 tool']],
    ['protocol: json-rpc, rules: [{ allow: { tool: a } }]', ['NC2380 tool']],
    ['protocol: websocket, rules: [{ allow: { fields: [a] } }]', ['NC2380 fields']],
    ['protocol: graphql, rules: [{ allow: { message: a, operation_type: query } }]', ['NC2380 message']],
    ['protocol: mcp, access: full, deny_rules: [{ binary_messages: true }]', ['NC2380 binary_messages']],
  ])('%s', (endpoint, expected) => {
    expect(findings(endpoint)).toEqual(expected);
  });
});
