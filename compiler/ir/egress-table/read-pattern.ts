import { type Glob, type GlobKind, parseGlob } from '../../domain/glob.ts';
import { NotTheForm, text } from '../audit-event/fields.ts';
import { ALL, type Extent, NONE, only } from '../extent.ts';

/** `all`, `none`, or what it reaches, of which nothing may be spelled as one of these words. */
export function extent<T>(read: (value: unknown, name: string) => T) {
  return (value: unknown, name: string): Extent<T> => {
    if (value === 'all') return ALL;
    return value === 'none' ? NONE : only(read(value, name));
  };
}

export function glob(kind: GlobKind) {
  return (value: unknown, name: string): Glob => {
    const written = text(value, name);
    const parsed = parseGlob(written, kind);
    return oneSpelling(parsed.ok ? parsed.glob : null, written, name);
  };
}

/** What stands in a table was written by us; another spelling of the same was not. */
export function oneSpelling<T extends { readonly text: string }>(
  parsed: T | null,
  written: string,
  name: string,
): T {
  if (parsed?.text !== written) throw new NotTheForm(`${name} is not as a compiler writes it`);
  return parsed;
}
