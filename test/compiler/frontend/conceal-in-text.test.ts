import { expect, test } from 'vitest';
import { renderText } from '../../../compiler/diagnostics/render/text.ts';
import { parseSource } from '../../../compiler/frontend/parse-source.ts';

/** Made up for this test: the forms are those of real ones. */
const TOKEN = `ghp_${'Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z'}0123`;

test.each([
  ['a duplicate key on the same line', `a: { x: 1, x: ${TOKEN} }\n`],
  ['an anchor before it', `a: &b ${TOKEN}\n`],
  ['a password behind its name', 'password: correct horse battery\npassword: staple\n'],
  ['in quotes', `a: [1\nb: "${TOKEN}"\n`],
])('what cannot be read shows no credential: %s', (_, text) => {
  const parsed = parseSource('leak.yaml', new TextEncoder().encode(text));
  const shown = renderText(parsed.diagnostics);
  expect(parsed.kind).toBe('nothing');
  expect(shown).toContain('leak.yaml:');
  expect(shown).not.toContain(TOKEN);
  expect(shown).not.toMatch(/horse|staple/);
});

test('other words stay as they are', () => {
  const parsed = parseSource(
    'a.yaml',
    new TextEncoder().encode('filesystem_policy: 1\nfilesystem_policy: 2\n'),
  );
  expect(renderText(parsed.diagnostics)).toContain('filesystem_policy: 2');
});
