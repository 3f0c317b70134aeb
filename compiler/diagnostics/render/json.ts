import type { Position } from '../../source/source-file.ts';
import type { Span } from '../../source/span.ts';
import { type Counts, countsOf } from '../collect.ts';
import type { Diagnostic, Severity } from '../diagnostic.ts';
import { visibleJson } from './visible.ts';

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
export const JSON_VERSION = 1;

export interface JsonPlace {
  readonly file: string;
  readonly start: Position & { readonly offset: number };
  readonly end: Position & { readonly offset: number };
}

export interface JsonDiagnostic {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help: string | null;
  /** Null for a finding about no text at all. */
  readonly place: JsonPlace | null;
  readonly related: readonly { readonly label: string; readonly place: JsonPlace }[];
}

export interface JsonDiagnostics {
  readonly diagnostics: readonly JsonDiagnostic[];
  readonly counts: Counts;
}

/** Findings as plain values, for the `-o json` document of any command. Lines and columns count from 1, offsets from 0. */
export function jsonDiagnostics(diagnostics: readonly Diagnostic[]): JsonDiagnostics {
  return { diagnostics: diagnostics.map(jsonOf), counts: countsOf(diagnostics) };
}

/** A whole document on one line a key, safe to print on a terminal. */
export function jsonText(value: unknown): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}

function jsonOf({ code, name, severity, message, help, primary, related }: Diagnostic): JsonDiagnostic {
  return {
    code,
    name,
    severity,
    message,
    help,
    place: primary && jsonPlace(primary),
    related: related.map(({ span, label }) => ({ label, place: jsonPlace(span) })),
  };
}

function jsonPlace({ source, start, end }: Span): JsonPlace {
  return {
    file: source.path,
    start: { ...source.positionAt(start), offset: start },
    end: { ...source.positionAt(end), offset: end },
  };
}
