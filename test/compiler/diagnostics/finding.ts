import type { Diagnostic, Related } from '../../../compiler/diagnostics/diagnostic.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';
import type { Span } from '../../../compiler/source/span.ts';

/** A text with the marked part as a span: `a [[b]] c` points at `b`. */
export function marked(text: string, path = 'agent.yaml'): Span {
  const start = text.indexOf('[[');
  const end = text.indexOf(']]') - 2;
  if (start === -1 || end < start) throw new Error(`nothing is marked in ${text}`);
  return { source: new SourceFile(path, text.replace('[[', '').replace(']]', '')), start, end };
}

/** A finding with everything usual; tests say what is unusual. */
export function finding(primary: Span | null, unusual: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: 'NC1020',
    name: 'yaml/duplicate-key',
    severity: 'error',
    message: 'the key `a` appears twice in the same mapping',
    primary,
    related: [] as readonly Related[],
    help: null,
    ...unusual,
  };
}
