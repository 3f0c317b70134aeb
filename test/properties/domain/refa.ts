import { DFA, JS, NFA } from 'refa';
import { type Automaton, DEAD } from '../../../compiler/domain/automaton/automaton.ts';

/** A path of a URL as a regular expression, for `refa`: printable, no empty segment but the last, no dot segments. */
const CHARACTER = '[\\x20-\\x2e\\x30-\\x7e\\xa0-\\ud7ff\\ue000-\\u{10ffff}]';
const NO_DOT = '[\\x20-\\x2d\\x30-\\x7e\\xa0-\\ud7ff\\ue000-\\u{10ffff}]';
const SEGMENT = `(?:${NO_DOT}${CHARACTER}*|\\.${NO_DOT}${CHARACTER}*|\\.\\.${CHARACTER}+)`;
export const URL_PATH = `(?:\\/|(?:\\/${SEGMENT})+\\/?)`;

/** A glob of URL paths as a regular expression, translated from the description of the dialect. */
export function regexOf(glob: string): string {
  const segments = glob.slice(1).split('/');
  let regex = '\\/';
  for (const [at, segment] of segments.entries()) {
    const isLast = at === segments.length - 1;
    if (segment === '**') {
      regex += isLast ? `(?:${CHARACTER}|\\/)*` : `(?:${CHARACTER}+\\/)*`;
      continue;
    }
    regex += segment === '*' ? `${CHARACTER}+` : segment.replace(/[*?.]/g, (found) => WILDCARDS[found]!);
    if (!isLast) regex += '\\/';
  }
  return regex;
}

const WILDCARDS: Readonly<Record<string, string>> = { '*': `${CHARACTER}*`, '?': CHARACTER, '.': '\\.' };

const MAX_CHARACTER = 0x10ffff;

/** The minimal automaton of the texts that a glob matches, by refa. */
export function oracle(glob: string): DFA {
  const both = DFA.fromIntersection(automatonOf(URL_PATH), automatonOf(regexOf(glob)));
  both.minimize();
  return both;
}

function automatonOf(regex: string): NFA {
  const { expression, maxCharacter } = JS.Parser.fromLiteral({ source: regex, flags: 'u' }).parse();
  return NFA.fromRegex(expression, { maxCharacter });
}

/** A text on which the two disagree, output 1 being acceptance, or null when no text is such. Walks both side by side. */
export function disagreement(automaton: Automaton, dfa: DFA): string | null {
  const runs = automaton.alphabet.runs();
  const seen = new Set<string>();
  const ids = new Map<DFA.ReadonlyNode, number>();
  const idOf = (node: DFA.ReadonlyNode | null) => {
    if (node === null) return -1;
    if (!ids.has(node)) ids.set(node, ids.size);
    return ids.get(node)!;
  };
  const queue: { state: number; node: DFA.ReadonlyNode | null; text: string }[] = [
    { state: automaton.start, node: dfa.initial, text: '' },
  ];
  const isFinal = (node: DFA.ReadonlyNode | null) => node !== null && (dfa.finals as Set<unknown>).has(node);
  for (const { state, node, text } of queue) {
    const key = `${state} ${idOf(node)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if ((automaton.outputs[state] === 1) !== isFinal(node)) return text;
    if (state === DEAD && node === null) continue;
    for (const codePoint of stepsFrom(runs, node)) {
      queue.push({
        state: automaton.rows[state]![automaton.alphabet.letterOf(codePoint)]!,
        node: node?.out.get(codePoint) ?? null,
        text: text + String.fromCodePoint(codePoint),
      });
    }
  }
  return null;
}

/** One code point of every class that either automaton tells apart, those outside the language included. */
function stepsFrom(runs: readonly (readonly [number, number])[], node: DFA.ReadonlyNode | null): Set<number> {
  const steps = new Set<number>([0, 0x1f, 0x7f, 0xd800, ...runs.map(([first]) => first)]);
  for (const [{ min, max }] of node?.out ?? []) {
    steps.add(min);
    if (max < MAX_CHARACTER) steps.add(max + 1);
  }
  return steps;
}
