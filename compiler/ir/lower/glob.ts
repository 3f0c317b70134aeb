import { globInvalid } from '../../diagnostics/catalog/egress.ts';
import { type Glob, type GlobKind, parseGlob } from '../../domain/glob.ts';
import type { Located } from '../../source/span.ts';
import type { Lowering } from './lowering.ts';

/** A pattern of a blueprint; null with a finding where it is none. */
export function globOf(text: Located<string>, kind: GlobKind, lowering: Lowering): Glob | null {
  const parsed = parseGlob(text.value, kind);
  if (parsed.ok) return parsed.glob;
  lowering.report(globInvalid, text.span, { pattern: text.value, problem: parsed.problem });
  return null;
}
