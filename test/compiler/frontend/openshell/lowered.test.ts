import { describe, expect, it } from 'vitest';
import { mayRequest, mayUseFile } from '../../../blueprints/access.ts';
import { hostNeeds, publishedFiles } from '../../../support/host.ts';
import { load, policyOf, describe as wordsOf } from '../../../support/policy.ts';
import { readSharedData } from '../../../support/shared-data.ts';
import { withEndpoint } from './translated.ts';

/** Paths of OpenShell lie in a container; its working folder is `/sandbox`. */
const inSandbox = { workdir: '/sandbox' };
const corpus = (file: string) => readSharedData(`corpus/${file}`);

/** Errors as `name @ underlined text`. */
const errors = (text: string, files: Record<string, string> = {}) =>
  load(text, inSandbox, files)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(wordsOf);

/** A policy that is complete but for its network. */
const complete = (endpoint: string) =>
  `${withEndpoint(endpoint)}filesystem_policy: { include_workdir: true, read_only: [/usr] }\n`;

describe('policies of OpenShell and what they allow here', () => {
  it.for([
    'nemoclaw/openclaw-sandbox.yaml',
    'openshell/local-inference-sandbox-policy.yaml',
    'openshell/openshell-prover-policy.yaml',
    'openshell/openshell-supervisor-network-sandbox-policy.yaml',
    'openshell/sandbox-policy-quickstart-policy.yaml',
    'openshell/transparent-tcp-redis-policy.yaml',
  ])('%s becomes a policy', (file, context) => {
    hostNeeds(context, publishedFiles);
    expect(errors(corpus(file))).toEqual([]);
  });

  it('refuses a policy without files, because the agent could not start anywhere', (context) => {
    hostNeeds(context, publishedFiles);
    expect(errors(corpus('openshell/policy-advisor-sandbox-policy.yaml'))).toEqual([
      'filesystem/workdir-not-granted @ version',
    ]);
  });

  it("refuses NemoClaw's blueprint.yaml without the policy that it builds on, and reads it with it", (context) => {
    hostNeeds(context, publishedFiles);
    const text = corpus('nemoclaw/blueprint.yaml');
    expect(errors(text)).toEqual(['resolve/not-found @ "sandboxes/openclaw/policy.yaml"']);
    const base = { 'sandboxes/openclaw/policy.yaml': corpus('nemoclaw/openclaw-sandbox.yaml') };
    const { policy } = load(text, inSandbox, base);
    expect(policy?.name).toBe('openclaw');
    expect(policy?.inference.routes.map(({ name }) => name)).toEqual(['default']);
    expect(policy && mayUseFile(policy, 'write_file', '/sandbox/a')).toBe(true);
  });

  it('enforces what the default policy of NemoClaw says', (context) => {
    hostNeeds(context, publishedFiles);
    const policy = policyOf(corpus('nemoclaw/openclaw-sandbox.yaml'), inSandbox);
    expect(mayUseFile(policy, 'write_file', '/sandbox/notes')).toBe(true);
    expect(mayUseFile(policy, 'write_file', '/sandbox/.openclaw/openclaw.json')).toBe(false);
    expect(mayUseFile(policy, 'write_file', '/sandbox/.openclaw-data/state')).toBe(true);
    const claude = '/usr/local/bin/claude';
    expect(mayRequest(policy, claude, 'POST https://statsig.anthropic.com/v1/log')).toBe(true);
    expect(mayRequest(policy, claude, 'TUNNEL statsig.anthropic.com:443')).toBe(false);
    expect(mayRequest(policy, '/usr/bin/git', 'TUNNEL github.com:443')).toBe(true);
    expect(mayRequest(policy, '/usr/bin/node', 'POST https://api.telegram.org/bot1:a/sendMessage')).toBe(
      false,
    );
    expect(policy.process.identity).toEqual({ kind: 'user', user: 'sandbox', uid: 1000, gid: 1000 });
    expect(policy.filesystem.landlock).toBe('best_effort');
  });

  it('matches no path that OpenShell would not', (context) => {
    hostNeeds(context, publishedFiles);
    const policy = policyOf(corpus('openshell/openshell-supervisor-network-sandbox-policy.yaml'), inSandbox);
    const git = '/usr/bin/git';
    expect(mayRequest(policy, git, 'GET https://github.com/o/r.git/info/refs?service=git-upload-pack')).toBe(
      true,
    );
    expect(mayRequest(policy, git, 'GET https://github.com/info/refs')).toBe(false);
    expect(mayRequest(policy, git, 'GET https://github.com/o/r/info/refsx/y')).toBe(false);
    expect(mayRequest(policy, git, 'POST https://github.com/o/r.git/git-receive-pack')).toBe(false);
  });

  it.each([
    [
      'a bare wildcard',
      '{ host: "*", port: 443, protocol: rest, access: full }',
      'egress/invalid-host @ "*"',
    ],
    [
      'a URL',
      '{ host: "https://a.example.com", port: 443 }',
      'egress/invalid-host @ "https://a.example.com"',
    ],
    ['an odd spelling of an address', '{ host: "127.1", port: 443 }', 'egress/invalid-host @ "127.1"'],
    [
      'a class in a path',
      '{ host: a.example.com, port: 443, protocol: rest, rules: [{ allow: { method: GET, path: "/[ab]" } }] }',
      'egress/invalid-pattern @ "/[ab]"',
    ],
    [
      'rules inside a stream that is not opened',
      '{ host: a.example.com, port: 443, protocol: rest, tls: skip, access: read-only }',
      'egress/rules-in-tunnel @ read-only',
    ],
    [
      'a method that does not exist',
      '{ host: a.example.com, port: 443, protocol: rest, rules: [{ allow: { method: FETCH, path: "/x" } }] }',
      'egress/invalid-method @ FETCH',
    ],
    [
      'a block with bits after its prefix',
      '{ host: a.example.com, port: 443, allowed_ips: ["10.1.2.3/8"] }',
      'egress/invalid-address @ "10.1.2.3/8"',
    ],
  ])('refuses %s where it is written', (_what, endpoint, error) => {
    expect(errors(complete(endpoint))).toEqual([error]);
  });

  it.each([
    ['read_write: [/]', 'filesystem/root @ /'],
    ['read_only: ["/srv/*"]', 'filesystem/invalid-path @ "/srv/*"'],
    ['read_only: [/srv/../etc]', 'filesystem/invalid-path @ /srv/../etc'],
    ['read_only: [srv]', 'filesystem/invalid-path @ srv'],
    ['read_only: ["/a\\nb"]', 'filesystem/invalid-path @ "/a\\nb"'],
    ['read_only: [/proc/1/environ]', 'filesystem/below-proc @ /proc/1/environ'],
    ['read_only: ["/srv/${home}"]', 'filesystem/invalid-path @ "/srv/${home}"'],
  ])('refuses %s where it is written', (list, error) => {
    expect(errors(`version: 1\nfilesystem_policy: { include_workdir: true, ${list} }\n`)).toEqual([error]);
  });

  it.each(['root', '"0"'])('does not let an agent run as %s', (user) => {
    const text = `version: 1\nfilesystem_policy: { include_workdir: true }\nprocess: { run_as_user: ${user} }\n`;
    expect(errors(text)).toEqual([user === 'root' ? 'process/unknown-user @ root' : 'process/root @ "0"']);
  });
});
