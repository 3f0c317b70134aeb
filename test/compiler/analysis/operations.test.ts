import { describe, expect, it } from 'vitest';
import { difference } from '../../../compiler/analysis/difference/difference.ts';
import { compileGuardrails } from '../../../compiler/analysis/guardrails/compile.ts';
import { prove } from '../../../compiler/analysis/guardrails/prove.ts';
import { reachOfEgress } from '../../../compiler/analysis/reach/egress.ts';
import { parseGuardrails } from '../../../compiler/frontend/guardrails/front-end.ts';
import { policyDigest } from '../../../compiler/ir/canonical.ts';
import { explainAsked } from '../../../compiler/ir/explain-decision/explain.ts';
import { lowerAccess } from '../../../compiler/ir/lower/access.ts';
import { phraseOfSet, plainPhrase } from '../../../compiler/report/difference/phrase.ts';
import { blueprint, policyOf, testBindings } from '../../support/policy.ts';
import { writtenTest } from '../../support/written.ts';

const HEAD = 'filesystem_policy: { include_workdir: true }\nnetwork_policies:\n';

function policy(...endpoints: readonly string[]) {
  const list = endpoints.map((one) => `{ host: a.example.com, port: 443, ${one} }`);
  return policyOf(blueprint(`${HEAD}  a: { binaries: [/usr/bin/node], endpoints: [${list.join(', ')}] }\n`));
}

const mcp = (rules: string, more = '') => `protocol: mcp, rules: [${rules}]${more}`;
const PING = '{ allow: { path: /mcp, rpc_method: ping } }';

describe('a difference', () => {
  const said = (old: string[], next: string[]) =>
    difference(policy(...old), policy(...next)).changes.map(
      (change) => `${change.direction} ${change.classes.join(' ')}: ${plainPhrase(phraseOfSet(change))}`,
    );
  const place = 'on a.example.com:443 by /usr/bin/node';

  it.each<[string, string[], string[], string[]]>([
    [
      'a tool',
      [mcp(PING)],
      [mcp(`${PING}, { allow: { path: /mcp, tool: "search_*" } }`)],
      [`widens new-operation: POST /mcp as calls of tools of MCP ${place}, tool search_*`],
    ],
    [
      'all tools but one',
      [mcp(PING)],
      [mcp(`${PING}, { allow: { path: /mcp, tool: "*" } }`, ', deny_rules: [{ tool: rm }]')],
      [`widens new-operation: POST /mcp as calls of tools of MCP ${place}, tool anything except rm`],
    ],
    [
      'a denial that goes',
      [mcp('{ allow: { tool: "*" } }', ', deny_rules: [{ tool: rm }]')],
      [mcp('{ allow: { tool: "*" } }')],
      [`widens denial-removed: POST as calls of tools of MCP ${place}, tool rm`],
    ],
    [
      'reading that is given up',
      [mcp('{ allow: { rpc_method: "*" } }')],
      ['rules: [{ allow: { method: POST } }]'],
      [
        `widens inspection-lost: POST as operations of GraphQL or HTTP requests whose content nobody reads or HTTP requests that ask for nothing inside ${place}`,
      ],
    ],
    [
      'a mutation',
      ['protocol: graphql, access: read-only'],
      [
        'protocol: graphql, rules: [{ allow: { operation_type: query } }, { allow: { operation_type: mutation, operation_name: "Add*", fields: [a] } }]',
      ],
      [`widens new-operation: GET or POST as mutations of GraphQL ${place}, operation name Add*, field a`],
    ],
    [
      'what may be sent',
      ['protocol: websocket, rules: [{ allow: { path: /x } }]'],
      ['protocol: websocket, rules: [{ allow: { path: /x, message: "ping*" } }]'],
      [`widens new-operation: GET /x as text on a WebSocket ${place}, message ping*`],
    ],
    [
      'a stream',
      ['access: full'],
      ['protocol: tcp'],
      [`widens inspection-lost uninspected: an opaque tunnel ${place}`],
    ],
  ])('says %s', (_, old, next, expected) => {
    expect(said(old, next)).toEqual(expected);
  });

  it('is none where the same is said in other words', () => {
    const equal: [string[], string[]][] = [
      [[mcp('{ allow: { tool: a } }')], [mcp('{ allow: { rpc_method: tools/call, tool: a } }')]],
      [[mcp('{ allow: { tool: a } }')], [mcp('{ allow: { rpc_method: "*", tool: a } }')]],
      [['protocol: mcp, access: full'], ['protocol: json-rpc, access: full']],
      [
        ['protocol: graphql, rules: [{ allow: { fields: ["*"] } }]'],
        ['protocol: graphql, rules: [{ allow: { operation_type: "*", fields: ["?*"] } }]'],
      ],
      [
        ['protocol: graphql, rules: [{ allow: { fields: [a, b] } }]'],
        ['protocol: graphql, rules: [{ allow: { fields: [a] } }, { allow: { fields: [b] } }]'],
      ],
      [
        ['protocol: tcp'],
        ['protocol: tcp', 'protocol: websocket, access: full', 'protocol: mcp, access: full'],
      ],
      [
        ['protocol: websocket, access: read-write'],
        ['protocol: websocket, rules: [{ allow: { message: "*" } }]'],
      ],
    ];
    for (const [old, next] of equal) {
      expect(said(old, next)).toEqual([]);
      expect(policyDigest(policy(...old)).value).toBe(policyDigest(policy(...next)).value);
    }
    const other: [string[], string[]][] = [
      [
        ['protocol: graphql, rules: [{ allow: { operation_name: "*" } }]'],
        ['protocol: graphql, rules: [{ allow: { operation_name: "?*" } }]'],
      ],
      [['access: full'], ['protocol: mcp, access: full']],
      [['access: full'], ['access: full', 'protocol: websocket, access: full']],
    ];
    for (const [old, next] of other)
      expect(policyDigest(policy(...old)).value).not.toBe(policyDigest(policy(...next)).value);
  });
});

describe('a guardrail', () => {
  function proof(endpoint: string, egress: string): string {
    const text = `apiVersion: nemoclaw.dev/v1\nkind: Guardrails\nmetadata: { name: g }\nguardrails:\n  - { name: it, never: { egress: { ${egress} } } }\n`;
    const { file } = parseGuardrails('g.yaml', new TextEncoder().encode(text));
    const { guardrails, diagnostics } = compileGuardrails(file!, testBindings, () => ({
      policy: null,
      diagnostics: [],
    }));
    expect(diagnostics).toEqual([]);
    const found = prove(policy(endpoint), guardrails![0]!.property, 0);
    return found.outcome === 'broken' ? found.counterexamples[0]!.words : found.outcome;
  }

  const url = 'POST `https://a.example.com/`';
  it.each([
    [mcp('{ allow: { tool: "search_*" } }'), 'tools: ["send_*"]', 'proved'],
    [
      mcp('{ allow: { tool: "s*" } }'),
      'tools: ["send_*"]',
      `the agent can ${url} calling the tool \`send_\` via \`/usr/bin/node\``,
    ],
    [mcp('{ allow: { tool: "s*" } }', ', deny_rules: [{ tool: "send_*" }]'), 'tools: ["send_*"]', 'proved'],
    [
      mcp('{ allow: { rpc_method: "a*" } }'),
      'rpc_methods: [ab]',
      `the agent can ${url} calling \`ab\` via \`/usr/bin/node\``,
    ],
    // What nobody reads may call anything.
    ['rules: [{ allow: { method: POST } }]', 'tools: [x]', `the agent can ${url} via \`/usr/bin/node\``],
    [
      'protocol: tcp',
      'tools: [x]',
      'the agent can open an opaque tunnel to `a.example.com:443` via `/usr/bin/node`',
    ],
    [
      'protocol: graphql, access: read-only',
      'fields: [x], methods: [POST]',
      `the agent can ${url} with the query of \`x\` via \`/usr/bin/node\``,
    ],
    ['protocol: graphql, rules: [{ allow: { fields: [a] } }]', 'fields: [x]', 'proved'],
    ['protocol: graphql, rules: [{ allow: { fields: [a] } }]', 'tools: [x]', 'proved'],
  ])('about %s: %s', (endpoint, egress, expected) => {
    expect(proof(endpoint, egress)).toBe(expected);
  });
});

describe('an answer to one question', () => {
  const endpoint = mcp(
    '{ allow: { path: /mcp, rpc_method: ping } }, { allow: { path: /mcp, tool: "search_*" } }',
    ', deny_rules: [{ tool: search_x }]',
  );
  const because = (more: string, rules = endpoint) => {
    const access = `{ egress: { host: a.example.com, port: 443, binary: /usr/bin/node, ${more} } }`;
    const { asked, diagnostics } = lowerAccess(writtenTest(access).access, 0);
    expect(diagnostics).toEqual([]);
    return explainAsked(policy(rules), asked!, 0).because;
  };
  const post = 'method: POST, path: /mcp';
  const sides = 'host, port and program match `egress:a#0`, but';

  it.each([
    [`${post}, rpc_method: ping`, 'the rule `POST /mcp rpc_method=ping` allows it'],
    [`${post}, tool: search_a`, 'the rule `POST /mcp tool=search_*` allows it'],
    [`${post}, tool: search_x`, 'the deny rule `POST /** tool=search_x` refuses it'],
    [
      `${post}, tool: rm`,
      `${sides} calling the tool \`rm\` is not in \`rpc_method=ping\` and \`tool=search_*\``,
    ],
    [
      post,
      `${sides} a request that asks for nothing inside is not in \`rpc_method=ping\` and \`tool=search_*\``,
    ],
    [`${post}, unread: true`, 'the deny rule `POST /** tool=search_x` refuses it'],
    [
      `${post}, operation_type: query, fields: [a]`,
      `${sides} it takes what it can read as \`mcp\`, and this is something else`,
    ],
    [
      'method: GET, path: /mcp, upgrade: true',
      `${sides} it takes what it can read as \`mcp\`, and this is something else`,
    ],
  ])('%s', (more, expected) => {
    expect(because(more)).toBe(expected);
  });

  it('tells what cannot be read, and what is no WebSocket', () => {
    expect(because(`${post}, unread: true`, mcp(PING))).toBe(
      `${sides} it takes what it can read as \`mcp\`, and nobody could read this`,
    );
    expect(because('method: GET, path: /, upgrade: true', 'access: full')).toBe(
      `${sides} it takes plain requests, and no WebSocket`,
    );
  });
});

describe('what can be asked', () => {
  const refused = (more: string) => {
    const access = `{ egress: { host: a.example.com, port: 443, binary: /usr/bin/node, ${more} } }`;
    return lowerAccess(writtenTest(access).access, 0).diagnostics.map(({ code, primary }) => {
      return `${code} ${primary!.source.text.slice(primary!.start, primary!.end)}`;
    });
  };
  const get = 'method: GET, path: /';

  it.each([
    [`${get}, rpc_method: a, message: b`, ['NC2385 b']],
    [`${get}, upgrade: true, unread: true`, ['NC2385 true']],
    [`${get}, rpc_method: ping, tool: a`, ['NC2383 ping']],
    [`${get}, operation_type: query`, ['NC2386 query']],
    [`${get}, operation_name: A`, ['NC2386 A']],
    [`${get}, fields: [a]`, ['NC2386 [a]']],
    [`${get}, operation_type: query, operation_name: "A*", fields: [a, "9"]`, ['NC2387 "A*"', 'NC2387 "9"']],
    ['tool: a', ['NC2386 a']],
    [`${get}, tool: a, rpc_method: tools/call`, []],
    [`${get}, binary_message: true`, []],
  ])('%s', (more, expected) => {
    expect(refused(more)).toEqual(expected);
  });
});

it('what an endpoint takes is listed with what may be asked for inside', () => {
  const { doors } = reachOfEgress(
    policy(
      mcp('{ allow: { method: GET } }, { allow: { tool: a } }'),
      'protocol: websocket, rules: [{ allow: { path: /x } }]',
      'protocol: websocket, rules: [{ allow: { path: /x, message: "*", binary_messages: true } }]',
    ).egress,
    0,
  );
  expect(doors.map(({ visibility, takes }) => `${visibility} ${takes}`)).toEqual([
    'mcp true',
    'websocket false',
    'websocket true',
  ]);
  expect(
    doors.map(({ requests }) => (requests === 'any' ? [] : requests.map(({ inside }) => inside))),
  ).toEqual([[[], ['tool=a']], [[]], [['message=*', 'binary_messages=true']]]);
});

it('policies that ask nothing about the inside of requests have the digests that they had before it could be asked', () => {
  const digests = [
    ['access: full'],
    [
      'rules: [{ allow: { method: GET, path: "/a/**", query: { q: "x*" } } }], deny_rules: [{ method: "*", path: /a/b }]',
    ],
    ['access: read-only, enforcement: audit', 'tls: skip'],
  ].map((endpoints) => policyDigest(policy(...endpoints)).value!.slice(7, 19));
  expect(digests).toEqual(['64e35c0df143', 'e5d3a0306e21', '0b6018ea06d3']);
});
