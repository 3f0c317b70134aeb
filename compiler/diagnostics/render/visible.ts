/**
 * Characters that a terminal or an editor acts on instead of showing: controls, marks of writing direction, invisible
 * formatting, line and paragraph separators, private and unassigned code points, halves of surrogate pairs.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;
const PRINTABLE_ASCII = /^[ -~]*$/;
const PICTOGRAPH = /^\p{Extended_Pictographic}/u;

/** Longest text that is quoted in one piece, in UTF-16 units. */
const LONGEST = 600;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  return SHORT_ESCAPES[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/**
 * Untrusted text as one line that shows every character and acts on nothing: a file cannot recolour, move or forge
 * what the terminal prints. Very long text is cut in the middle.
 */
export function visible(text: string): string {
  const cut =
    text.length <= LONGEST
      ? text
      : `${text.slice(0, LONGEST / 2)} … ${text.slice(text.length - LONGEST / 2)}`;
  return visibleWhole(cut);
}

/** The same without a cut, for what has to be listed completely. */
export function visibleWhole(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(ACTING, escaped);
}

/** A grapheme as it may be printed. Joiners inside an emoji stay; a pile of combining marks does not. */
export function visibleGrapheme(grapheme: string): string {
  if (grapheme.length > 1 && PICTOGRAPH.test(grapheme)) {
    return grapheme.replace(ACTING, (character) => (character === '\u200d' ? character : escaped(character)));
  }
  const points = [...grapheme];
  if (points.length > 4) return points.map((point) => `\\u{${point.codePointAt(0)!.toString(16)}}`).join('');
  return grapheme.replace(ACTING, escaped);
}

/** JSON text with the acting characters written as escapes; the value that it stands for is the same. */
export function visibleJson(json: string): string {
  return json.replace(ACTING, (character) => {
    if (character === '\n') return character;
    let units = '';
    for (let at = 0; at < character.length; at++) {
      units += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
    }
    return units;
  });
}
