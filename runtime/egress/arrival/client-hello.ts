/** What the first bytes of a stream say about TLS. */
export type ClientHello =
  | { readonly kind: 'more' }
  | { readonly kind: 'not-tls' }
  /** `name`: in lower case; null where the client names no server. */
  | { readonly kind: 'hello'; readonly name: string | null }
  | { readonly kind: 'damaged' };

const MORE = { kind: 'more' } as const;
const DAMAGED = { kind: 'damaged' } as const;

const HANDSHAKE_RECORD = 22;
const MAJOR_VERSION = 3;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const RECORD_HEAD = 5;
const MESSAGE_HEAD = 4;
/** RFC 8446 section 5.1. */
const LONGEST_RECORD = 16_384;
/** No client sends so much before it hears anything. */
const LONGEST_HELLO = 65_536;

/** Reads a ClientHello (RFC 8446 section 4.1.2), however it is cut into records. */
export function readClientHello(bytes: Buffer): ClientHello {
  if (bytes[0] !== HANDSHAKE_RECORD && bytes.length > 0) return { kind: 'not-tls' };
  if (bytes.length < 2) return MORE;
  if (bytes[1] !== MAJOR_VERSION) return { kind: 'not-tls' };
  const message = firstMessage(bytes);
  if (!Buffer.isBuffer(message)) return message;
  try {
    return { kind: 'hello', name: serverName(new Reader(message.subarray(MESSAGE_HEAD))) };
  } catch (error) {
    if (!(error instanceof CutShort)) throw error;
    return DAMAGED;
  }
}

function firstMessage(bytes: Buffer): Buffer | typeof MORE | typeof DAMAGED {
  const parts: Buffer[] = [];
  let collected = 0;
  for (let at = 0; ; ) {
    if (bytes.length < at + RECORD_HEAD) return MORE;
    const length = bytes.readUInt16BE(at + 3);
    const isHandshake = bytes[at] === HANDSHAKE_RECORD && bytes[at + 1] === MAJOR_VERSION;
    if (!isHandshake || length === 0 || length > LONGEST_RECORD) return DAMAGED;
    const part = bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length);
    parts.push(part);
    collected += part.length;
    const message = parts.length === 1 ? part : Buffer.concat(parts);
    if (message[0] !== undefined && message[0] !== CLIENT_HELLO) return DAMAGED;
    if (collected >= MESSAGE_HEAD) {
      const wanted = MESSAGE_HEAD + message.readUIntBE(1, 3);
      if (wanted > LONGEST_HELLO) return DAMAGED;
      if (collected >= wanted) return message.subarray(0, wanted);
    }
    if (part.length < length) return MORE;
    at += RECORD_HEAD + length;
  }
}

class CutShort extends Error {
  override readonly name = 'CutShort';
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(count: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    if (taken.length < count) throw new CutShort();
    this.#at += count;
    return taken;
  }

  number(size: 1 | 2): number {
    return this.take(size).readUIntBE(0, size);
  }

  /** What a length of so many bytes stands before. */
  vector(size: 1 | 2): Buffer {
    return this.take(this.number(size));
  }
}

function serverName(hello: Reader): string | null {
  hello.take(2 + 32);
  hello.vector(1);
  hello.vector(2);
  hello.vector(1);
  if (hello.isAtEnd) return null;
  const extensions = new Reader(hello.vector(2));
  if (!hello.isAtEnd) throw new CutShort();
  let name: string | null = null;
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (type !== SERVER_NAME) continue;
    // Two names are a question about which of them counts.
    if (name !== null) throw new CutShort();
    name = onlyName(content);
  }
  return name;
}

/** RFC 6066 section 3. */
function onlyName(content: Buffer): string {
  const outer = new Reader(content);
  const list = new Reader(outer.vector(2));
  if (list.number(1) !== HOST_NAME) throw new CutShort();
  const name = list.vector(2);
  if (!list.isAtEnd || !outer.isAtEnd || name.length === 0) throw new CutShort();
  return name.toString('latin1').toLowerCase();
}
