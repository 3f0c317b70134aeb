import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FULL, READ, type Repository, reaching, repository } from './repository.ts';

const PART = `apiVersion: nemoclaw.dev/v1
kind: Preset
metadata: { name: base, description: a part }
filesystem_policy:
`;
const NARROW = `${PART}  read_only: [/usr]\n`;
const WIDE = `${PART}  read_only: [/usr]\n  read_write: [/etc]\n`;

const EXTENDING = 'extends: [{ file: ../parts/base.yaml }]\n';
const ESCAPED = EXTENDING.replace('extends', '"ext\\x65nds"');

/** The same blueprint in JSON, with no key or value that is spelled plainly. */
const IN_JSON = JSON.stringify({
  apiVersion: 'nemoclaw.dev/v1',
  kind: 'Blueprint',
  metadata: { name: 'test' },
  extends: [{ file: '../parts/base.yaml' }],
  filesystem_policy: { include_workdir: true },
}).replace(
  /"([^"]+)"/g,
  (_, word: string) =>
    `"${[...word].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
);

async function told(repo: Repository, ...more: readonly string[]) {
  const { exitCode, stdout } = await repo.diff(['--git', 'HEAD~1..', '-o', 'json', ...more]);
  const { comparisons, skipped, diagnostics } = JSON.parse(stdout);
  return {
    exitCode,
    said: (comparisons as { path: string; verdict: string }[]).map((one) => `${one.path} ${one.verdict}`),
    skipped: skipped as readonly { path: string; why: string }[],
    problems: (diagnostics as { code: string; message: string }[]).map(
      ({ code, message }) => `${code} ${message}`,
    ),
  };
}

describe('an unchanged blueprint that extends what changed is compared', () => {
  test.each([
    ['agents/a.yaml', 'a key with an escape', reaching([], ESCAPED)],
    ['agents/agent', 'no ending', reaching([], EXTENDING)],
    ['agents/agent', 'no ending and an escape', reaching([], ESCAPED)],
    ['agents/agent.json', 'JSON in escapes alone', IN_JSON],
    ['agents/a.md', 'another ending', reaching([], EXTENDING)],
  ])('%s: %s', async (path, _, text) => {
    const repo = repository();
    repo.commit({ [path]: text, 'parts/base.yaml': NARROW, 'src/other.c': 'char *a = "\\x41";\n' });
    repo.commit({ 'parts/base.yaml': WIDE });
    const { said, skipped } = await told(repo);
    expect(said).toEqual([`${path} widens`]);
    expect(skipped).toEqual([
      { path: 'parts/base.yaml', why: 'a part, which counts where a policy extends it' },
    ]);
    expect((await told(repo, 'agents')).said).toEqual([`${path} widens`]);
    expect((await told(repo, 'src')).said).toEqual([]);
  });

  test('through a link of any name, to a file outside of the paths that are asked about', async () => {
    const repo = repository();
    repo.commit({ 'real/agent': reaching([], EXTENDING), 'parts/base.yaml': NARROW });
    mkdirSync(join(repo.folder, 'agents'));
    symlinkSync('../real/agent', join(repo.folder, 'agents/link'));
    symlinkSync('../parts/base.yaml', join(repo.folder, 'agents/part'));
    symlinkSync('../gone', join(repo.folder, 'agents/nowhere'));
    repo.commit({});
    repo.commit({ 'parts/base.yaml': WIDE });
    expect((await told(repo, 'agents')).said).toEqual(['agents/link widens']);
    expect((await told(repo)).said).toEqual(['agents/link widens', 'real/agent widens']);
  });

  test('a link of any name to a policy that changed', async () => {
    const repo = repository();
    repo.commit({ 'real/a.yaml': reaching([READ]) });
    symlinkSync('real/a.yaml', join(repo.folder, 'agent'));
    repo.commit({});
    repo.commit({ 'real/a.yaml': reaching([FULL]) });
    expect((await told(repo)).said).toEqual(['agent widens', 'real/a.yaml widens']);
  });

  test('but not what extends something else', async () => {
    const repo = repository();
    const other = reaching([], '"ext\\x65nds": [{ file: other.yaml }]\n');
    repo.commit({ agent: other, 'other.yaml': NARROW, 'parts/base.yaml': NARROW });
    repo.commit({ 'parts/base.yaml': WIDE });
    expect(await told(repo)).toMatchObject({ exitCode: 0, said: [] });
  });
});

test('an unchanged file that the repository lacks is an error: it may extend what changed', async () => {
  const repo = repository();
  repo.commit({ agent: reaching([], EXTENDING), 'a.yaml': reaching([READ]) });
  repo.commit({ 'a.yaml': reaching([FULL]) });
  const id = repo.git('rev-parse', 'HEAD:agent').trim();
  rmSync(join(repo.folder, '.git/objects', id.slice(0, 2), id.slice(2)));
  expect(await told(repo)).toMatchObject({
    exitCode: 1,
    problems: ['NC1000 the file cannot be read: its content is not in this repository'],
  });
  expect(await told(repo, 'a.yaml')).toMatchObject({ exitCode: 0, said: ['a.yaml widens'] });
});

describe('a changed file of any name and spelling', () => {
  test.each([
    ['agent', reaching([READ]).replace('nemoclaw.dev/v1', '"nemoclaw\\u002edev/v1"')],
    ['agent.json', IN_JSON.replace(/,"(?:\\u[0-9a-f]{4}){7}":\[.*?\]/, '')],
    ['openshell', 'version: 1\n"filesystem\\x5fpolicy": { include_workdir: true, read_write: [/sandbox] }\n'],
  ])('%s is compared', async (path, text) => {
    const repo = repository();
    repo.commit({ 'readme.md': 'x' });
    const plain = path === 'agent' ? text.replace('filesystem_policy', '"filesystem\\u005fpolicy"') : text;
    repo.commit({ [path]: plain.replaceAll('network_policies', '"network\\x5fpolicies"') });
    expect(await told(repo)).toMatchObject({ said: [`${path} widens`], skipped: [], problems: [] });
  });

  test('that names itself a policy and is none is invalid', async () => {
    const repo = repository();
    repo.commit({});
    repo.commit({ agent: '"filesystem\\u005fpolicy": {}\n"apiVersion": "nemoclaw\\u002edev/v1"\n' });
    expect((await told(repo)).exitCode).toBe(1);
  });

  test('that cannot be read is named, and one that says nothing of policies is not', async () => {
    const repo = repository();
    repo.commit({});
    repo.commit({ 'big.bin': 'x'.repeat(4 * 1024 * 1024 + 1), 'package.json': '{ "version": "1.0.0" }' });
    expect(await told(repo)).toMatchObject({
      exitCode: 0,
      said: [],
      skipped: [{ path: 'big.bin', why: 'it cannot be read: it is larger than 4 MiB' }],
    });
  });
});

describe('a changed file that quotes a policy', () => {
  const fenced = (text: string) => `Write a blueprint:\n\n\`\`\`yaml\n${text}\`\`\`\n`;
  const quotes = {
    'docs/page.md': (text: string) => `# Agents\n\n${fenced(text)}`,
    'docs/page-with-a-head.md': (text: string) => `---\ntitle: Agents\n---\n${fenced(text)}`,
    'test/agent.test.ts': (text: string) => `const text = ${JSON.stringify(text)};\n`,
    'notes.txt': (text: string) => `To do: this one\n\n${text.replace(/^/gm, '    ')}\n`,
    'package.json': (text: string) => `${JSON.stringify({ homepage: 'https://nemoclaw.dev/', text })}\n`,
  };

  test('is no policy, and holds nothing up', async () => {
    const repo = repository();
    const all = (text: string) =>
      Object.fromEntries(Object.entries(quotes).map(([path, quote]) => [path, quote(text)]));
    repo.commit(all(reaching([READ])));
    repo.commit(all(reaching([FULL])));
    const { exitCode, said, problems, skipped } = await told(repo);
    expect({ exitCode, said, problems }).toEqual({ exitCode: 0, said: [], problems: [] });
    expect(skipped.map(({ path }) => path)).toEqual(Object.keys(quotes).sort());
    expect((await told(repo, 'docs/page.md')).exitCode).toBe(0);
  });

  test.each(Object.keys(quotes))('but %s is one as soon as a command would take it for one', async (path) => {
    const repo = repository();
    repo.commit({ [path]: quotes[path as keyof typeof quotes](reaching([READ])) });
    repo.commit({ [path]: reaching([FULL]) });
    expect(await told(repo)).toMatchObject({ exitCode: 0, said: [`${path} widens`] });
    repo.commit({ [path]: quotes[path as keyof typeof quotes](reaching([FULL])) });
    expect((await told(repo)).exitCode).toBe(1);
  });

  test('what is extended under such a name has to be readable', async () => {
    const repo = repository();
    const extending = EXTENDING.replace('base.yaml', 'base.md');
    repo.commit({ 'agents/agent': reaching([], extending), 'parts/base.md': NARROW });
    repo.commit({ 'parts/base.md': quotes['docs/page.md'](NARROW) });
    expect((await told(repo)).exitCode).toBe(1);
  });

  test.each([
    ['a wrong key', `${reaching([FULL])}nonsense: 1\n`],
    ['no metadata', reaching([FULL]).replace(/metadata:.*\n( {2}.*\n)*/, '')],
  ])('one that is a mapping of its own with %s is invalid under any name', async (_, text) => {
    const repo = repository();
    repo.commit({});
    repo.commit({ 'docs/agent.md': text });
    expect((await told(repo)).exitCode).toBe(1);
  });
});
