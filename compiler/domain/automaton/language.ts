import { type BaseAlphabet, baseAlphabet, type CharSet, only, without } from './alphabet.ts';
import type { Nfa } from './nfa.ts';

/**
 * One kind of text that a policy decides about: which values exist at all, which character separates segments, and from
 * which end they are read. Values outside the language match nothing, whatever the pattern.
 */
export interface Language {
  readonly name: string;
  /** Read from the last character to the first, so that names with a common end share states. */
  readonly reversed: boolean;
  /** Code point between segments; outside `alphabet` where texts have none. */
  readonly separator: number;
  readonly alphabet: BaseAlphabet;
  /** Adds the automaton of all values, read in the direction of the language; returns its start. */
  readonly addValues: (nfa: Nfa) => number;
}

/** Indices of the character sets that edges name; each language has the first two. */
export const ANY = 0;
export const WITHIN = 1;
const NO_DOT = 2;
const HEX = 2;
const STARTS_NAME = 2;

const DOT = 0x2e;
const SLASH = 0x2f;
const NUL = 0;

const SCALARS: CharSet = [
  [0x01, 0xd7ff],
  [0xe000, 0x10ffff],
];
const PRINTABLE: CharSet = [
  [0x20, 0x7e],
  [0xa0, 0xd7ff],
  [0xe000, 0x10ffff],
];
const HOST_CHARACTERS: CharSet = [
  [0x2d, 0x2d],
  [0x30, 0x39],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const NAME_START: CharSet = [
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const NAME_CHARACTERS: CharSet = [[0x30, 0x39], ...NAME_START];
const HEX_DIGITS: CharSet = [
  [0x30, 0x39],
  [0x61, 0x66],
];

/** `/` or segments after `/`, none of them empty, `.` or `..`; with or without a `/` at the end. */
function pathValues(mayEndInSlash: boolean): Language['addValues'] {
  return (nfa) => {
    const start = nfa.valueState(false);
    const root = nfa.valueState(true);
    const segment = nfa.valueState(mayEndInSlash);
    const dot = nfa.valueState(false);
    const twoDots = nfa.valueState(false);
    const name = nfa.valueState(true);
    nfa.onCharacter(start, SLASH, root);
    for (const from of [root, segment]) {
      nfa.onCharacter(from, DOT, dot);
      nfa.onSet(from, NO_DOT, name);
    }
    nfa.onCharacter(dot, DOT, twoDots);
    nfa.onSet(dot, NO_DOT, name);
    nfa.onSet(twoDots, WITHIN, name);
    nfa.onSet(name, WITHIN, name);
    nfa.onCharacter(name, SLASH, segment);
    return start;
  };
}

/** Labels between dots, read backwards; or 32 hexadecimal digits in brackets, an address. */
function hostValues(nfa: Nfa): number {
  const start = nfa.valueState(false);
  const next = nfa.valueState(false);
  const label = nfa.valueState(true);
  for (const from of [start, next, label]) nfa.onSet(from, WITHIN, label);
  nfa.onCharacter(label, DOT, next);
  let digit = nfa.valueState(false);
  nfa.onCharacter(start, 0x5d, digit);
  for (let at = 0; at < 32; at += 1) {
    const following = nfa.valueState(false);
    nfa.onSet(digit, HEX, following);
    digit = following;
  }
  nfa.onCharacter(digit, 0x5b, nfa.valueState(true));
  return start;
}

function anyText(nfa: Nfa): number {
  const start = nfa.valueState(true);
  nfa.onSet(start, ANY, start);
  return start;
}

/** Values one after the other, a NUL after each. */
function valueLists(nfa: Nfa): number {
  const between = nfa.valueState(true);
  const inside = nfa.valueState(false);
  nfa.onSet(between, WITHIN, inside);
  nfa.onSet(inside, WITHIN, inside);
  for (const from of [between, inside]) nfa.onCharacter(from, NUL, between);
  return between;
}

/** Names of GraphQL (its specification of October 2021, section 2.1.9). */
function graphqlNames(name: string, mayBeEmpty: boolean): Language {
  return {
    name,
    reversed: false,
    separator: NUL,
    alphabet: baseAlphabet([NAME_CHARACTERS, NAME_CHARACTERS, NAME_START]),
    addValues: (nfa) => {
      const start = nfa.valueState(mayBeEmpty);
      const inside = nfa.valueState(true);
      nfa.onSet(start, STARTS_NAME, inside);
      nfa.onSet(inside, WITHIN, inside);
      return start;
    },
  };
}

function pathLanguage(name: string, characters: CharSet, mayEndInSlash: boolean): Language {
  const within = without(characters, SLASH);
  return {
    name,
    reversed: false,
    separator: SLASH,
    alphabet: baseAlphabet([characters, within, without(within, DOT)]),
    addValues: pathValues(mayEndInSlash),
  };
}

/** Absolute paths as the kernel knows them: any character but NUL. */
export const FILE_PATHS: Language = pathLanguage('file', SCALARS, false);

/** Paths of URLs after `canonicalUrlPath`: printable characters, with or without a final `/`. */
export const URL_PATHS: Language = pathLanguage('url', PRINTABLE, true);

/** What `hostValue` makes: names in lower case, and addresses as `[` 32 hexadecimal digits `]`. */
export const HOSTS: Language = {
  name: 'host',
  reversed: true,
  separator: DOT,
  alphabet: baseAlphabet([[...HOST_CHARACTERS, [DOT, DOT]], HOST_CHARACTERS, HEX_DIGITS]),
  addValues: hostValues,
};

/** Any text without NUL; one segment. */
export const TEXTS: Language = {
  name: 'text',
  reversed: false,
  separator: NUL,
  alphabet: baseAlphabet([SCALARS, SCALARS]),
  addValues: anyText,
};

/** Lists of texts, as `listValue` writes them. */
export const TEXT_LISTS: Language = {
  name: 'list',
  reversed: false,
  separator: NUL,
  alphabet: baseAlphabet([[...SCALARS, ...only(NUL)], SCALARS]),
  addValues: valueLists,
};

/** Names of the fields of GraphQL. */
export const GRAPHQL_FIELDS: Language = graphqlNames('field', false);

/** Names of the operations of GraphQL; empty for one that has no name. */
export const GRAPHQL_OPERATIONS: Language = graphqlNames('operation', true);
