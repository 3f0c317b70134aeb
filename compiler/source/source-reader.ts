/** The outcome of reading one input file. Bytes are untrusted and not yet known to be UTF-8. */
export type ReadOutcome =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | {
      readonly ok: false;
      readonly reason: 'not-found' | 'not-a-file' | 'denied';
      readonly detail: string;
    };

/** How compiler passes reach files. The CLI gives one over the real file system, tests one over a map. */
export interface SourceReader {
  /** Reads a blueprint, preset or target that the user named. Never throws. */
  read(path: string): ReadOutcome;
  /**
   * Reads a file that the blueprint at `root` extends, on its word alone. Refuses what lies outside of the project that
   * holds the blueprint: the text of a file shows in findings, and a blueprint may come from a stranger.
   */
  readExtended(path: string, root: string): ReadOutcome;
  /** Reads a shipped preset or tier by its name, e.g. `preset`, `npm`. */
  readShipped(kind: 'preset' | 'tier', name: string): ReadOutcome;
  /** Names of all shipped presets or tiers, sorted; for suggestions. */
  listShipped(kind: 'preset' | 'tier'): readonly string[];
}
