import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Change, EffectEntry } from '../../diagnostics/effect.ts';
import { type CatalogEntry, diagnose } from '../../diagnostics/entry.ts';
import type { Grant } from '../../ir/origin.ts';

/** Plain values in the words of OpenShell's policy language. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** Gathers what is lost on the way, each at the place of the grant that it is about. */
export class Translation {
  readonly changes: Change[] = [];
  readonly errors: Diagnostic[] = [];
  /** Milliseconds since 1970 UTC: what has ended by then is not exported. */
  readonly now: number;
  readonly #once = new Set<string>();

  constructor(now: number) {
    this.now = now;
  }

  change<P>(kind: EffectEntry<P>, { origin }: Grant, parameters: P): void {
    const diagnostic = diagnose(kind, origin.span, parameters);
    this.changes.push({ effect: kind.effect, diagnostic });
  }

  /** For a difference that holds for the whole policy: the first place stands for all. */
  changeOnce<P>(kind: EffectEntry<P>, grant: Grant, parameters: P): void {
    if (this.#once.has(kind.code)) return;
    this.#once.add(kind.code);
    this.change(kind, grant, parameters);
  }

  refuse<P>(kind: CatalogEntry<P>, { origin }: Grant, parameters: P): void {
    this.errors.push(diagnose(kind, origin.span, parameters));
  }
}
