import { expiryLogOfOther } from '../../compiler/diagnostics/catalog/expiry.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { readYamlText } from '../../compiler/frontend/yaml/read.ts';
import type { YamlNode, YamlTree } from '../../compiler/frontend/yaml/tree.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';
import type { Io } from '../io.ts';
import type { DueEntry } from './due.ts';
import { type GrantedEntry, grantedEntries } from './entries.ts';
import type { BlueprintText } from './find-blueprints.ts';
import type { SandboxLog, SandboxLogs } from './logs.ts';
import { unusedEntries, useOf } from './unused.ts';

/** What is asked of the entries. Spans are milliseconds. */
export interface LookWishes {
  /** Null where only the clock decides. */
  readonly unusedFor: number | null;
  readonly soon: number;
  /** Of the base branch. */
  readonly commit: string;
}

/** What was found in blueprints, in their order. */
export interface Looked {
  readonly due: readonly DueEntry[];
  /** Entries that end within the span that was asked for, the next one first. */
  readonly soon: readonly GrantedEntry[];
  /** Entries without a use that were not there for the whole period. */
  readonly young: readonly GrantedEntry[];
  readonly notes: readonly Diagnostic[];
}

/** Finds the entries that have ended, that end soon, and that were not used. */
export function lookAt(
  blueprints: readonly BlueprintText[],
  logs: SandboxLogs,
  wishes: LookWishes,
  io: Io,
): Looked {
  const read = blueprints.map((blueprint) => ({ ...blueprint, tree: treeOf(blueprint) }));
  const names = new Set(read.map(({ tree }) => nameIn(tree.root)));
  const others = [...logs].filter(([sandbox]) => !names.has(sandbox));
  const said = wishes.unusedFor === null ? [] : others.flatMap(logsOfOther);
  const used = others.flatMap(([, own]) => own);
  const each = read.map((blueprint) => lookAtOne(blueprint, logs, used, wishes, io));
  const soon = each.flatMap((one) => one.soon);
  return {
    due: each.flatMap(({ due }) => due),
    soon: soon.sort((a, b) => a.expiresAt! - b.expiresAt!),
    young: each.flatMap(({ young }) => young),
    notes: [...said, ...each.flatMap(({ notes }) => notes)],
  };
}

function treeOf({ path, bytes }: BlueprintText): YamlTree {
  return readYamlText(new SourceFile(path, new TextDecoder().decode(bytes))).tree;
}

function logsOfOther([sandbox, own]: readonly [string, readonly SandboxLog[]]): Diagnostic[] {
  return own.map(({ log }) => diagnose(expiryLogOfOther, null, { sandbox, log }));
}

/** @param others logs of sandboxes that no blueprint is called as, which may have run this one */
function lookAtOne(
  { path, tree }: BlueprintText & { readonly tree: YamlTree },
  logs: SandboxLogs,
  others: readonly SandboxLog[],
  { unusedFor, soon, commit }: LookWishes,
  io: Io,
): Looked {
  const now = io.now();
  const entries = grantedEntries(path, tree);
  const sandbox = nameIn(tree.root);
  const own = logs.get(sandbox) ?? [];
  const hasEnded = ({ expiresAt }: GrantedEntry) => expiresAt !== null && expiresAt <= now;
  const inForce = entries.filter((entry) => !hasEnded(entry));
  const judged =
    unusedFor === null
      ? { unused: [], young: [], period: null, notes: [] }
      : unusedEntries({ path, sandbox, entries: inForce }, { own, others }, unusedFor, commit, io);
  const due = entries.flatMap((entry): DueEntry[] => {
    const use = useOf(entry, own);
    if (hasEnded(entry)) return [{ entry, why: { kind: 'ended', at: entry.expiresAt! }, use }];
    if (!judged.unused.includes(entry)) return [];
    return [{ entry, why: { kind: 'unused', ...judged.period! }, use }];
  });
  const ending = inForce.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now + soon);
  return { due, soon: ending, young: judged.young, notes: judged.notes };
}

function nameIn(root: YamlNode | null): string {
  const child = (node: YamlNode | null | undefined, key: string) =>
    node?.kind === 'mapping' ? node.entries.find((entry) => entry.key === key)?.value : undefined;
  const name = child(child(root, 'metadata'), 'name');
  return name?.kind === 'scalar' ? String(name.value) : '';
}
