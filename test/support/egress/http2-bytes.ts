import type { Duplex } from 'node:stream';

export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** Of RFC 9113 section 6, those that are looked at or sent. */
export const FRAMES = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  goaway: 7,
  continuation: 9,
} as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;

export type Field = readonly [name: string, value: string];

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Fields as RFC 7541 section 6.2.2 writes them with new names, nothing compressed: exactly what is meant arrives. */
export function block(fields: readonly Field[]): Buffer {
  const pieces = fields.flatMap(([name, value]) => [Buffer.of(0), ...text(name), ...text(value)]);
  return Buffer.concat(pieces);
}

function text(value: string): Buffer[] {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length < 127) return [Buffer.of(bytes.length), bytes];
  const length: number[] = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  return [Buffer.from([...length, rest]), bytes];
}

export function headers(stream: number, fields: readonly Field[], flags = END_STREAM | END_HEADERS): Buffer {
  return frame(FRAMES.headers, flags, stream, block(fields));
}

export function opening(): Buffer {
  return Buffer.concat([Buffer.from(PREFACE), frame(FRAMES.settings, 0, 0), frame(FRAMES.settings, 1, 0)]);
}

/** What came of a stream: a refusal's status and reason, the code of a reset or of the end of all, or that it is silent. */
export function outcomeOf(connection: Duplex, sent: Buffer, patience = 2_000): Promise<string> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    let body = '';
    const finish = (outcome: string) => {
      clearTimeout(timer);
      resolve(outcome);
      connection.destroy();
    };
    const timer = setTimeout(() => finish('silence'), patience);
    connection.on('data', (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece]);
      while (bytes.length >= 9 && bytes.length >= 9 + bytes.readUIntBE(0, 3)) {
        const length = bytes.readUIntBE(0, 3);
        const [type, flags] = [bytes[3], bytes[4]!];
        const payload = bytes.subarray(9, 9 + length);
        bytes = bytes.subarray(9 + length);
        if (type === FRAMES.reset) return finish(`reset ${payload.readUInt32BE(0)}`);
        if (type === FRAMES.goaway) return finish(`goaway ${payload.readUInt32BE(4)}`);
        if (type === FRAMES.data) body += payload.toString('latin1');
        if ((type === FRAMES.data || type === FRAMES.headers) && (flags & END_STREAM) !== 0)
          return finish(said(body));
      }
    });
    connection.once('close', () => finish('closed'));
    connection.on('error', () => finish('closed'));
    connection.write(sent);
    connection.resume();
  });
}

function said(body: string): string {
  try {
    const { status, why } = JSON.parse(body) as { status: number; why: string };
    return `${status} ${why}`;
  } catch {
    return `answered: ${body}`;
  }
}
