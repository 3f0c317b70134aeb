/** The outcome of reading one input file. Bytes are untrusted and not yet known to be UTF-8. */
export type ReadOutcome =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: 'not-found' | 'too-large' | 'not-a-file' | 'denied'; readonly detail: string };

/** How compiler passes reach files. The CLI gives one over the real file system, tests one over a map. */
export interface SourceReader {
  /** Reads a blueprint, preset or target by path. Never throws. */
  read(path: string): ReadOutcome;
  /** Reads a shipped preset or tier by its name, e.g. `preset`, `npm`. */
  readShipped(kind: 'preset' | 'tier', name: string): ReadOutcome;
  /** Names of all shipped presets or tiers, sorted; for suggestions. */
  listShipped(kind: 'preset' | 'tier'): readonly string[];
}
