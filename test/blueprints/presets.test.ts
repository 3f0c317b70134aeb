import { describe, expect, it } from 'vitest';
import type { Blueprint } from '../../compiler/frontend/blueprint/blueprint.ts';
import { readYaml } from '../../compiler/frontend/yaml/read.ts';
import type { YamlNode } from '../../compiler/frontend/yaml/tree.ts';
import { hostNeeds, publishedFiles } from '../support/host.ts';
import { blueprint, load, describe as wordsOf } from '../support/policy.ts';
import { readSharedData } from '../support/shared-data.ts';
import { parseShipped, shippedNames, shippedPart, shippedText } from './shipped.ts';

const PRESETS = shippedNames('presets');
/** Requests that read although they are no GET: long questions, tokens, and APIs that know no GET. */
const READING_BY_POST: Readonly<Record<string, RegExp>> = {
  github: /^POST \/\*\/\*\/git-upload-pack$/,
  huggingface: /^POST \/api\/(models|datasets)\/\*\/\*\/paths-info\/\*\*$/,
  jira: /^POST (\/ex\/jira\/\*)?(\/rest\/api\/\*\/search(\/(jql|approximate-count))?|\/oauth\/token)$/,
  outlook: /^POST \/\$\{microsoft_tenant\}\/oauth2\/v2\.0\/(token|devicecode)$/,
  slack:
    /^POST \/api\/(auth\.test|conversations\.(history|info|list|members|replies)|(files|team|users)\.info|reactions\.get|users\.list)$/,
  telegram: /^POST \/bot\*\/get(Me|Updates|Chat|ChatMember|File)$/,
};

const LEVELS = PRESETS.flatMap((name): [string, string | null][] => {
  const levels = [...shippedPart(`presets/${name}.yaml`).levels.keys()];
  return levels.length === 0 ? [[name, null]] : levels.map((level) => [name, level]);
});

const CHOICES = PRESETS.filter((name) => shippedPart(`presets/${name}.yaml`).levels.size > 0);

/** The preset as a whole at one access level. */
function grants(name: string, level: string | null): Blueprint[] {
  const { common, levels } = shippedPart(`presets/${name}.yaml`);
  return level === null ? [common] : [common, levels.get(level)!];
}

const policies = (name: string, level: string | null) =>
  grants(name, level).flatMap(({ network }) => network);
const endpoints = (name: string, level: string | null) =>
  policies(name, level).flatMap(({ endpoints }) => endpoints);

describe('the shipped presets', () => {
  it('are those that users of NemoClaw know, and the base of all', () => {
    expect(PRESETS).toEqual([
      'base',
      'discord',
      'docker',
      'github',
      'huggingface',
      'jira',
      'local-inference',
      'npm',
      'outlook',
      'pypi',
      'slack',
      'telegram',
    ]);
  });

  it.each(PRESETS)('%s is read without a finding and carries its own name', (name) => {
    const parsed = parseShipped(`presets/${name}.yaml`);
    expect(parsed.diagnostics).toEqual([]);
    expect(parsed.kind === 'part' && [parsed.partKind, parsed.part.header.name]).toEqual(['preset', name]);
  });

  it.each(PRESETS)('%s names its schema and says in comments what it is', (name) => {
    const [first, second] = shippedText(`presets/${name}.yaml`).split('\n');
    expect(first).toBe('# yaml-language-server: $schema=../../schemas/preset.schema.json');
    expect(second).toBe('#');
  });

  it('offer reading and writing, except where there is nothing to write', () => {
    const choices = PRESETS.map((name) => [
      name,
      [...shippedPart(`presets/${name}.yaml`).levels.keys()].join(' '),
    ]);
    expect(choices.filter(([, levels]) => levels !== 'read-only read-write')).toEqual([
      ['base', ''],
      ['local-inference', ''],
    ]);
  });

  it.each(LEVELS)('%s at %s makes a policy, with notes about tunnels at most', (name, level) => {
    const access = level === null ? '' : `, access: ${level}`;
    const base = name === 'base' ? '' : '  - preset: base\n';
    const { policy, diagnostics } = load(blueprint(`extends:\n${base}  - { preset: ${name}${access} }\n`));
    expect(policy).not.toBeNull();
    expect(diagnostics.map(wordsOf).filter((words) => !words.startsWith('egress/opaque-tunnel'))).toEqual([]);
  });

  it.each(LEVELS)(
    '%s at %s grants hosts to named programs only, and looks at what they send',
    (name, level) => {
      for (const { binaries } of policies(name, level)) {
        for (const { path } of binaries?.value ?? []) {
          expect(path.value).toMatch(
            /^\/usr\/(local\/)?(bin|lib\/git-core|libexec\/git-core)\/[a-z0-9-]+(\.\*)?$/,
          );
        }
        expect(binaries).not.toBeNull();
      }
      for (const { host, protocol, tls, ports, enforcement } of endpoints(name, level)) {
        expect([host.value, protocol?.value, tls?.value]).toEqual([host.value, 'http', 'terminate']);
        expect(ports.map(({ value }) => value)).toEqual([443]);
        expect(enforcement).toBeNull();
      }
    },
  );

  it('use a wildcard for a host only where it is one customer of many', () => {
    const wildcards = new Set(
      LEVELS.flatMap(([name, level]) => endpoints(name, level))
        .map(({ host }) => host.value)
        .filter((host) => /[*$]/.test(host)),
    );
    expect([...wildcards]).toEqual(['gateway-*.discord.gg', '${jira_site}.atlassian.net']);
  });

  it('grant files in base only', () => {
    const withFiles = PRESETS.filter(
      (name) => shippedPart(`presets/${name}.yaml`).common.filesystem !== null,
    );
    expect(withFiles).toEqual(['base']);
  });

  it.each(CHOICES)('%s changes nothing when it is extended for reading', (name) => {
    for (const { access, rules } of endpoints(name, 'read-only')) {
      expect([undefined, 'read-only']).toContain(access?.value);
      for (const { method, path } of rules?.value ?? []) {
        if (method?.value !== 'GET')
          expect(`${method?.value} ${path?.value}`).toMatch(READING_BY_POST[name] ?? /^never$/);
      }
    }
  });
});

describe('presets beside those of NemoClaw', () => {
  const both = ['discord', 'docker', 'huggingface', 'jira', 'npm', 'outlook', 'pypi', 'slack', 'telegram'];

  it.for(both)('%s says which hosts of the other it leaves out', (name, context) => {
    hostNeeds(context, publishedFiles);
    const theirs = hostsIn(readSharedData(`corpus/nemoclaw/presets/${name}.yaml`));
    expect(theirs.length).toBeGreaterThan(0);
    const ours = endpoints(name, 'read-write').map(({ host }) => host.value.replace('${jira_site}', '*'));
    const comments = commentsOf(shippedText(`presets/${name}.yaml`));
    for (const host of theirs.filter((host) => !ours.includes(host))) expect(comments).toContain(host);
    expect(comments).toContain("Beside NemoClaw's preset of the same name");
  });

  it('leaves out exactly the hosts that are no longer used', (context) => {
    hostNeeds(context, publishedFiles);
    const left = both.flatMap((name) => {
      const ours = endpoints(name, 'read-write').map(({ host }) => host.value.replace('${jira_site}', '*'));
      return hostsIn(readSharedData(`corpus/nemoclaw/presets/${name}.yaml`)).filter(
        (host) => !ours.includes(host),
      );
    });
    expect(left).toEqual([
      'api-inference.huggingface.co',
      'outlook.office365.com',
      'outlook.office.com',
      'api.slack.com',
    ]);
  });
});

/** Every `host:` of a published preset. */
function hostsIn(text: string): string[] {
  const hosts: string[] = [];
  const visit = (node: YamlNode): void => {
    if (node.kind === 'sequence') node.items.forEach(visit);
    if (node.kind !== 'mapping') return;
    for (const { key, value } of node.entries) {
      if (key === 'host' && value.kind === 'scalar') hosts.push(String(value.value));
      visit(value);
    }
  };
  const { tree } = readYaml('preset.yaml', new TextEncoder().encode(text));
  if (tree.root) visit(tree.root);
  return hosts;
}

/** The comments at the head of a file, as one line. */
function commentsOf(text: string): string {
  const head = text.slice(0, text.indexOf('\napiVersion'));
  return head.replace(/\n# ?/g, ' ').replace(/\s+/g, ' ');
}
