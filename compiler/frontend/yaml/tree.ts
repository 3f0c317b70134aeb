import type { SourceFile } from '../../source/source-file.ts';

/** What the reader hands on: plain data with offsets, nothing of YAML's freedom left in it. */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

export interface YamlScalar {
  readonly kind: 'scalar';
  /** Resolved by the YAML 1.2 core schema. Integers beyond 2^53 are refused by the reader. */
  readonly value: string | number | boolean | null;
  readonly start: number;
  readonly end: number;
}

export interface YamlSequence {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly start: number;
  readonly end: number;
}

export interface YamlMapping {
  readonly kind: 'mapping';
  readonly entries: readonly YamlEntry[];
  readonly start: number;
  readonly end: number;
}

export interface YamlEntry {
  /** Keys are always strings, as in JSON; `1:` has the key `"1"`. */
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: YamlNode;
}

/** One document. `root` is null for an empty or comment-only text. */
export interface YamlTree {
  readonly source: SourceFile;
  readonly root: YamlNode | null;
}
