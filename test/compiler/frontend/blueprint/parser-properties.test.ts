import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasErrors } from '../../../../compiler/diagnostics/entry.ts';
import {
  blueprintFrontEnd,
  parsePart,
  readBlueprint,
  readPart,
} from '../../../../compiler/frontend/blueprint/front-end.ts';
import { Reading, SchemaDisagreement } from '../../../../compiler/frontend/blueprint/reading.ts';
import { readYamlText } from '../../../../compiler/frontend/yaml/read.ts';
import type { YamlMapping, YamlNode } from '../../../../compiler/frontend/yaml/tree.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';
import { fixtures } from '../../../support/fixtures.ts';

interface Place {
  readonly node: YamlNode;
  readonly put: (other: YamlNode) => void;
}

/** Every node of a tree below its root, with a way to put another in its place. */
function places(node: YamlNode): Place[] {
  if (node.kind === 'scalar') return [];
  const own: Place[] = [];
  if (node.kind === 'sequence') {
    const items = node.items as YamlNode[];
    for (const [at, item] of items.entries())
      own.push({ node: item, put: (other) => items.splice(at, 1, other) });
  } else {
    for (const entry of node.entries) {
      own.push({ node: entry.value, put: (value) => Object.assign(entry, { value }) });
    }
  }
  return [...own, ...own.flatMap((place) => places(place.node))];
}

const scalar = (value: string | number | boolean | null): YamlNode => ({
  kind: 'scalar',
  value,
  start: 0,
  end: 0,
});
const others: YamlNode[] = [
  ...['', 'word', 'a: b', '/usr', '443', 'read-only', 'allow', 'AF_UNIX', '1', 'LC_*'].map(scalar),
  ...[0, 1, 65_535, 1.5, true, false, null].map(scalar),
  { kind: 'sequence', items: [], start: 0, end: 0 },
  { kind: 'sequence', items: [scalar('/usr')], start: 0, end: 0 },
  { kind: 'mapping', entries: [], start: 0, end: 0 },
];

describe('the parser and the schema', () => {
  const trees = fixtures('valid').map(({ file, text }) => [file, text] as const);

  it.each(trees)('agree on changes of %s', (file, text) => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(others.length - 1), fc.boolean(), (where, what, swap) => {
        const { tree } = readYamlText(new SourceFile(file, text));
        const root = tree.root as YamlMapping;
        const all = places(root);
        const place = all[where % all.length]!;
        place.put(structuredClone(swap ? all[(where * 7 + what) % all.length]!.node : others[what]!));
        const isPart = /^kind: (Preset|Tier)$/m.test(text);
        const parsed = isPart ? parsePart(tree) : blueprintFrontEnd.parse(tree);
        const value = 'part' in parsed ? parsed.part : parsed.blueprint;
        expect(value === null).toBe(hasErrors(parsed.diagnostics));
        if (value === null) return;
        accepted++;
        expect(() => (isPart ? readPart : readBlueprint)(new Reading(tree.source), root)).not.toThrow();
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(5);
  });

  it('does not take a tree that the schema has not seen', () => {
    const { tree } = readYamlText(new SourceFile('a.yaml', 'apiVersion: nemoclaw.dev/v1\nkind: Blueprint\n'));
    expect(() => readBlueprint(new Reading(tree.source), tree.root!)).toThrow(SchemaDisagreement);
  });
});
