import { isUtf8 } from 'node:buffer';

/** Half of a pair, which is no character by itself (PEP 383 has the same trick). */
const LONE_SURROGATES = 0xdc00;

/**
 * The fields of an answer in which each ends with a NUL. Names of files are bytes to git; in one that is no UTF-8 each byte
 * beyond ASCII becomes a lone surrogate, which no other name holds, so that two names never become one.
 */
export function fieldsOf(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: string[] = [];
  for (let at = 0; at < buffer.length; ) {
    const found = buffer.indexOf(0, at);
    const end = found === -1 ? buffer.length : found;
    fields.push(nameOf(buffer.subarray(at, end)));
    at = end + 1;
  }
  return fields;
}

function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : LONE_SURROGATES + byte)).join(
    '',
  );
}
