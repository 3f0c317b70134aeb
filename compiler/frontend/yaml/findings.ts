import { yamlMoreErrors } from '../../diagnostics/catalog/yaml.ts';
import type { Diagnostic, Related } from '../../diagnostics/diagnostic.ts';
import { type CatalogEntry, diagnose } from '../../diagnostics/entry.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { MAX_ERRORS } from './limits.ts';

/** What is wrong with one text: at most one error a place, and never more than a person would read. */
export class Findings {
  readonly #source: SourceFile;
  readonly #byStart = new Map<number, Diagnostic>();
  #overflowed = false;

  constructor(source: SourceFile) {
    this.#source = source;
  }

  get any(): boolean {
    return this.#byStart.size > 0;
  }

  /** True once further errors would not be listed, so that looking for them can stop. */
  get full(): boolean {
    return this.#byStart.size >= 2 * MAX_ERRORS;
  }

  /** The first error at a place wins; later ones there follow from it. */
  add<P>(
    kind: CatalogEntry<P>,
    place: { readonly start: number; readonly end: number },
    parameters: P,
    related: readonly Related[] = [],
  ): void {
    if (this.#byStart.has(place.start)) return;
    if (this.full) {
      this.#overflowed = true;
      return;
    }
    const span = { source: this.#source, start: place.start, end: place.end };
    this.#byStart.set(place.start, diagnose(kind, span, parameters, related));
  }

  /** In the order of the text. */
  diagnostics(): Diagnostic[] {
    const sorted = [...this.#byStart].sort(([a], [b]) => a - b).map(([, diagnostic]) => diagnostic);
    if (sorted.length <= MAX_ERRORS && !this.#overflowed) return sorted;
    const shown = sorted.slice(0, MAX_ERRORS);
    return [...shown, diagnose(yamlMoreErrors, shown.at(-1)?.primary ?? null, { shown: shown.length })];
  }
}
