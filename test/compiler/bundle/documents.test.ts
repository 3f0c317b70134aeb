import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../compiler/bundle/canonical-json.ts';
import {
  LOCK_SCHEMA,
  type LockedBundle,
  lockDifferences,
  lockText,
  parseLock,
} from '../../../compiler/bundle/lock.ts';
import { VERSION } from '../../../compiler/version.ts';

const root = join(import.meta.dirname, '../../..');
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const validator = (name: string) =>
  new Ajv2020({ strict: false }).compile(json(`schemas/${name}.schema.json`));

const golden = join(root, 'test/golden');
const manifests = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('/manifest.json'),
);

test.each(manifests)('%s is as the published schema says', (path) => {
  const validate = validator('manifest');
  expect(validate(json(`test/golden/${path}`)), JSON.stringify(validate.errors)).toBe(true);
});

const digest = (word: string) => `sha256:${word.repeat(64)}` as const;
const locked: LockedBundle = {
  bundle: digest('a'),
  policy: digest('b'),
  tool: VERSION,
  inputs: { 'agent.yaml': digest('c') },
  artifacts: { 'launch/plan.bin': digest('d') },
};

test('a lock file is as the published schema says, and reads back', () => {
  const text = lockText(null, 'linux-x86_64', locked);
  const validate = validator('lock');
  expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
  expect(parseLock(text)?.targets['linux-x86_64']).toEqual(locked);
  const both = parseLock(lockText(parseLock(text), 'host', locked));
  expect(Object.keys(both?.targets ?? {})).toEqual(['host', 'linux-x86_64']);
});

test('every difference is named with both sides', () => {
  const compiled = {
    ...locked,
    policy: digest('e'),
    inputs: {},
    artifacts: { 'launch/plan.bin': digest('d'), 'x.json': digest('f') },
  };
  expect(lockDifferences(locked, locked)).toEqual([]);
  expect(lockDifferences(locked, compiled)).toEqual([
    { what: 'artifact x.json', locked: null, compiled: digest('f') },
    { what: 'input agent.yaml', locked: digest('c'), compiled: null },
    { what: 'policy', locked: digest('b'), compiled: digest('e') },
  ]);
});

test.each([
  'not json',
  '[]',
  '{"targets":{}}',
  `{"$schema":"${LOCK_SCHEMA}"}`,
  `{"$schema":"${LOCK_SCHEMA}","targets":{"x":{"bundle":"sha256:00"}}}`,
])('%s is no lock file', (text) => {
  expect(parseLock(text)).toBeNull();
});

test('canonical JSON has one spelling', () => {
  const one = canonicalJson({ b: [1n, { z: null, a: undefined }], a: 'ä' });
  expect(one).toBe(canonicalJson({ a: 'ä', b: [1n, { a: undefined, z: null }] }));
  expect(one).toBe('{\n  "a": "ä",\n  "b": [\n    "0x1",\n    {\n      "z": null\n    }\n  ]\n}\n');
});

test('the version is that of package.json', () => {
  expect(json('package.json').version).toBe(VERSION);
});
