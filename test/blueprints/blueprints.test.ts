import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blueprint, load, policyOf, describe as wordsOf } from '../support/policy.ts';
import { mayRequest, maySee, mayUseFile } from './access.ts';
import { parseShipped, shippedNames, shippedPart, shippedText } from './shipped.ts';

const NODE = '/usr/bin/node';
const examples = join(import.meta.dirname, '../../examples');
const EXAMPLES = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(examples, entry.name, 'blueprint.yaml')))
  .map(({ name }) => name)
  .sort();
const exampleText = (name: string) => readFileSync(join(examples, name, 'blueprint.yaml'), 'utf8');

/** Notes that a reviewer should see and that are no mistake. */
const EXPECTED_NOTES = /^(egress\/opaque-tunnel|resolve\/override) /;
const unexpected = (text: string) =>
  load(text)
    .diagnostics.map(wordsOf)
    .filter((words) => !EXPECTED_NOTES.test(words));

describe('the shipped tiers', () => {
  it('are three, each read without a finding', () => {
    expect(shippedNames('tiers')).toEqual(['balanced', 'open', 'restricted']);
    for (const name of shippedNames('tiers')) {
      const parsed = parseShipped(`tiers/${name}.yaml`);
      expect(parsed.diagnostics).toEqual([]);
      expect(parsed.kind === 'part' && [parsed.partKind, parsed.part.header.name]).toEqual(['tier', name]);
      expect(shippedPart(`tiers/${name}.yaml`).header.description.length).toBeGreaterThan(100);
    }
  });

  const tier = (name: string) => policyOf(blueprint(`extends: [{ tier: ${name} }]\n`));

  it('restricted reaches nothing', () => {
    expect(tier('restricted').egress.entries).toEqual([]);
  });

  it('balanced fetches and does not publish, push or post', () => {
    const policy = tier('balanced');
    expect(mayRequest(policy, NODE, 'GET https://registry.npmjs.org/left-pad')).toBe(true);
    expect(mayRequest(policy, NODE, 'PUT https://registry.npmjs.org/left-pad')).toBe(false);
    const git = '/usr/lib/git-core/git-remote-http';
    expect(mayRequest(policy, git, 'POST https://github.com/o/r/git-upload-pack')).toBe(true);
    expect(mayRequest(policy, git, 'POST https://github.com/o/r/git-receive-pack')).toBe(false);
    expect(mayRequest(policy, NODE, 'POST https://slack.com/api/chat.postMessage')).toBe(false);
    expect(policy.egress.entries.every(({ visibility }) => visibility === 'http')).toBe(true);
  });

  it('open writes to services and still not to the rest of the world', () => {
    const policy = tier('open');
    expect(mayRequest(policy, NODE, 'POST https://slack.com/api/chat.postMessage')).toBe(true);
    expect(mayRequest(policy, NODE, 'PUT https://registry.npmjs.org/left-pad')).toBe(false);
    expect(mayRequest(policy, NODE, 'GET https://example.com/')).toBe(false);
    expect(mayRequest(policy, '/tmp/x', 'POST https://slack.com/api/chat.postMessage')).toBe(false);
    for (const { binaries, host } of policy.egress.entries) {
      expect(binaries.kind).toBe('only');
      expect(host.text).not.toMatch(/^\*+$/);
    }
  });
});

describe('the shipped blueprints', () => {
  const names = shippedNames('.');

  it.each(names)('%s makes a policy, with nothing to find but notes', (name) => {
    expect(shippedText(`${name}.yaml`).split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../schemas/blueprint.schema.json',
    );
    expect(unexpected(shippedText(`${name}.yaml`))).toEqual([]);
    expect(policyOf(shippedText(`${name}.yaml`)).name).toBe(name);
  });

  it('lets a coding agent change the project and nothing that acts later', () => {
    const policy = policyOf(shippedText('coding-agent.yaml'));
    const here = (path: string) => `/work/project/${path}`;
    for (const path of ['src/a.c', '.git/index', '.agent.md', '.envrc']) {
      expect(mayUseFile(policy, 'write_file', here(path))).toBe(true);
    }
    for (const path of [
      '.agent/rules.md',
      '.git/hooks/post-checkout',
      '.git/config',
      '.github/workflows/ci.yml',
    ]) {
      expect(mayUseFile(policy, 'write_file', here(path))).toBe(false);
      expect(mayUseFile(policy, 'read_file', here(path))).toBe(true);
    }
    for (const path of ['.env', '.npmrc', 'secrets/key.pem']) {
      expect(mayUseFile(policy, 'read_file', here(path))).toBe(false);
    }
    expect(policy.egress.entries).toEqual([]);
  });

  it.each(names)('%s lets nobody change what git runs in the working folder', (name) => {
    const policy = policyOf(shippedText(`${name}.yaml`));
    for (const path of ['.git/hooks/pre-commit', '.git/config', '.git/config.worktree']) {
      for (const right of ['write_file', 'make_reg', 'remove_file'] as const) {
        expect(mayUseFile(policy, right, `/work/project/${path}`)).toBe(false);
      }
      expect(mayUseFile(policy, 'read_file', `/work/project/${path}`)).toBe(true);
    }
    expect(mayUseFile(policy, 'write_file', '/work/project/.git/index')).toBe(true);
  });

  it('lets OpenClaw write its state and not its settings', () => {
    const policy = policyOf(shippedText('openclaw.yaml'));
    const home = (path: string) => `/home/agent/.openclaw/${path}`;
    expect(mayUseFile(policy, 'read_file', home('openclaw.json'))).toBe(true);
    expect(mayUseFile(policy, 'write_file', home('openclaw.json'))).toBe(false);
    expect(mayUseFile(policy, 'make_reg', home('sessions/1.jsonl'))).toBe(true);
    expect(mayUseFile(policy, 'read_file', home('credentials/telegram'))).toBe(false);
    expect(mayUseFile(policy, 'read_file', '/home/agent/.ssh/id_ed25519')).toBe(false);
    expect(maySee(policy, 'NVIDIA_API_KEY')).toBe(false);
    expect(policy.inference.routes.map(({ credentialEnv }) => credentialEnv)).toEqual(['NVIDIA_API_KEY']);
  });

  it('lets a research agent read the named sources and post nowhere', () => {
    const policy = policyOf(shippedText('research-agent.yaml'));
    const python = '/usr/bin/python3.11';
    expect(mayRequest(policy, python, 'GET https://export.arxiv.org/abs/2401.00001')).toBe(true);
    expect(mayRequest(policy, python, 'GET https://de.wikipedia.org/wiki/Landlock')).toBe(true);
    expect(mayRequest(policy, python, 'POST https://de.wikipedia.org/w/api.php')).toBe(false);
    expect(mayRequest(policy, python, 'GET https://a.b.wikipedia.org/wiki/Landlock')).toBe(false);
    expect(mayRequest(policy, '/usr/bin/curl', 'GET https://export.arxiv.org/abs/2401.00001')).toBe(false);
    expect(mayUseFile(policy, 'read_file', '/work/project/input/a.csv')).toBe(true);
    expect(mayUseFile(policy, 'execute', '/work/project/input/a.csv')).toBe(false);
    const papers = policy.egress.entries.find(({ host }) => host.text === 'export.arxiv.org');
    expect(papers?.grant.approval?.ticket).toBe('RES-17');
  });
});

describe('the examples', () => {
  it('are there to read and to run', () => {
    expect(EXAMPLES).toEqual(
      expect.arrayContaining(['monorepo', 'node-agent', 'python-data-agent', 'shell-agent']),
    );
  });

  it.each(EXAMPLES)('%s makes a policy without a finding and is explained', (name) => {
    const text = exampleText(name);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../../schemas/blueprint.schema.json');
    expect(unexpected(text)).toEqual([]);
    expect(policyOf(text).name).toBe(name);
    const readme = readFileSync(join(examples, name, 'README.md'), 'utf8');
    expect(readme).toContain(`cd examples/${name}`);
    expect(readme).toContain('nemoclaw validate blueprint.yaml');
    const [, agent] = /nemoclaw run blueprint\.yaml -- (?:sh|node|python3) (\S+)/.exec(readme) ?? [];
    expect(readdirSync(join(examples, name))).toContain(agent);
  });

  it('keep the folders above and below a package of the monorepo read-only', () => {
    const policy = policyOf(exampleText('monorepo'));
    const here = (path: string) => `/work/project/${path}`;
    expect(mayUseFile(policy, 'write_file', here('packages/search/src/a.c'))).toBe(true);
    expect(mayUseFile(policy, 'write_file', here('packages/search/api/search.h'))).toBe(false);
    expect(mayUseFile(policy, 'write_file', here('packages/shop/src/a.c'))).toBe(false);
    expect(mayUseFile(policy, 'read_file', here('deploy/keys/production.key'))).toBe(false);
    const shop = policyOf(exampleText('monorepo'), { variables: { package: 'shop' } });
    expect(mayUseFile(shop, 'write_file', here('packages/shop/src/a.c'))).toBe(true);
  });
});
