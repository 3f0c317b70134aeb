/** JSON that was read, or why it is none that two readers read alike; `repeated` is the key that is there twice. */
export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string; readonly repeated: string | null };

/**
 * Reads JSON (RFC 8259) in UTF-8 as `JSON.parse` does, and refuses what two readers could read as two things: bytes that are
 * no UTF-8, a byte order mark, anything behind the value, and an object with one key twice. Never throws.
 */
export function readStrictJson(bytes: Uint8Array): StrictJson {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { ok: false, problem: 'it is not UTF-8', repeated: null };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'it is not one JSON value', repeated: null };
  }
  const repeated = repeatedKey(text);
  return repeated === null
    ? { ok: true, value }
    : { ok: false, problem: `it has the key \`${repeated}\` twice`, repeated };
}

/** The first key that an object has twice, however it is spelled; null for none. `json` is known to be JSON. */
function repeatedKey(json: string): string | null {
  /** The keys of each object that is open; null for a list. */
  const open: (Set<string> | null)[] = [];
  let expectsKey = false;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '{':
        open.push(new Set());
        expectsKey = true;
        break;
      case '[':
        open.push(null);
        expectsKey = false;
        break;
      case '}':
      case ']':
        open.pop();
        expectsKey = false;
        break;
      case ',':
        expectsKey = open.at(-1) !== null;
        break;
      case '"': {
        const end = endOfString(json, at);
        if (expectsKey) {
          const key = JSON.parse(json.slice(at, end + 1)) as string;
          const keys = open.at(-1)!;
          if (keys.has(key)) return key;
          keys.add(key);
          expectsKey = false;
        }
        at = end;
      }
    }
  }
  return null;
}

/** Offset of the quotation mark that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); ; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at;
  }
}
