export type QueryPair = readonly [name: string, value: string];

/**
 * The pairs of a query, as every server reads them; null where they do not agree: `;`, which some take for `&`, escapes
 * that are cut short, are no UTF-8 or stand for a NUL, and a `+` in a name. A value with `+` is given twice, with a blank and with the
 * plus, because some servers read one and some the other: of a name with several values each must be allowed, and one
 * that is denied is enough.
 *
 * @param text without the `?`
 */
export function parseQuery(text: string): QueryPair[] | null {
  const pairs: QueryPair[] = [];
  if (text === '') return pairs;
  if (text.includes(';')) return null;
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decoded(equals === -1 ? part : part.slice(0, equals));
    const written = equals === -1 ? '' : part.slice(equals + 1);
    const value = decoded(written);
    if (name === null || value === null || (equals === -1 ? part : part.slice(0, equals)).includes('+'))
      return null;
    pairs.push([name, value]);
    if (written.includes('+')) pairs.push([name, decoded(written.replaceAll('+', ' '))!]);
  }
  return pairs;
}

/** Null as well for a NUL, at which some readers stop. */
function decoded(text: string): string | null {
  if (!text.includes('%')) return text;
  try {
    const plain = decodeURIComponent(text);
    return plain.includes('\0') ? null : plain;
  } catch {
    // Only a bad escape throws, and that is what null says.
    return null;
  }
}
