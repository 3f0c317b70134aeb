const LONGEST = 60;

/** The user's own words, fit for one line of a message: shortened, with line breaks and control characters escaped. */
export function excerpt(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return JSON.stringify(shown).slice(1, -1).replaceAll('\\"', '"');
}

/** A character as it is written in documentation, e.g. `U+202E`. */
export function codePointName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
