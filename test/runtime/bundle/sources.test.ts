import { expect, test } from 'vitest';
import { digestOf } from '../../../compiler/bundle/digest.ts';
import { readSources, sourcesText } from '../../../runtime/bundle/sources.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const SOURCES = [
  { name: 'agent.yaml', bytes: bytes('\ufeffname: a\r\n') },
  { name: 'preset:base', bytes: bytes('name: b\n') },
];
const inputs = SOURCES.map(({ name, bytes: content }) => ({ name, digest: digestOf(content) }));

test('sources come back byte for byte, a byte order mark and line ends too', () => {
  expect(readSources(bytes(sourcesText(SOURCES)), { inputs })).toEqual({ ok: true, sources: SOURCES });
});

test.for([
  ['one fewer', sourcesText(SOURCES.slice(1)), 'it has 1 files, and the manifest names 2'],
  [
    'another order',
    sourcesText([...SOURCES].reverse()),
    '`preset:base` is not the file that the manifest names',
  ],
  [
    'another text',
    sourcesText(SOURCES).replace('name: b', 'name: c'),
    '`preset:base` is not the file that the manifest names',
  ],
  [
    'another name',
    sourcesText(SOURCES).replace('preset:base', 'preset:full'),
    '`preset:full` is not the file that the manifest names',
  ],
  ['no JSON', '{', 'it is no JSON'],
  [
    'a key more',
    sourcesText(SOURCES).replace('"version": 1', '"version": 1, "x": 1'),
    'the document has the unknown key `x`',
  ],
  [
    'another version',
    sourcesText(SOURCES).replace('"version": 1', '"version": 2'),
    'its version is 2, and 1 is known',
  ],
] as const)('%s is not read', ([, text, problem]) => {
  expect(text).not.toBe(sourcesText(SOURCES));
  expect(readSources(bytes(text), { inputs })).toEqual({ ok: false, problem });
});
