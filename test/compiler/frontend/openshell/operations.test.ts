import { describe, expect, it } from 'vitest';
import { MCP_METHODS } from '../../../../compiler/backends/openshell/mcp-methods.ts';
import { CORE_MCP_METHODS } from '../../../../compiler/frontend/openshell/mcp-methods.ts';
import { network, telling, translate, withEndpoint } from './translated.ts';

/** What every endpoint of the protocol is told. */
const USUAL = ['NC2402', 'NC2403', 'NC2409'];

function read(endpoint: string, more: readonly string[] = []) {
  const host = 'host: a.example.com, port: 443, enforcement: enforce';
  const translated = translate(withEndpoint([`{ ${host}, ${endpoint} }`, ...more].join('\n      - ')));
  return {
    findings: telling(translated).filter((one) => !USUAL.includes(one.slice(0, 6))),
    grants: network(translated.blueprint).map((one) =>
      one.replace(/^api: /, '').replace(' a.example.com:443 enforce', ''),
    ),
  };
}

const rules = (protocol: string, list: string, more = '') =>
  read(`protocol: ${protocol}, rules: [${list}]${more}`);

describe('JSON-RPC of OpenShell', () => {
  it('is read by its methods', () => {
    expect(
      rules(
        'json-rpc',
        '{ allow: { method: reports.search } }, { allow: { method: "*" } }',
        ', deny_rules: [{ method: rm }]',
      ),
    ).toEqual({
      findings: [],
      grants: [
        'json-rpc allow [any path rpcMethod=reports.search, any path rpcMethod=*] deny [any path rpcMethod=rm]',
      ],
    });
  });

  it('keeps to the path of its endpoint, and denies beyond it', () => {
    expect(
      rules('json-rpc', '{ allow: { method: a } }', ', path: /rpc, deny_rules: [{ method: b }]'),
    ).toEqual({
      findings: [],
      grants: ['json-rpc allow [/rpc rpcMethod=a] deny [any path rpcMethod=b]'],
    });
  });

  it('loses what it cannot look at, on the safe side', () => {
    expect(
      rules(
        'json-rpc',
        '{ allow: { method: a, params: { q: x } } }, { allow: { method: b } }',
        ', deny_rules: [{ method: c, params: { q: x } }]',
      ),
    ).toEqual({
      findings: ['NC2400 q', 'NC2400 q'],
      grants: ['json-rpc allow [any path rpcMethod=b] deny [any path rpcMethod=c]'],
    });
    expect(rules('json-rpc', '{ allow: { path: /x } }').findings).toEqual([
      'NC1273 json-rpc',
      'NC2404 { path: /x }',
    ]);
  });
});

describe('MCP of OpenShell', () => {
  it('is read by its methods and tools', () => {
    const { findings, grants } = rules(
      'mcp',
      '{ allow: { method: initialize } }, { allow: { method: tools/call, tool: { any: [a, b] } } }, { allow: { method: tools/call, params: { name: c } } }',
      ', deny_rules: [{ method: tools/call, tool: "send_*" }]',
    );
    expect(findings).toEqual([]);
    expect(grants).toEqual([
      'mcp allow [any path rpcMethod=initialize, any path rpcMethod=tools/call tool=a, any path rpcMethod=tools/call tool=b, ' +
        'any path rpcMethod=tools/call tool=c] deny [any path rpcMethod=tools/call tool=send_*]',
    ]);
  });

  it('says what it reads differently', () => {
    const translated = translate(
      withEndpoint(
        '{ host: a.example.com, port: 443, protocol: mcp, rules: [{ allow: { method: tools/call, tool: "x.*" } }] }',
      ),
    );
    expect(telling(translated)).toEqual(['NC2402 mcp', 'NC2403 mcp', 'NC1270 mcp', 'NC2401 "x.*"']);
    expect(rules('mcp', '{ allow: { method: tools/call, tool: "x.**" } }')).toEqual({
      findings: [],
      grants: ['mcp allow [any path rpcMethod=tools/call tool=x.*]'],
    });
  });

  it('spells out the methods that MCP has, and all tools only where none is named', () => {
    const option = ', mcp: { allow_all_known_mcp_methods: true }';
    const named = rules('mcp', '{ allow: { tool: a } }', option).grants[0]!;
    expect(named).toContain('any path tool=a, any path rpcMethod=initialize');
    expect(named).not.toContain('rpcMethod=tools/call');
    expect(read(`protocol: mcp${option}`).grants[0]).toContain('rpcMethod=tools/call');
    expect(CORE_MCP_METHODS).toEqual(MCP_METHODS);
  });
});

describe('GraphQL of OpenShell', () => {
  it('is read by type, name and fields', () => {
    expect(
      rules(
        'graphql',
        '{ allow: { operation_type: query } }, { allow: { operation_type: mutation, operation_name: "I*", fields: [a, b] } }',
        ', deny_rules: [{ operation_type: mutation, fields: [c] }]',
      ),
    ).toEqual({
      findings: [],
      grants: [
        'graphql allow [any path operationType=query, any path operationType=mutation operationName=I* fields=a|b] ' +
          'deny [any path operationType=mutation fields=c]',
      ],
    });
    expect(read('protocol: graphql, access: read-only')).toEqual({
      findings: [],
      grants: ['graphql read-only'],
    });
    expect(read('protocol: graphql, access: read-write, path: /graphql')).toEqual({
      findings: [],
      grants: ['graphql allow [/graphql operationType=query, /graphql operationType=mutation]'],
    });
  });

  it('says that fields of one operation may be allowed by several rules, and that documents must be sent', () => {
    expect(
      rules(
        'graphql',
        '{ allow: { operation_type: query, fields: [a] } }, { allow: { operation_type: query, fields: [b] } }',
      ).findings,
    ).toEqual(['NC2405 [b]']);
    expect(
      rules(
        'graphql',
        '{ allow: { operation_type: query, fields: [a] } }, { allow: { operation_type: mutation, fields: [b] } }',
      ).findings,
    ).toEqual([]);
    expect(read('protocol: graphql, access: full, persisted_queries: allow_registered').findings).toEqual([
      'NC2406 allow_registered',
    ]);
    expect(rules('graphql', '{ allow: { fields: [a] } }').findings).toEqual([
      'NC1273 graphql',
      'NC2404 { fields: [a] }',
    ]);
  });
});

describe('WebSocket of OpenShell', () => {
  it('is opened by GET, and text goes where it is opened', () => {
    expect(
      rules(
        'websocket',
        '{ allow: { method: GET, path: /a } }, { allow: { method: WEBSOCKET_TEXT, path: /a } }, { allow: { method: "*", path: /b } }',
        ', deny_rules: [{ method: WEBSOCKET_TEXT, path: /a/x }]',
      ),
    ).toEqual({
      findings: [],
      grants: ['websocket allow [/a, /a message=*, /b message=*] deny [/a/x message=*]'],
    });
    expect(
      rules(
        'websocket',
        '{ allow: { method: WEBSOCKET_TEXT, path: /a } }, { allow: { method: GET, path: /b } }',
      ),
    ).toEqual({
      findings: ['NC2407 { method: WEBSOCKET_TEXT, path: /a }'],
      grants: ['websocket allow [/b]'],
    });
  });

  it('cannot carry GraphQL', () => {
    expect(
      rules('websocket', '{ allow: { method: GET, path: /a } }, { allow: { operation_type: query } }')
        .findings,
    ).toEqual(['NC2407 { operation_type: query }']);
  });
});

describe('endpoints for the same host', () => {
  const rest = (paths: string) =>
    `{ host: a.example.com, port: 443, protocol: rest, enforcement: enforce, rules: [{ allow: { method: POST, path: "${paths}" } }] }`;
  const mcp = 'protocol: mcp, path: /mcp, rules: [{ allow: { method: ping } }]';

  it('must not let through unread what another reads', () => {
    expect(read(mcp, [rest('/**')]).findings).toEqual(['NC2408 mcp']);
    expect(read(mcp, [rest('/mcp')]).findings).toEqual(['NC2408 mcp']);
    expect(read(mcp, [rest('/repos/**')]).findings).toEqual([]);
  });

  it('win over tunnels', () => {
    const found = read(mcp, ['{ host: a.example.com, port: 443 }']);
    expect(found.findings).toEqual(['NC1282 a.example.com', 'NC1275 a.example.com']);
    expect(found.grants).toEqual(['mcp allow [/mcp rpcMethod=ping]']);
  });
});
