import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { compareWithFiles } from '../../../../compiler/bundle/signature/compare.ts';
import { precedenceOf } from '../../../../compiler/bundle/signature/precedence.ts';
import { readStatement } from '../../../../compiler/bundle/signature/read-statement.ts';
import { ISSUED, SOURCE, statementSaying, statementText } from '../../../support/signatures.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../schemas/bundle-statement.schema.json'), 'utf8'),
);
const validate = new Ajv2020({ strict: false }).compile(schema);
const read = (text: string) => readStatement(new TextEncoder().encode(text));
const { statement, files } = statementSaying('one');
// biome-ignore lint/suspicious/noExplicitAny: the cases break the form on purpose
const form = (): any => JSON.parse(statementText(statement));

test('a statement is as the published schema says, and reads back', () => {
  expect(validate(form()), JSON.stringify(validate.errors)).toBe(true);
  expect(read(statementText(statement))).toEqual({ ok: true, statement });
  expect(statement.subject.map(({ name }) => name)).toEqual([
    'a.json',
    'deep/b.bin',
    'deep/er/c.txt',
    'manifest.json',
  ]);
});

describe('what is not of the form is refused by the reader and by the schema', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the cases break the form on purpose
  const cases: readonly [string, (changed: any) => void, string][] = [
    ['a key more', (one) => Object.assign(one.predicate, { extra: 1 }), 'has the unknown key `extra`'],
    ['a key less', (one) => delete one.predicate.issued, '`predicate` has no `issued`'],
    [
      'a file outside',
      (one) => Object.assign(one.subject[0], { name: '../a' }),
      '`name` is no path below a bundle',
    ],
    [
      'a digest of another kind',
      (one) => Object.assign(one.subject[0].digest, { md5: 'x' }),
      'unknown key `md5`',
    ],
    [
      'a short commit',
      (one) => Object.assign(one.predicate.source, { commit: 'c0ffee' }),
      'is no name of a commit',
    ],
    [
      'a serial of 0',
      (one) => Object.assign(one.predicate.issued, { serial: 0 }),
      '`serial` is no whole number',
    ],
    [
      'a serial that is a text',
      (one) => Object.assign(one.predicate.issued, { serial: '12' }),
      '`serial` is no',
    ],
    [
      'a time without a zone',
      (one) => Object.assign(one.predicate.issued, { at: '2026-01-31' }),
      '`at` is no time',
    ],
    [
      'an unknown engine',
      (one) => Object.assign(one.predicate.target, { engine: 'vm' }),
      '`engine` is none of',
    ],
    [
      'a repository in two lines',
      (one) => Object.assign(one.predicate.source, { repository: 'a\nb' }),
      'is no address',
    ],
  ];
  test.each(cases)('%s', (_, change, problem) => {
    const changed = form();
    change(changed);
    const outcome = read(statementText(changed));
    expect(outcome).toMatchObject({ ok: false, reason: 'not-the-form' });
    expect('problem' in outcome && outcome.problem).toContain(problem);
    expect(validate(changed)).toBe(false);
  });
});

test.each<[string, string, object]>([
  ['another spelling', JSON.stringify(statement), { reason: 'not-the-form' }],
  ['something behind it', `${statementText(statement)}{}`, { reason: 'not-the-form' }],
  [
    'a key twice',
    statementText(statement).replace('"serial": 12', '"serial": 12, "serial": 99'),
    { reason: 'repeated-key', key: 'serial' },
  ],
  ['another type', statementText({ ...form(), _type: 'link' }), { reason: 'other-kind', key: '_type' }],
  [
    'another predicate',
    statementText({ ...form(), predicateType: 'https://slsa.dev/provenance/v1' }),
    { reason: 'other-kind', key: 'predicateType', found: 'https://slsa.dev/provenance/v1' },
  ],
  [
    'files in another order',
    statementText({ ...form(), subject: form().subject.reverse() }),
    { reason: 'not-the-form' },
  ],
  [
    'a file twice',
    statementText({ ...form(), subject: [form().subject[0], ...form().subject] }),
    { reason: 'not-the-form' },
  ],
  [
    'no manifest',
    statementText({ ...form(), subject: form().subject.slice(0, 3) }),
    { reason: 'not-the-form' },
  ],
  ['no object', '[]', { reason: 'not-the-form' }],
])('a payload with %s is refused', (_, payload, expected) => {
  expect(read(payload)).toMatchObject({ ok: false, ...expected });
});

describe('files are held against a statement', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const changed = (change: (copy: Map<string, Uint8Array>) => void) => {
    const copy = new Map(files);
    change(copy);
    return compareWithFiles(statement, copy);
  };

  test('the signed ones are the bundle', () => {
    expect(compareWithFiles(statement, files)).toEqual([]);
  });

  test('each difference is named', () => {
    const found = changed((copy) => {
      copy.set('a.json', bytes('x'));
      copy.delete('deep/b.bin');
      copy.set('z', bytes(''));
    });
    expect(found).toMatchObject([
      { kind: 'changed', path: 'a.json' },
      { kind: 'missing', path: 'deep/b.bin' },
      { kind: 'added', path: 'z' },
    ]);
  });

  test.each(['name', 'policy', 'tool', 'target', 'inputs'] as const)(
    'a statement that says another %s than the signed manifest contradicts it',
    (key) => {
      const other = form();
      other.predicate[key] = key === 'inputs' ? [{ name: 'x', digest: other.predicate.bundle }] : 'other';
      expect(compareWithFiles(other, files)).toEqual([{ kind: 'contradicted', what: key }]);
    },
  );

  test('so does one whose files the manifest does not list', () => {
    const manifest = JSON.parse(Buffer.from(files.get('manifest.json')!).toString());
    manifest.artifacts[0].size += 1;
    const text = bytes(JSON.stringify(manifest));
    const other = statementSaying('one');
    other.files.set('manifest.json', text);
    const subject = form().subject;
    const hash = compareWithFiles(statement, other.files);
    expect(hash).toMatchObject([{ kind: 'changed', path: 'manifest.json' }]);
    const found = 'found' in hash[0]! ? hash[0].found : '';
    subject[3].digest.sha256 = found.slice('sha256:'.length);
    expect(compareWithFiles({ ...form(), subject }, other.files)).toEqual([
      { kind: 'contradicted', what: 'artifacts' },
    ]);
  });
});

test.each([
  ['more commits', { issued: { serial: 13, at: '2020-01-01T00:00:00.000Z' } }, 'newer'],
  ['fewer commits', { issued: { serial: 11, at: '2030-01-01T00:00:00.000Z' } }, 'older'],
  ['as many, later', { issued: { ...ISSUED, at: '2026-01-31T18:00:00.001Z' } }, 'newer'],
  ['as many, earlier', { issued: { ...ISSUED, at: '2026-01-31T17:59:59.999Z' } }, 'older'],
  ['the very same', {}, 'same'],
  ['of the same moment from another commit', { source: { ...SOURCE, commit: 'f'.repeat(40) } }, 'older'],
])('a bundle with %s is told from the one before', (_, about, expected) => {
  expect(precedenceOf(statementSaying('one', about).statement, statement)).toBe(expected);
});

test('a bundle of another sandbox takes no place', () => {
  const issued = { serial: 99, at: ISSUED.at };
  expect(precedenceOf(statementSaying('two', { issued }).statement, statement)).toBe('other-sandbox');
});
