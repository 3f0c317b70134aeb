import { closeSync, openSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { heldIn, heldText } from '../../../../runtime/egress/credentials/held.ts';
import { workFolder } from '../../../support/kernel.ts';

const folder = workFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const held = [{ name: 'a', placeholder: 'p', secret: 'the real value' }];

/** A descriptor of a file that has no name any more, as memory has none. */
function nameless(text: string): number {
  const path = join(folder, 'file');
  writeFileSync(path, text);
  const descriptor = openSync(path, 'r');
  unlinkSync(path);
  return descriptor;
}

describe('credentials in memory', () => {
  test('are read again and again from the beginning', () => {
    const descriptor = nameless(heldText(held));
    expect(heldIn(descriptor)).toEqual(held);
    expect(heldIn(descriptor)).toEqual(held);
    closeSync(descriptor);
  });

  test.each([
    ['no JSON', 'the real value'],
    ['another version', JSON.stringify({ version: 2, credentials: held })],
    ['an unknown key', JSON.stringify({ version: 1, credentials: held, more: 1 })],
    ['no list', JSON.stringify({ version: 1, credentials: { a: 'the real value' } })],
  ])('that are %s are refused, and nothing of them is quoted', (_, text) => {
    const descriptor = nameless(text);
    expect(() => heldIn(descriptor)).toThrow(/^the credentials cannot be read$/);
    closeSync(descriptor);
  });

  test('are never read from a file with a name', () => {
    const path = join(folder, 'named');
    writeFileSync(path, heldText(held));
    const descriptor = openSync(path, 'r');
    expect(() => heldIn(descriptor)).toThrow('is no file of memory');
    closeSync(descriptor);
  });
});
