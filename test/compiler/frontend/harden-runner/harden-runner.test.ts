import { describe, expect, it } from 'vitest';
import { changesOf, errorsOf, imported, importedText } from '../../../support/imports-of-settings.ts';

const USES = 'step-security/harden-runner@v2';

/** A workflow with one job a step; each is the text of its `with`. */
function workflow(...inputs: string[]): string {
  const jobs = inputs.map(
    (text, at) =>
      `  job${at}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ${USES}\n        with:\n${text.replace(/^/gm, '          ')}\n`,
  );
  return `name: ci\non: push\njobs:\n${jobs.join('')}`;
}

const endpoints = (text: string) =>
  [...importedText(text).matchAll(/host: "?([^",]+)"?, port: (\d+)/g)].map(
    ([, host, port]) => `${host}:${port}`,
  );

describe('allowed-endpoints', () => {
  it.each([
    ['folded', 'allowed-endpoints: >\n  a.example:443\n  b.example:80'],
    ['literal', 'allowed-endpoints: |-\n  a.example:443\n  b.example:80'],
    ['on one line', 'allowed-endpoints: a.example:443 b.example:80'],
    ['on several plain lines', 'allowed-endpoints:\n  a.example:443\n  b.example:80'],
    ['quoted', 'allowed-endpoints: "a.example:443  b.example:80"'],
    ['with a repetition', 'allowed-endpoints: A.example:443 b.example:80 a.example:443 a.example'],
  ])('%s', (_, text) => {
    expect(endpoints(workflow(text))).toEqual(['a.example:443', 'b.example:80']);
  });

  it('takes 443 where no port is written, and one label for a wildcard', () => {
    const text = workflow('allowed-endpoints: >\n  a.example *.b.example:8443 x*.c.example');
    expect(endpoints(text)).toEqual(['a.example:443', '*.b.example:8443', 'x*.c.example:443']);
    expect(changesOf(text)).toEqual([
      'stricter import/one-label @ *.b.example:8443',
      'stricter import/one-label @ x*.c.example',
    ]);
  });

  it.each([
    ['a.example:0', 'the port'],
    ['a.example:https', 'the port'],
    ['a.example:70000', 'the port'],
    ['https://a.example', 'a URL'],
    ['a.example:443:1', 'more than one'],
    ['a.example/x:443', 'the host'],
    ['**.a.example:443', 'a wildcard'],
    ['"a.example:443"', 'the host'],
    ['a.example:443,', 'the port'],
  ])('refuses %s at its place', (word, why) => {
    const text = workflow(`allowed-endpoints: >\n  b.example:443\n  ${word}`);
    const found = imported(text);
    expect(errorsOf(text)).toEqual([`import/invalid-endpoint @ ${word}`]);
    expect(found.errors[0]!.message).toContain(why);
    expect(found.blueprint).toBeNull();
  });

  it('refuses what looks like a comment within the list', () => {
    const text = workflow('allowed-endpoints: >\n  # for pip\n  pypi.org:443');
    expect(errorsOf(text)[0]).toBe('import/invalid-endpoint @ #');
  });

  it('grants no host of every name', () => {
    const text = workflow('allowed-endpoints: "*:443 *.*:443 a.example:443"');
    expect(endpoints(text)).toEqual(['a.example:443']);
    expect(changesOf(text)).toEqual([
      'stricter import/host-left-out @ *:443',
      'stricter import/host-left-out @ *.*:443',
    ]);
  });

  it.each([
    ['allowed-endpoints: ${{ env.LIST }}', 'import/expression @ ${{ env.LIST }}'],
    ['egress-policy: ${{ inputs.mode }}', 'import/expression @ ${{ inputs.mode }}'],
    ['egress-policy: strict', 'import/wrong-type @ strict'],
    ['allowed-endpoint: a.example:443', 'import/unknown-key @ allowed-endpoint'],
    ['policy: shared', 'import/policy-elsewhere @ policy'],
    ['use-policy-store: true', 'import/policy-elsewhere @ use-policy-store'],
    ['allowed-endpoints: [a.example]', 'import/wrong-type @ [a.example]'],
  ])('refuses `%s`', (text, error) => {
    expect(errorsOf(workflow(text))).toEqual([error]);
  });

  it.each([
    ['egress-policy: audit', ['stricter import/audit-blocks @ audit']],
    ['disable-sudo: false', ['stricter import/no-root @ disable-sudo']],
    ['disable-sudo: true\nuse-policy-store: false', ['lost import/no-place @ use-policy-store']],
    ['token: ${{ secrets.T }}', ['lost import/no-place @ token']],
  ])('says what became of `%s`', (text, changes) => {
    expect(changesOf(workflow(text))).toEqual(changes);
  });
});

describe('the step that is meant', () => {
  const two = workflow('allowed-endpoints: a.example:443', 'allowed-endpoints: b.example:443');

  it('has to be chosen where jobs differ', () => {
    expect(errorsOf(two)).toEqual([`import/several-steps @ ${USES}`]);
    expect(imported(two).errors[0]!.help).toBe('choose one with `--job`: `job0`, `job1`');
    expect(importedText(two, { job: 'job1' })).toContain('host: b.example');
    expect(importedText(two, { job: 'job1' })).not.toContain('host: a.example');
  });

  it('need not be chosen where they agree', () => {
    const same = 'allowed-endpoints: a.example:443';
    expect(endpoints(workflow(same, same))).toEqual(['a.example:443']);
  });

  it('is named by a job that exists', () => {
    expect(imported(two, { job: 'jop1' }).errors.map(({ name, help }) => `${name} ${help}`)).toEqual([
      'import/no-step did you mean `job1`?',
    ]);
    expect(errorsOf('jobs:\n  a:\n    steps:\n      - run: make\n')).toEqual(['import/no-step @ j']);
  });

  it('may stand in a list of steps, or be the input alone', () => {
    expect(endpoints(`- uses: ${USES}\n  with: { allowed-endpoints: "a.example:443" }\n`)).toEqual([
      'a.example:443',
    ]);
    expect(endpoints('allowed-endpoints: >\n  a.example:443\n')).toEqual(['a.example:443']);
  });

  it('is not another action of a similar name', () => {
    const text = workflow('allowed-endpoints: a.example:443').replace(USES, 'someone/harden-runner@v2');
    expect(errorsOf(text)).toEqual(['import/no-step @ n']);
  });
});

describe('a plain list', () => {
  it('has comments, dashes and quotes', () => {
    const text = '# hosts\na.example:443 b.example\n- "*.c.example:80"  # wide\n\n';
    expect(endpoints(text)).toEqual(['a.example:443', 'b.example:443', '*.c.example:80']);
  });

  it('is not any text', () => {
    expect(errorsOf('hello world\n')).toEqual(['import/unknown-language @ hello world']);
    expect(errorsOf('')).toEqual(['import/unknown-language @ ']);
    expect(errorsOf('hello:443 wor/ld\n', { language: 'list' })).toEqual([
      'import/invalid-endpoint @ wor/ld',
    ]);
  });
});
