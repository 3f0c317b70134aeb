/** An escape by which a double-quoted scalar of YAML may write a character of a plain word, or go on in the next line. */
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\/)|(?:\r\n?|\n)[ \t]*)/g;
const LAST_CHARACTER = 0x10ffff;

/**
 * The bytes as Latin-1 text, with every such escape replaced by what it stands for. An ASCII word that holds no backslash
 * and that YAML would read out of the bytes is always found in it; that what is found is really read is not said.
 */
export function unescaped(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (_, two?: string, four?: string, eight?: string, slash?: string) => {
    const hexadecimal = two ?? four ?? eight;
    if (hexadecimal === undefined) return slash ?? '';
    const point = Number.parseInt(hexadecimal, 16);
    return point > LAST_CHARACTER ? '' : String.fromCodePoint(point);
  });
}

/** The same of a text, for ASCII words. */
export function unescapedText(text: string): string {
  return text.includes('\\') ? unescaped(new TextEncoder().encode(text)) : text;
}

/** Whether YAML might read one of these ASCII words out of the bytes, however it is spelled. Never false where it would. */
export function mayHold(bytes: Uint8Array, ...words: readonly string[]): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (words.some((word) => buffer.includes(word))) return true;
  if (!buffer.includes('\\')) return false;
  const text = unescaped(bytes);
  return words.some((word) => text.includes(word));
}
