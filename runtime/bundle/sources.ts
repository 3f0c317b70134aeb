import { canonicalJson } from '../../compiler/bundle/canonical-json.ts';
import { digestOf } from '../../compiler/bundle/digest.ts';
import type { Manifest } from '../../compiler/bundle/manifest.ts';
import { integer, list, NotTheForm, object, text } from '../../compiler/ir/audit-event/fields.ts';

/** One file that a bundle was compiled from, by the name that its manifest gives it. */
export interface BundleSource {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type ReadSources =
  | { readonly ok: true; readonly sources: readonly BundleSource[] }
  | { readonly ok: false; readonly problem: string };

const VERSION = 1;
/** As many as a blueprint may extend, and more. */
const MOST_SOURCES = 1024;

/** What a bundle was compiled from, as one file beside it. Throws for bytes that are no UTF-8, which no blueprint has. */
export function sourcesText(sources: readonly BundleSource[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const inputs = sources.map(({ name, bytes }) => ({ name, text: decoder.decode(bytes) }));
  return canonicalJson({ version: VERSION, inputs });
}

/**
 * Reads what `sourcesText` wrote, and proves by digest that it is what the manifest names as its inputs, each once and in
 * their order. So whoever vouches for the manifest vouches for these files as well.
 */
export function readSources(written: Uint8Array, { inputs }: Pick<Manifest, 'inputs'>): ReadSources {
  const read = parse(written);
  if (!read.ok) return read;
  const { sources } = read;
  const named = Array.isArray(inputs) ? inputs : [];
  if (sources.length !== named.length)
    return no(`it has ${sources.length} files, and the manifest names ${named.length}`);
  for (const [at, { name, bytes }] of sources.entries()) {
    const input = named[at]!;
    if (input.name !== name || input.digest !== digestOf(bytes)) {
      return no(`\`${name}\` is not the file that the manifest names`);
    }
  }
  return read;
}

function parse(written: Uint8Array): ReadSources {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(written));
    return { ok: true, sources: document(value, 'the document') };
  } catch (error) {
    if (error instanceof NotTheForm) return no(error.message);
    if (error instanceof SyntaxError || error instanceof TypeError) return no('it is no JSON');
    throw error;
  }
}

const source = object((fields) => ({
  name: fields.required('name', text),
  bytes: new TextEncoder().encode(fields.required('text', text)),
}));

const document = object((fields) => {
  const version = fields.required('version', integer(0));
  if (version !== VERSION) throw new NotTheForm(`its version is ${version}, and ${VERSION} is known`);
  return fields.required('inputs', list(source, MOST_SOURCES));
});

function no(problem: string): ReadSources {
  return { ok: false, problem };
}
