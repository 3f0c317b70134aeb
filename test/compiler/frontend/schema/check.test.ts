import { describe, expect, it } from 'vitest';
import { checkSchema } from '../../../../compiler/frontend/schema/check.ts';
import type { SchemaName } from '../../../../compiler/frontend/schema/published.ts';
import { readYamlText } from '../../../../compiler/frontend/yaml/read.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';

const HEAD = 'apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata:\n  name: words\n';

function findings(text: string, name: SchemaName = 'blueprint'): string[] {
  const { tree, diagnostics } = readYamlText(new SourceFile('blueprint.yaml', text));
  expect(diagnostics).toEqual([]);
  return checkSchema(name, tree).map(({ primary, message, help }) => {
    const underlined = text.slice(primary!.start, primary!.end);
    return `${underlined} | ${message}${help === null ? '' : ` | ${help}`}`;
  });
}

describe('words about mistakes', () => {
  it.each([
    [
      'filesystem_polcy: {}',
      'filesystem_polcy | unknown key `filesystem_polcy` | did you mean `filesystem_policy`?',
    ],
    ['seccomp: {}', 'seccomp | unknown key `seccomp` | did you mean `syscalls`?'],
    ['env: []', 'env | unknown key `env` | did you mean `process.environment`?'],
    [
      'allowWrite: []',
      'allowWrite | unknown key `allowWrite` | did you mean `filesystem_policy.read_write`?',
    ],
    ['process: { uid: "1" }', 'uid | unknown key `uid` in `process` | did you mean `run_as_user`?'],
    [
      'landlock: { compatibility: best_effort, banana: 1 }',
      'banana | unknown key `banana` in `landlock` | the keys here are `compatibility`',
    ],
    [
      'landlock: {}',
      'landlock | `compatibility` is missing in `landlock` | for example `compatibility: hard_requirement`',
    ],
    [
      'landlock: { compatibility: strict }',
      'strict | `strict` is not a mode of Landlock: it would enforce nothing | write `hard_requirement` to refuse to start on a kernel that cannot enforce the filesystem section',
    ],
    [
      'process: { run_as_user: 1500 }',
      '1500 | expected text on one line for `run_as_user`, found number `1500` | put it in quotes: `"1500"`',
    ],
    [
      'filesystem_policy: { include_workdir: yes }',
      'yes | expected `true` or `false` for `include_workdir`, found text `yes` | write `true`, without quotes',
    ],
    [
      'filesystem_policy: { read_only: /usr }',
      '/usr | expected list of paths for `read_only`, found text `/usr` | write it as a list, each entry after `- `',
    ],
    [
      'filesystem_policy:\n  read_only:',
      'read_only | expected list of paths for `read_only`, found nothing | write a value, or remove the key',
    ],
    [
      'network_policies: { web: { endpoints: [{ host: [a, b], port: 443 }] } }',
      '[a, b] | expected host name for `host`, found a list | write one value, not a list',
    ],
    [
      'network_policies: { web: { endpoints: [{ host: a, port: 70000 }] } }',
      '70000 | `70000` is out of range for `port` | from 1 to 65535',
    ],
    [
      'network_policies: { web: { endpoints: [{ host: a, port: 443, protocol: htpp }] } }',
      'htpp | `htpp` is not a value of `protocol` | did you mean `http`?',
    ],
    [
      'network_policies: { web: { endpoints: [{ host: a, port: 443, access: rw }] } }',
      'rw | `rw` is not a value of `access` | did you mean `read-write`?',
    ],
    [
      'network_policies: { web: { endpoints: [{ host: a, port: 443, tls: banana }] } }',
      'banana | `banana` is not a value of `tls` | write one of `terminate`, `skip`',
    ],
    [
      'resources: { process_memory: 4 gigs }',
      '4 gigs | `4 gigs` does not fit `process_memory`: expected number of bytes, size with a unit, or `{ limit: ... }` | for example `512MiB`',
    ],
    [
      'filesystem_policy: { read_only: [{ path: /opt, grant: {} }] }',
      '{} | `grant` is empty: expected mapping with `owner`, `reason`, ... | write what belongs here, or remove the key',
    ],
  ])('%s', (section, expected) => {
    expect(findings(`${HEAD}${section}\n`)).toEqual([expected]);
  });

  it('reads a number of another kind than the one that is wanted as another kind', () => {
    expect(findings('version: "1"\n', 'openshell-policy')).toEqual([
      '"1" | expected `1` for `version`, found text `1` | write `1`, without quotes',
    ]);
  });

  it('underlines the beginning of what goes over several lines', () => {
    expect(findings(`${HEAD}extends:\n  tier: open\n  preset: npm\n`)).toEqual([
      'tier | expected list of tiers, presets and files for `extends`, found a mapping',
    ]);
  });

  it('finds every mistake once, in the order of the text', () => {
    const text = `${HEAD}landlock: 5\nbanana: {}\nprocess: []\n`;
    expect(findings(text).map((finding) => finding.split(' | ')[0])).toEqual(['5', 'banana', '[]']);
  });

  it('shows the first twenty mistakes and counts the others', () => {
    const found = findings(`${HEAD}${Array.from({ length: 43 }, (_, at) => `banana${at}: 1\n`).join('')}`);
    expect(found).toHaveLength(21);
    expect(found[20]).toContain('and 23 more mistakes');
  });

  it('shows what a hostile text contains without acting on it', () => {
    const [finding] = findings(
      `${HEAD}landlock: { compatibility: "\\e[2J\`\\u202Ebest\\nNC0000 all is well" }\n`,
    );
    expect(finding!.split(' | ')[1]).toBe(
      "`\\u{1b}[2J'\\u{202e}best\\nNC0000 all is well` is not a value of `compatibility`",
    );
  });

  it('cuts long values', () => {
    const [finding] = findings(`${HEAD}landlock: { compatibility: ${'x'.repeat(5_000)} }\n`);
    expect(finding!.split(' | ')[1]!.length).toBeLessThan(120);
  });

  it('does not take names of every object for keys', () => {
    expect(findings(`${HEAD}toString: 1\nprocess: { constructor: 1, __proto__: 2 }\n`)).toHaveLength(3);
  });

  it('says that an empty file is empty', () => {
    expect(findings('# nothing here\n')).toEqual([
      ' | `the file` is empty: expected Blueprint | write what belongs here, or remove the key',
    ]);
  });
});
