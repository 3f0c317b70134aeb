import { describe, expect, it } from 'vitest';
import { hasErrors } from '../../../../compiler/diagnostics/entry.ts';
import { openshellFrontEnd } from '../../../../compiler/frontend/openshell/front-end.ts';
import { readYaml } from '../../../../compiler/frontend/yaml/read.ts';
import { exported, textOfExport } from '../../../support/exports.ts';
import { blueprint } from '../../../support/policy.ts';

const text = (endpoint: string) =>
  blueprint(
    `filesystem_policy: { include_workdir: true }\nnetwork_policies:\n  api:\n    binaries: ["/**"]\n    endpoints: [{ host: a.example.com, port: 443, ${endpoint} }]\n`,
  );

const ABOUT_OPERATIONS = /export\/(operation|binary|denial-wider|known-methods|endpoint|query)/;

function out(endpoint: string) {
  const { read, told } = exported(text(endpoint));
  const [found] = Object.values(read.network_policies ?? {}).flatMap((rule) => rule.endpoints);
  const {
    host: _,
    port: __,
    enforcement: ___,
    ...keys
  } = (found ?? {}) as unknown as Record<string, unknown>;
  return { keys, told: told.filter((change) => ABOUT_OPERATIONS.test(change)) };
}

describe('what requests ask for, under OpenShell', () => {
  it.each<[string, object, string[]]>([
    [
      'protocol: json-rpc, rules: [{ allow: { path: /rpc, rpc_method: a } }], deny_rules: [{ rpc_method: b }]',
      {
        path: '/rpc',
        protocol: 'json-rpc',
        rules: [{ allow: { method: 'a' } }],
        deny_rules: [{ method: 'b' }],
      },
      [],
    ],
    ['protocol: json-rpc, access: full', { protocol: 'json-rpc', rules: [{ allow: { method: '*' } }] }, []],
    [
      'protocol: json-rpc, rules: [{ allow: { rpc_method: a } }, { allow: { rpc_method: "a.*" } }]',
      { protocol: 'json-rpc', rules: [{ allow: { method: 'a' } }] },
      ['stricter export/operation-left-out rpc_method=a.*'],
    ],
    [
      'protocol: json-rpc, rules: [{ allow: { rpc_method: a } }], deny_rules: [{ rpc_method: "a*" }]',
      {},
      ['stricter export/endpoint-left-out a.example.com'],
    ],
    [
      'protocol: json-rpc, rules: [{ allow: { path: /a, rpc_method: a } }, { allow: { path: /b, rpc_method: b } }]',
      {},
      ['stricter export/endpoint-left-out a.example.com'],
    ],
    [
      'protocol: mcp, rules: [{ allow: { rpc_method: initialize } }, { allow: { tool: "search_*" } }], deny_rules: [{ tool: search_x }]',
      {
        protocol: 'mcp',
        mcp: { versions: ['2025-03-26', '2025-06-18', '2025-11-25'] },
        rules: [
          { allow: { method: 'initialize' } },
          { allow: { method: 'tools/call', tool: { any: ['search_*', 'search_*.**'] } } },
        ],
        deny_rules: [{ method: 'tools/call', tool: 'search_x' }],
      },
      [],
    ],
    [
      'protocol: graphql, rules: [{ allow: { operation_type: query } }, { allow: { operation_type: mutation, fields: [a, "b*"] } }]',
      {
        protocol: 'graphql',
        rules: [
          { allow: { operation_type: 'query' } },
          { allow: { operation_type: 'mutation', fields: ['a', 'b*'] } },
        ],
      },
      [],
    ],
    ['protocol: graphql, access: full', { protocol: 'graphql', access: 'full' }, []],
    [
      'protocol: websocket, rules: [{ allow: { path: /a, message: "*" } }, { allow: { path: /b, message: "ping*" } }], deny_rules: [{ path: /a, message: "*secret*" }]',
      {
        protocol: 'websocket',
        rules: [
          { allow: { method: 'GET', path: '/a' } },
          { allow: { method: 'WEBSOCKET_TEXT', path: '/a' } },
          { allow: { method: 'GET', path: '/b' } },
        ],
        deny_rules: [{ method: 'WEBSOCKET_TEXT', path: '/a' }],
      },
      [
        'stricter export/operation-left-out message=ping*',
        'stricter export/denial-wider message=*secret*',
        'looser export/binary-messages',
      ],
    ],
    ['protocol: websocket, access: full', { protocol: 'websocket', access: 'full' }, []],
  ])('%s', (endpoint, keys, changes) => {
    expect(out(endpoint)).toEqual({ keys, told: changes });
  });

  it('lists the methods of MCP that a pattern stands for, and a denied extension by its name', () => {
    const { keys, told } = out(
      'protocol: mcp, rules: [{ allow: { rpc_method: "notifications/*" } }, { allow: { rpc_method: notifications/own } }], deny_rules: [{ rpc_method: "notifications/o*" }]',
    );
    const methods = (keys as { rules: { allow: { method: string } }[] }).rules.map(
      ({ allow }) => allow.method,
    );
    expect(methods).toContain('notifications/initialized');
    expect(methods.every((method) => method.startsWith('notifications/'))).toBe(true);
    expect(keys.deny_rules).toEqual([{ method: 'notifications/own' }]);
    expect(told).toContain('stricter export/known-methods notifications/*');
  });

  it('is read back as it was written', () => {
    for (const endpoint of [
      'protocol: mcp, rules: [{ allow: { rpc_method: ping } }, { allow: { tool: a } }]',
      'protocol: graphql, access: read-write',
      'protocol: websocket, access: read-write',
      'protocol: json-rpc, access: full',
    ]) {
      const { tree } = readYaml(
        'policy.yaml',
        new TextEncoder().encode(textOfExport(exported(text(endpoint)))),
      );
      expect(openshellFrontEnd.claims(tree)).toBe(true);
      expect(hasErrors(openshellFrontEnd.parse(tree).diagnostics)).toBe(false);
    }
  });
});
