import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeIn, type TreePath } from '../../../compiler/edit/places.ts';
import { removeEntries } from '../../../compiler/edit/remove-entries.ts';
import { readYamlText } from '../../../compiler/frontend/yaml/read.ts';
import type { YamlNode } from '../../../compiler/frontend/yaml/tree.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';
import { hostNeeds, publishedFiles } from '../../support/host.ts';
import { Seeded } from '../../support/seeded.ts';
import { sharedData } from '../../support/shared-data.ts';

const root = join(import.meta.dirname, '../../..');
const SHIPPED = ['blueprints', 'examples', 'test/fixtures/blueprints/valid'];

function textsIn(folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.yaml'))
        .sort()
        .map((name) => readFileSync(join(folder, name), 'utf8')),
    )
    .filter((text) => {
      const node = treeOf(text);
      return node !== null && choices(node, text).length > 0;
    });
}

function treeOf(text: string): YamlNode | null {
  const { tree, diagnostics } = readYamlText(new SourceFile('a.yaml', text));
  return diagnostics.length > 0 ? null : tree.root;
}

/** Members of blocks that are not alone in theirs: those by whose removal nothing else is left empty. */
function removable(node: YamlNode, text: string, path: TreePath = []): TreePath[] {
  if (node.kind === 'scalar') return [];
  const members =
    node.kind === 'sequence'
      ? node.items.map((item, at) => [at, item] as const)
      : node.entries.map(({ key, value }) => [key, value] as const);
  const isBlock = !/[[{]/.test(text[node.start] ?? '');
  const isAlone = members.length < 2;
  return members.flatMap(([step, value]) => {
    const below = [...path, step];
    const own = isBlock && !isAlone && path.length > 0 ? [below] : [];
    return isBlock ? [...own, ...removable(value, text, below)] : [];
  });
}

/** With comments of every kind put between the lines of blocks. */
function remarked(text: string, random: Seeded): string {
  const lines = text.trimEnd().split('\n');
  return `${lines
    .flatMap((line, at) => {
      const isPlain = (one: string) => /^ *(?:- )?[\w-]+:(?: [^|>]|$)/.test(one);
      if (!isPlain(line) || !isPlain(lines[at + 1] ?? '') || random.below(4) !== 0) return [line];
      const own = /^ */.exec(lines[at + 1]!)![0];
      return random.pick([
        [line, `${own}# above ${at}`],
        [line, `${own}# above ${at}`, `${own}# and more`],
        [line, '', `${own}# apart ${at}`],
        [line, `${own}# heading ${at}`, ''],
        [`${line} # beside ${at}`],
      ]);
    })
    .join('\n')}\n`;
}

const indentOf = (line: string) => /^ */.exec(line)![0].length;
const isBlank = (line: string) => line.trim() === '';

/**
 * The text without an entry by indentation alone, as a person with an editor does it: its line, all that is indented more, the
 * comments directly above it, and one of two blank lines.
 */
function byHand(text: string, at: number, isKey: boolean): string {
  const lines = text.split('\n');
  const ofFile = lines.length - (text.endsWith('\n') ? 1 : 0);
  const column = isKey
    ? /^[ -]*/.exec(lines[at]!)![0].length
    : /^(?: *- )*? *(?=-)/.exec(lines[at]!)![0].length;
  const belongs = (line: string) =>
    indentOf(line) > column ||
    (indentOf(line) === column && (/^ *[\]}]/.test(line) || (isKey && /^ *- /.test(line))));
  let end = at + 1;
  for (let line = at + 1; line < ofFile && (isBlank(lines[line]!) || belongs(lines[line]!)); line++) {
    if (!isBlank(lines[line]!)) end = line + 1;
  }
  let start = at;
  while (start > 0 && /^ *#/.test(lines[start - 1]!) && indentOf(lines[start - 1]!) === column) start--;
  if (start > 0 && isBlank(lines[start - 1]!) && (end >= ofFile || isBlank(lines[end]!))) start--;
  return [...lines.slice(0, start), ...lines.slice(end)].join('\n');
}

function startOf(node: YamlNode, path: TreePath, text: string): number {
  const parent = nodeIn(node, path.slice(0, -1))!;
  const last = path.at(-1)!;
  if (parent.kind === 'mapping') return parent.entries.find(({ key }) => key === last)!.keyStart;
  const item = nodeIn(node, path)!;
  return text.lastIndexOf('-', item.start - 1);
}

function isSubsequence(lines: readonly string[], of: readonly string[]): boolean {
  let at = 0;
  for (const line of of) if (at < lines.length && lines[at] === line) at++;
  return at === lines.length;
}

/** One that begins on the line of a dash shares it with the item. */
function choices(node: YamlNode, text: string): TreePath[] {
  return removable(node, text).filter((path) => {
    const start = startOf(node, path, text);
    return text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === '';
  });
}

function takesOut(texts: readonly string[], seed: number): void {
  const random = new Seeded(seed);
  const text = remarked(random.pick(texts), random);
  const node = treeOf(text);
  if (node === null) throw new Error(`remarks broke it:\n${text}`);
  const onOwnLine = choices(node, text);
  const path = random.pick(onOwnLine);
  const removed = removeEntries(new SourceFile('a.yaml', text), [path]);
  const line = text.slice(0, startOf(node, path, text)).split('\n').length - 1;
  expect(removed, `${JSON.stringify(path)}\n${text}`).toBe(
    byHand(text, line, typeof path.at(-1) === 'string'),
  );
  const several = Array.from({ length: 3 }, () => random.pick(onOwnLine));
  const all = removeEntries(new SourceFile('a.yaml', text), several);
  expect(all, text).not.toBeNull();
  expect(isSubsequence(all!.split('\n'), text.split('\n')), `${JSON.stringify(several)}\n${text}`).toBe(true);
  expect(all!.split('\n').length).toBeLessThan(text.split('\n').length);
}

describe('300 random removals', () => {
  const shipped = textsIn(SHIPPED.map((folder) => join(root, folder)));
  test('from the blueprints that are shipped change no other line', () => {
    expect(shipped.length).toBeGreaterThan(8);
    for (let seed = 0; seed < 150; seed++) takesOut(shipped, seed);
  });

  test('from published policies change no other line', (context) => {
    hostNeeds(context, publishedFiles);
    const published = textsIn([sharedData('corpus')]).filter((text) => text.length < 60_000);
    expect(published.length).toBeGreaterThan(10);
    for (let seed = 150; seed < 300; seed++) takesOut(published, seed);
  });
});
