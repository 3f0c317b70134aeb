import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Change } from '../../diagnostics/effect.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';

/** What another tool's settings came to. There is no blueprint to use where there are errors. */
export interface Imported {
  readonly blueprint: Blueprint;
  readonly changes: readonly Change[];
  readonly errors: readonly Diagnostic[];
}
