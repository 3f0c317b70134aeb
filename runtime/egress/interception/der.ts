/** The few forms of DER (ITU-T X.690) that certificates and key stores are made of, written out. */

const OID_SHORT = 128;

function lengthOf(count: number): Buffer {
  if (count < 0x80) return Buffer.from([count]);
  const bytes: number[] = [];
  for (let rest = count; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** One value: its tag as a whole byte, its length in the shortest form, its content. */
export function tagged(tag: number, ...content: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of content) length += part.length;
  return Buffer.concat([Buffer.from([tag]), lengthOf(length), ...content]);
}

export function sequence(...content: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...content);
}

/** A set; DER wants its members in the order of their bytes. */
export function setOf(...members: readonly Buffer[]): Buffer {
  return tagged(0x31, ...[...members].sort(Buffer.compare));
}

/** `[number]`, constructed: around a whole value where a syntax says EXPLICIT. */
export function explicit(number: number, ...content: readonly Uint8Array[]): Buffer {
  return tagged(0xa0 | number, ...content);
}

/** A whole number that is not negative, given by its bytes, the greatest first. */
export function integer(bytes: Uint8Array): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const shortest = bytes.subarray(from);
  return (shortest[0] ?? 0) & 0x80 ? tagged(2, Buffer.from([0]), shortest) : tagged(2, shortest);
}

/** A whole number below 2^31. */
export function smallInteger(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return integer(bytes);
}

export function octets(bytes: Uint8Array): Buffer {
  return tagged(4, bytes);
}

/** @param unused how many of the last bits are no part of it */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return tagged(3, Buffer.from([unused]), bytes);
}

export const TRUE: Buffer = tagged(1, Buffer.from([0xff]));
export const NULL: Buffer = tagged(5);

const identifiers = new Map<string, Buffer>();

/** @param dotted e.g. `2.5.4.3`; a few dozen are ever asked for, again and again */
export function objectIdentifier(dotted: string): Buffer {
  let known = identifiers.get(dotted);
  if (known === undefined) {
    known = writtenIdentifier(dotted);
    identifiers.set(dotted, known);
  }
  return known;
}

function writtenIdentifier(dotted: string): Buffer {
  const [first, second, ...others] = dotted.split('.').map(Number);
  const bytes = [first! * 40 + second!];
  for (const number of others) {
    const groups = [number % OID_SHORT];
    for (let rest = Math.floor(number / OID_SHORT); rest > 0; rest = Math.floor(rest / OID_SHORT)) {
      groups.unshift(OID_SHORT | (rest % OID_SHORT));
    }
    bytes.push(...groups);
  }
  return tagged(6, Buffer.from(bytes));
}

export function utf8Text(text: string): Buffer {
  return tagged(12, Buffer.from(text));
}

/** Text of two bytes a character, as key stores name their entries. */
export function wideText(text: string): Buffer {
  return tagged(30, Buffer.from(text, 'utf16le').swap16());
}

/** A moment to the second: two digits of the year until 2049, four after, as RFC 5280 section 4.1.2.5 wants. */
export function time(moment: Date): Buffer {
  const digits = `${moment.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return moment.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
}
