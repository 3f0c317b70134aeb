import {
  importExact,
  importTooMany,
  importUnknownKey,
  importWrongType,
} from '../../diagnostics/catalog/imported.ts';
import type { Diagnostic, Related } from '../../diagnostics/diagnostic.ts';
import type { Change, EffectEntry } from '../../diagnostics/effect.ts';
import { type CatalogEntry, diagnose } from '../../diagnostics/entry.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { type Located, located, type Span } from '../../source/span.ts';
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';

/** Longer lists are refused: nobody can review them, and the text that is made has to be read again. */
const MOST_ENTRIES = 2_000;
const LONGEST_QUOTE = 80;

/** What to do with each key that is known. A map, so that no key of the file is taken for one of the language. */
export type KeyTable = ReadonlyMap<string, (entry: YamlEntry) => void>;

/** One file on its way into a blueprint: its places, and what became of each setting. */
export class Importing {
  readonly changes: Change[] = [];
  readonly #general = new Set<Change>();
  /** What is wrong with the file; with one of these there is no blueprint. */
  readonly errors: Diagnostic[] = [];
  readonly #source: SourceFile;
  readonly #once = new Set<string>();

  constructor(source: SourceFile) {
    this.#source = source;
  }

  span({ start, end }: { readonly start: number; readonly end: number }): Span {
    return { source: this.#source, start, end };
  }

  keySpan({ keyStart, keyEnd }: YamlEntry): Span {
    return this.span({ start: keyStart, end: keyEnd });
  }

  change<P>(kind: EffectEntry<P>, span: Span, parameters: P): void {
    this.changes.push({ effect: kind.effect, diagnostic: diagnose(kind, span, parameters) });
  }

  /** For a difference that holds for the whole file: the first place stands for all. */
  changeOnce<P>(kind: EffectEntry<P>, span: Span, parameters: P): void {
    if (this.#once.has(kind.code)) return;
    this.#once.add(kind.code);
    this.change(kind, span, parameters);
    this.#general.add(this.changes[this.changes.length - 1]!);
  }

  /** All changes, where nothing that means something else counts as exact. */
  settled(): readonly Change[] {
    const place = ({ diagnostic: { primary } }: Change) => `${primary?.start} ${primary?.end}`;
    const changed = new Set(
      this.changes.filter((one) => one.effect !== 'exact' && !this.#general.has(one)).map(place),
    );
    return this.changes.filter((one) => one.effect !== 'exact' || !changed.has(place(one)));
  }

  /** @param taken continues the sentence, such as "may be written" */
  exact({ value, span }: Located<string>, taken: string): void {
    this.change(importExact, span, { written: short(value), taken });
  }

  refuse<P>(kind: CatalogEntry<P>, span: Span, parameters: P, related: readonly Related[] = []): void {
    this.errors.push(diagnose(kind, span, parameters, related));
  }

  /** Reads a mapping whose keys are all known; any other key is an error with a suggestion. */
  keys(node: YamlNode, inside: string | null, table: KeyTable): void {
    if (node.kind !== 'mapping') {
      this.refuse(importWrongType, this.span(node), { label: inside ?? 'the file', expected: 'a mapping' });
      return;
    }
    for (const entry of node.entries) {
      const read = table.get(entry.key);
      if (read) read(entry);
      else {
        const nearest = nearestWord(entry.key, [...table.keys()]);
        this.refuse(importUnknownKey, this.keySpan(entry), { key: short(entry.key), inside, nearest });
      }
    }
  }

  texts({ key, value }: YamlEntry): Located<string>[] {
    if (value.kind !== 'sequence') {
      this.refuse(importWrongType, this.span(value), { label: key, expected: 'a list of texts' });
      return [];
    }
    const found = value.items.length;
    if (found > MOST_ENTRIES) {
      this.refuse(importTooMany, this.span(value), { label: key, found, maximum: MOST_ENTRIES });
      return [];
    }
    return value.items.flatMap((item) => {
      const text = this.text(item, key);
      return text === null ? [] : [text];
    });
  }

  text(node: YamlNode, label: string): Located<string> | null {
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '') {
      return located(node.value, this.span(node));
    }
    this.refuse(importWrongType, this.span(node), { label, expected: 'a text that is not empty' });
    return null;
  }

  flag({ key, value }: YamlEntry): boolean {
    if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
    this.refuse(importWrongType, this.span(value), { label: key, expected: '`true` or `false`' });
    return false;
  }
}

/** For messages: a hostile file may hold one word of a megabyte. */
export function short(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}...` : text;
}
