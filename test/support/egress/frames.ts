/** One frame of RFC 6455 as text of Latin-1, masked as clients do unless told otherwise. */
export function frame(
  payload: string | Buffer,
  { opcode = 1, isFinal = true, mask = Buffer.from([1, 2, 3, 250]) as Buffer | null } = {},
): string {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const head = [(isFinal ? 0x80 : 0) | opcode];
  const masked = mask === null ? 0 : 0x80;
  if (bytes.length < 126) head.push(masked | bytes.length);
  else if (bytes.length < 65_536) head.push(masked | 126, bytes.length >> 8, bytes.length & 255);
  else head.push(masked | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (bytes.length >> shift) & 255));
  const sent = mask === null ? bytes : bytes.map((byte, at) => byte ^ mask[at % 4]!);
  return Buffer.concat([Buffer.from(head), mask ?? Buffer.alloc(0), sent]).toString('latin1');
}

/** A close frame of a server or a client. */
export function close(code: number, reason = '', mask: Buffer | null = null): string {
  return frame(Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]), {
    opcode: 8,
    mask,
  });
}
