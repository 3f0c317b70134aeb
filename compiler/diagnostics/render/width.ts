/**
 * First and last code points of the ranges that terminals show two columns wide, without emoji. From Unicode's
 * EastAsianWidth.txt, classes W and F, neighbouring ranges joined.
 */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0x4dbf],
  [0x4e00, 0xa4c6],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2fb],
  [0x1f200, 0x1f251],
  [0x20000, 0x3fffd],
];

const EMOJI = /^\p{Emoji_Presentation}/u;
const MARK = /^\p{M}/u;

/** Columns that one grapheme takes in a terminal: 2 for East Asian wide characters and emoji, 0 for a mark alone. */
export function graphemeWidth(grapheme: string): number {
  const point = grapheme.codePointAt(0);
  if (point === undefined) return 0;
  if (point < 0x300) return 1;
  if (EMOJI.test(grapheme) || grapheme.includes('\ufe0f')) return 2;
  if (WIDE.some(([first, last]) => point >= first && point <= last)) return 2;
  return MARK.test(grapheme) ? 0 : 1;
}
