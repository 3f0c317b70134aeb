import { describe, expect, it } from 'vitest';
import { formatBlueprint } from '../../../compiler/edit/format.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';

function format(text: string): string {
  const once = formatBlueprint(new SourceFile('blueprint.yaml', text));
  expect(once.diagnostics).toEqual([]);
  expect(formatBlueprint(new SourceFile('blueprint.yaml', once.text)).text).toBe(once.text);
  return once.text;
}

const block = (text: string) => {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return `${lines.map((line) => line.slice(indent)).join('\n')}\n`;
};

describe('formatting', () => {
  it('puts keys into the order of the schema, with what belongs to them', () => {
    const written = block(`
      # Licence: Apache-2.0

      # How it starts.
      process:
          environment: [PATH]
      kind: Blueprint  # always
      # What it is called.
      metadata:
        description: An agent
        name: agent
        # nothing else
      apiVersion: nemoclaw.dev/v1
    `);
    expect(format(written)).toBe(
      block(`
        # Licence: Apache-2.0

        apiVersion: nemoclaw.dev/v1
        kind: Blueprint  # always
        # What it is called.
        metadata:
          name: agent
          description: An agent
          # nothing else
        # How it starts.
        process:
          environment: [PATH]
      `),
    );
  });

  it('orders keys in brackets and leaves names of the user where they are', () => {
    const written = block(`
      apiVersion: nemoclaw.dev/v1
      kind: Blueprint
      metadata: { name: agent }
      network_policies:
        zebra:
          endpoints:
          - {port: 443, host: z.example.com}
        ant:
          binaries: [{path: /usr/bin/git}]
          endpoints: []
    `);
    expect(format(written)).toBe(
      block(`
        apiVersion: nemoclaw.dev/v1
        kind: Blueprint
        metadata: { name: agent }
        network_policies:
          zebra:
            endpoints:
              - { host: z.example.com, port: 443 }
          ant:
            endpoints: []
            binaries: [{ path: /usr/bin/git }]
      `),
    );
  });

  it('keeps blank lines between groups, one at most', () => {
    expect(format('version: 1\n\n\n\nlandlock:\n\n  compatibility: best_effort\n\n# end\n\n\n')).toBe(
      'version: 1\n\nlandlock:\n  compatibility: best_effort\n\n# end\n',
    );
  });

  it('takes quotes away where no version of YAML needs them', () => {
    const written = block(`
      version: 1
      process:
        run_as_user: "sandbox"
        run_as_group: '1500'
      network_policies:
        "github":
          name: 'yes'
          endpoints:
            - host: "*.example.com"
              rules: [{ allow: { method: "GET", path: '/**' } }]
        "on":
          name: "GitHub, read only"
        'a "b" c': {}
    `);
    expect(format(written)).toBe(
      block(`
        version: 1
        process:
          run_as_user: sandbox
          run_as_group: "1500"
        network_policies:
          github:
            name: "yes"
            endpoints:
              - host: "*.example.com"
                rules: [{ allow: { method: GET, path: "/**" } }]
          "on":
            name: GitHub, read only
          'a "b" c': {}
      `),
    );
  });

  it('writes brackets over several lines as a block, with their comments', () => {
    const written = block(`
      version: 1
      filesystem_policy:
        read_only: [ # what programs need
          /usr, # programs
          # libraries
          /lib,
          # no more
        ]
        read_write: {
          # nothing
        }
    `);
    expect(format(written)).toBe(
      block(`
        version: 1
        filesystem_policy:
          read_only:  # what programs need
            - /usr  # programs
            # libraries
            - /lib
            # no more
          # nothing
          read_write: {}
      `),
    );
  });

  it('keeps comments beside what they speak about, and their alignment', () => {
    const written = block(`
      version: 1   # the only one
      filesystem_policy:   # what it sees
        read_only:
        - /sandbox/.openclaw      # immutable, so that
                                  # nobody tampers with it
        # before the next
        -
          # inside
          /usr
        - # beside the dash
          /lib
        # after the last
      landlock: # what then
        compatibility:
          # own line
          best_effort # beside
    `);
    expect(format(written)).toBe(
      block(`
        version: 1  # the only one
        filesystem_policy:  # what it sees
          read_only:
            - /sandbox/.openclaw  # immutable, so that
                                  # nobody tampers with it
            # before the next
            # inside
            - /usr
            # beside the dash
            - /lib
            # after the last
        landlock:  # what then
          # own line
          compatibility: best_effort  # beside
      `),
    );
  });

  it('keeps texts over several lines', () => {
    const written = block(`
      apiVersion: nemoclaw.dev/v1
      kind: Blueprint
      metadata:
          name: texts
          description: |   # two lines
              one

                two
          owners:
            - >-
               folded
               text

               end
            - plain
              text
            - "quoted
              text"
    `);
    expect(format(written)).toBe(
      block(`
        apiVersion: nemoclaw.dev/v1
        kind: Blueprint
        metadata:
          name: texts
          description: |  # two lines
            one

              two
          owners:
            - >-
              folded
              text

              end
            - plain text
            - quoted text
      `),
    );
  });

  it('keeps the line for editors and the document mark at the top', () => {
    const modeline = '# yaml-language-server: $schema=blueprint.schema.json';
    expect(format(`${modeline}\nkind: Blueprint\napiVersion: nemoclaw.dev/v1\n`)).toBe(
      `${modeline}\napiVersion: nemoclaw.dev/v1\nkind: Blueprint\n`,
    );
    expect(format(`# head\n---\n# own\nkind: Blueprint\napiVersion: nemoclaw.dev/v1`)).toBe(
      `# head\n---\napiVersion: nemoclaw.dev/v1\n# own\nkind: Blueprint\n`,
    );
  });

  it('ends lines in one way', () => {
    expect(format('version: 1   \r\nlandlock:\r\n    compatibility: "best_effort"')).toBe(
      'version: 1\nlandlock:\n  compatibility: best_effort\n',
    );
  });

  it('leaves a text alone that it cannot read, and says why', () => {
    const text = 'version: 1\nversion: 1\n';
    const { text: after, diagnostics } = formatBlueprint(new SourceFile('blueprint.yaml', text));
    expect(after).toBe(text);
    expect(diagnostics.map(({ name }) => name)).toEqual(['yaml/duplicate-key']);
  });

  it.each([
    '',
    '\n',
    '# only\n\n# comments\n',
    '[]\n',
    '{}\n',
    '- a\n-  b\n',
    'word\n',
    '{a: 1, b: [2]} # c\n',
  ])('takes %j as it is or better', (text) => {
    format(text);
  });

  it.each([
    ['one line of many values', () => `version: 1\nx: [${'1, '.repeat(8_000)}1]\n`],
    ['many lines', () => `version: 1\nx:\n${'  - 1 # one\n'.repeat(8_000)}`],
    ['many comments', () => `version: 1\n${'  # c\n'.repeat(40_000)}`],
    ['many blank lines', () => `version: 1\n${'\n'.repeat(300_000)}x: 1\n`],
    ['many brackets', () => `version: 1\nx:\n${'  - [\n    1 # one\n    ]\n'.repeat(5_000)}`],
  ])('takes linear time on %s', (_, text) => {
    const start = performance.now();
    format(text());
    expect(performance.now() - start).toBeLessThan(15_000);
  });
});
