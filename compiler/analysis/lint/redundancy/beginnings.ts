import type { Pattern } from '../../../domain/automaton/pattern.ts';
import type { EgressEntry } from '../../../ir/egress.ts';

/** What every value of a pattern begins with, and whether that is all of it. */
interface Beginning {
  readonly text: string;
  readonly isWhole: boolean;
}

/** What an entry's programs and paths begin with; null where that says nothing. */
export interface Beginnings {
  readonly programs: readonly Beginning[] | null;
  readonly paths: readonly Beginning[] | null;
}

export function beginningsOf(entry: EgressEntry): Beginnings {
  const { binaries, visibility, enforcement, allow, deny } = entry;
  const isOpen = visibility === 'opaque' || enforcement === 'audit' || allow.kind !== 'only';
  const paths = isOpen
    ? null
    : [...allow.of, ...deny].map(({ path }) => (path.kind === 'only' ? beginningOf(path.of) : EVERYTHING));
  return {
    programs: binaries.kind === 'only' ? binaries.of.map(({ path }) => beginningOf(path)) : null,
    paths,
  };
}

const EVERYTHING: Beginning = { text: '', isWhole: false };

function beginningOf({ text }: Pattern): Beginning {
  const wildcard = text.search(/[*?]/);
  return wildcard === -1 ? { text, isWhole: true } : { text: text.slice(0, wildcard), isWhole: false };
}

/** Whether a value begins as one of them; cheap, and never false where it matches. */
export function begins(beginnings: readonly Beginning[] | null, value: string): boolean {
  if (beginnings === null) return true;
  for (const { text, isWhole } of beginnings)
    if (isWhole ? text === value : value.startsWith(text)) return true;
  return false;
}
