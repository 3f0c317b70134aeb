import { describe, expect, test } from 'vitest';
import { KNOWN_HOSTS } from '../../../../compiler/analysis/lint/known-hosts/hosts.ts';
import { SHARED_SUFFIXES } from '../../../../compiler/analysis/lint/known-hosts/suffixes.ts';
import { parseHostPattern } from '../../../../compiler/domain/host.ts';
import { findingsIn, lintOf, owned } from '../../../support/linted.ts';

const to = (endpoint: string) =>
  owned(
    `filesystem_policy: { include_workdir: true }\nnetwork_policies:\n  x:\n    binaries: [/usr/bin/gh]\n    endpoints:\n      - { port: 443, ${endpoint} }\n`,
  );
const GET = 'access: read-only';
const POST = 'rules: [{ allow: { method: POST, path: "/**" } }]';

describe('hosts of strangers', () => {
  test.each([
    ['a paste site', `host: pastebin.com, ${POST}`, 'lint/strangers-collect @ pastebin.com'],
    ['a paste site, by any means', 'host: pastebin.com, tls: skip', 'lint/strangers-collect @ pastebin.com'],
    ['a box that shows every request', `host: webhook.site, ${GET}`, 'lint/strangers-collect @ webhook.site'],
    ['a tunnel', `host: abc.ngrok.io, ${GET}`, 'lint/strangers-collect @ abc.ngrok.io'],
    ['a paste site, reading', `host: dpaste.org, ${GET}`, 'lint/strangers-publish @ dpaste.org'],
    [
      'files of every repository',
      `host: raw.githubusercontent.com, ${GET}`,
      'lint/strangers-publish @ raw.githubusercontent.com',
    ],
    [
      'a bot of anyone',
      'host: api.telegram.org, rules: [{ allow: { method: POST, path: "/bot*/sendMessage" } }]',
      'lint/strangers-collect @ api.telegram.org',
    ],
    [
      'any bucket',
      `host: s3.eu-west-1.amazonaws.com, ${POST}`,
      'lint/strangers-collect @ s3.eu-west-1.amazonaws.com',
    ],
    [
      'webhooks of a service',
      'host: discord.com, rules: [{ allow: { method: POST, path: "/api/webhooks/**" } }]',
      'lint/strangers-collect @ discord.com',
    ],
    [
      'snippets of a service',
      'host: api.github.com, access: full',
      'lint/strangers-collect @ api.github.com',
    ],
    ['a wildcard over one', `host: "*.webhook.site", ${GET}`, 'lint/strangers-collect @ "*.webhook.site"'],
  ])('%s', (_name, endpoint, found) => {
    expect(lintOf(to(endpoint))).toContain(found);
  });

  test.each([
    [
      'one account, named',
      'host: raw.githubusercontent.com, rules: [{ allow: { method: GET, path: "/acme/**" } }]',
    ],
    [
      'one bucket, by path',
      'host: s3.amazonaws.com, rules: [{ allow: { method: PUT, path: "/acme-results/**" } }]',
    ],
    ['one bucket, by name', `host: acme-results.s3.amazonaws.com, ${POST}`],
    [
      'one workspace',
      'host: hooks.slack.com, rules: [{ allow: { method: POST, path: "/services/T0ACME/**" } }]',
    ],
    [
      'another part of the service',
      'host: discord.com, rules: [{ allow: { method: POST, path: /api/v10/users/me } }]',
    ],
    ['a host that only ends alike', `host: mypastebin.com, ${POST}`],
    ['an ordinary host', `host: api.example.com, ${POST}`],
  ])('not %s', (_name, endpoint) => {
    expect(lintOf(to(endpoint))).toEqual([]);
  });

  test('one rule that names no account is enough', () => {
    const rules =
      'rules: [{ allow: { method: GET, path: "/acme/**" } }, { allow: { method: GET, path: "/*/x" } }]';
    expect(lintOf(to(`host: raw.githubusercontent.com, ${rules}`))).toEqual([
      'lint/strangers-publish @ raw.githubusercontent.com',
    ]);
  });
});

describe('wildcards over names of strangers', () => {
  test.each([
    ['"*.github.io"', 'github.io'],
    ['"**.cloudfront.net"', 'cloudfront.net'],
    ['acme-*.azurewebsites.net', 'azurewebsites.net'],
    ['"*.s3.eu-west-1.amazonaws.com"', 's3.*.amazonaws.com'],
    ['"**.amazonaws.com"', 'execute-api.*.amazonaws.com'],
    ['"*.com"', 'com'],
    ['"**.dev"', 'dev'],
    ['"*.co.uk"', 'co.uk'],
  ])('%s', (host, suffix) => {
    const found = findingsIn(to(`host: ${host}, ${GET}`));
    const [first] = found.filter(({ diagnostic }) => diagnostic.name === 'lint/tenant-wildcard');
    expect(first?.diagnostic.message).toContain(`below \`${suffix}\``);
    expect(lintOf(to(`host: ${host}, ${GET}`))).toContain(`lint/tenant-wildcard @ ${host}`);
  });

  test.each([
    '"*.example.com"',
    'acme.github.io',
    '"*.acme.github.io"',
    '"*.corp.internal"',
    '"*.internal"',
    '"*.lan"',
  ])('not %s', (host) => {
    expect(lintOf(to(`host: ${host}, ${GET}`))).toEqual([]);
  });
});

describe('the lists', () => {
  test('hold hosts that a blueprint can name, each once, and say where that is from', () => {
    const hosts = KNOWN_HOSTS.map(({ host }) => host);
    expect(hosts.filter((host, at) => hosts.indexOf(host) !== at)).toEqual([]);
    for (const { host, source, why } of KNOWN_HOSTS) {
      expect(parseHostPattern(host), host).toMatchObject({ ok: true, pattern: { text: host } });
      expect([source, why]).toEqual([
        expect.stringMatching(/^https:\/\/\S+$/),
        expect.stringMatching(/^(a |where )/),
      ]);
    }
    for (const { suffix, source, why } of SHARED_SUFFIXES) {
      expect(parseHostPattern(`x.${suffix}`), suffix).toMatchObject({ ok: true });
      expect([source, why]).toEqual([
        expect.stringMatching(/^https:\/\/\S+$/),
        expect.stringMatching(/^any/),
      ]);
    }
  });
});
