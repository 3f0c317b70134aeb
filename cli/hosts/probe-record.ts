import { readFileSync } from 'node:fs';
import { integer, list, matching, NotTheForm, object, text } from '../../compiler/ir/audit-event/fields.ts';

/** What the kernel answered to the probes of a generation, and when. */
export interface ProbeRecord {
  readonly generation: number;
  readonly bundle: string;
  readonly at: string;
  /** Release of the kernel that answered. */
  readonly kernel: string;
  readonly facets: readonly { readonly facet: string; readonly tried: number; readonly otherwise: number }[];
  readonly otherwise: readonly string[];
}

const facet = object((fields) => ({
  facet: fields.required('facet', text),
  tried: fields.required('tried', integer(0)),
  otherwise: fields.required('otherwise', integer(0)),
}));

const record = object((fields): ProbeRecord => {
  fields.required('version', integer(1, 1));
  return {
    generation: fields.required('generation', integer(1)),
    bundle: fields.required('bundle', matching(/^sha256:[0-9a-f]{64}$/, 'digest')),
    at: fields.required('at', text),
    kernel: fields.required('kernel', text),
    facets: fields.required('facets', list(facet)),
    otherwise: fields.required('otherwise', list(text)),
  };
});

/** Null where there is none that can be read: then nothing is known to have been probed. */
export function readProbes(path: string): ProbeRecord | null {
  try {
    return record(JSON.parse(readFileSync(path, 'utf8')), 'the document');
  } catch (error) {
    const isSystem = typeof (error as NodeJS.ErrnoException).syscall === 'string';
    if (isSystem || error instanceof NotTheForm || error instanceof SyntaxError) return null;
    throw error;
  }
}
