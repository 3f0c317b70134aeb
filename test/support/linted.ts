import { fixText, lintText, type Surroundings } from '../../cli/fix-findings.ts';
import type { FileTree, Seen } from '../../compiler/analysis/lint/file-tree.ts';
import type { Finding } from '../../compiler/analysis/lint/finding.ts';
import { policyDigest } from '../../compiler/ir/canonical.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { blueprint, describe, load, testBindings } from './policy.ts';
import { readerOver } from './reader.ts';

/** The day on which the tests look at blueprints. */
export const TODAY = Date.UTC(2026, 0, 1);

interface World {
  readonly tree?: FileTree;
  readonly files?: Record<string, string>;
  readonly name?: string;
}

function surroundings({ tree, files }: World): Surroundings {
  const companionsOf = () => () => [];
  return {
    reader: readerOver(files ?? {}),
    bindings: testBindings,
    now: TODAY,
    tree: tree ?? null,
    companionsOf,
  };
}

/** A blueprint of a team that answers for it, so that findings about owners do not stand in the way. */
export function owned(sections: string): string {
  return blueprint(`  owners: [team@example.com]\n${sections}`);
}

/** What is found in a text that must be valid, notes about missing ends left out unless asked for. */
export function findingsIn(text: string, world: World = {}): readonly Finding[] {
  const { found, readings } = lintText(world.name ?? 'agent.yaml', text, surroundings(world));
  if (readings.readings.length === 0) throw new Error(readings.diagnostics.map(describe).join('\n'));
  return found;
}

/** `name @ underlined text` of everything that is found, in the order of the text. */
export function lintOf(text: string, world: World = {}): string[] {
  return [...findingsIn(text, world)]
    .map(({ diagnostic }) => diagnostic)
    .filter(({ name }) => name !== 'lint/without-end')
    .sort((a, b) => (a.primary?.start ?? 0) - (b.primary?.start ?? 0) || (a.name < b.name ? -1 : 1))
    .map(describe);
}

/** The text after `--fix`, and what was mended. */
export function mend(text: string, world: World = {}): { text: string; mended: string[] } {
  const { after, fixed } = fixText(world.name ?? 'agent.yaml', text, surroundings(world));
  return { text: after.text, mended: fixed.map(({ diagnostic }) => describe(diagnostic)).sort() };
}

/** The digest of what a text means; throws for one that is not valid. */
export function meaningOf(text: string): string {
  const { policy, diagnostics } = load(text);
  if (policy === null) throw new Error(diagnostics.map(describe).join('\n'));
  return digestOf(policy);
}

export function digestOf(policy: Policy): string {
  const { value } = policyDigest(policy);
  if (value === null) throw new Error('too intricate');
  return value;
}

/** A file tree in memory: folders end in `/`, links are `{ to }`, anything else is a file. */
export function treeOf(content: Record<string, 'file' | { to: string }>): FileTree & { asked: string[] } {
  const asked: string[] = [];
  const folders = new Set(['/']);
  for (const path of Object.keys(content)) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      folders.add(path.slice(0, at));
  }
  return {
    name: 'image',
    asked,
    look(path): Seen {
      asked.push(path);
      const there = content[path];
      if (there === undefined) return { kind: folders.has(path) ? 'folder' : 'missing' };
      return there === 'file' ? { kind: 'file' } : { kind: 'link', target: there.to };
    },
  };
}
