import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { SourceFile } from '../compiler/source/source-file.ts';
import type { Span } from '../compiler/source/span.ts';

/** A span with the number of its source in place of the source. */
interface PackedSpan {
  readonly source: number;
  readonly start: number;
  readonly end: number;
}

/** Findings as plain values that can go from one thread to another; each source text goes once. */
export interface PackedFindings {
  readonly sources: readonly { readonly path: string; readonly text: string }[];
  readonly findings: readonly (Omit<Diagnostic, 'primary' | 'related'> & {
    readonly primary: PackedSpan | null;
    readonly related: readonly { readonly span: PackedSpan; readonly label: string }[];
  })[];
}

export function packFindings(diagnostics: readonly Diagnostic[]): PackedFindings {
  const numbers = new Map<SourceFile, number>();
  const pack = ({ source, start, end }: Span): PackedSpan => {
    const number = numbers.get(source) ?? numbers.size;
    numbers.set(source, number);
    return { source: number, start, end };
  };
  const findings = diagnostics.map((diagnostic) => ({
    ...diagnostic,
    primary: diagnostic.primary && pack(diagnostic.primary),
    related: diagnostic.related.map(({ span, label }) => ({ span: pack(span), label })),
  }));
  return { sources: [...numbers.keys()].map(({ path, text }) => ({ path, text })), findings };
}

export function unpackFindings({ sources, findings }: PackedFindings): Diagnostic[] {
  const files = sources.map(({ path, text }) => new SourceFile(path, text));
  const unpack = ({ source, start, end }: PackedSpan): Span => ({ source: files[source]!, start, end });
  return findings.map((finding) => ({
    ...finding,
    primary: finding.primary && unpack(finding.primary),
    related: finding.related.map(({ span, label }) => ({ span: unpack(span), label })),
  }));
}
