import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readClientHello } from '../../../../runtime/egress/arrival/client-hello.ts';

/** What a real client sends first. */
async function helloOf(servername: string): Promise<Buffer> {
  const wire = new Duplex({ read() {}, write: (_bytes, _encoding, done) => done() });
  const sent = new Promise<Buffer>((resolve) => {
    wire._write = (bytes: Buffer, _encoding, done) => {
      resolve(bytes);
      done();
    };
  });
  const socket = connect({ socket: wire, servername, rejectUnauthorized: false });
  socket.on('error', () => {});
  const hello = await sent;
  socket.destroy();
  await once(socket, 'close');
  return hello;
}

/** The same message in records of so many bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.of(22, 3, 1, part.length >> 8, part.length & 255), part);
  }
  return Buffer.concat(records);
}

describe('a ClientHello', async () => {
  const hello = await helloOf('API.example.com');

  it('names its server, in one record or in many', () => {
    expect(readClientHello(hello)).toEqual({ kind: 'hello', name: 'api.example.com' });
    expect(readClientHello(Buffer.concat([hello, Buffer.from('more')])).kind).toBe('hello');
    for (const size of [1, 3, 100]) {
      expect(readClientHello(inRecords(hello, size))).toEqual({ kind: 'hello', name: 'api.example.com' });
    }
  });

  it('may name none', async () => {
    expect(readClientHello(await helloOf(''))).toEqual({ kind: 'hello', name: null });
  });

  it('is waited for until its end', () => {
    for (const bytes of [hello, inRecords(hello, 50)]) {
      for (let end = 0; end < bytes.length; end += 1) {
        expect(readClientHello(bytes.subarray(0, end))).toEqual({ kind: 'more' });
      }
    }
  });

  it.each(['SSH-2.0-x', 'GET / HTTP/1.1', '\x00', '\x16\x02', '\x80\x2e\x01'])('is not %j', (text) => {
    expect(readClientHello(Buffer.from(text, 'latin1'))).toEqual({ kind: 'not-tls' });
  });

  /** The extension with the server's name: its type, its length, then a list of one. */
  const extensionAt = hello.indexOf(Buffer.from('API.example.com')) - 9;
  it.each<[string, (bytes: Buffer) => void]>([
    ['an empty record', (bytes) => bytes.writeUInt16BE(0, 3)],
    ['a record that is too long', (bytes) => bytes.writeUInt16BE(16_385, 3)],
    ['another message', (bytes) => bytes.writeUInt8(2, 5)],
    ['a message that nobody sends', (bytes) => bytes.writeUIntBE(70_000, 6, 3)],
    ['a session id past its end', (bytes) => bytes.writeUInt8(255, 43)],
    ['a name past its end', (bytes) => bytes.writeUInt16BE(999, extensionAt + 7)],
    ['a name that is shorter than its list', (bytes) => bytes.writeUInt16BE(3, extensionAt + 7)],
    ['a name of another kind', (bytes) => bytes.writeUInt8(1, extensionAt + 6)],
  ])('is damaged with %s', (_name, damage) => {
    const bytes = Buffer.from(hello);
    damage(bytes);
    expect(readClientHello(bytes)).toEqual({ kind: 'damaged' });
  });

  it('is damaged with two names', () => {
    const extension = hello.subarray(extensionAt, extensionAt + 9 + 15);
    const bytes = Buffer.concat([hello, extension]);
    const added = extension.length;
    bytes.writeUInt16BE(hello.readUInt16BE(3) + added, 3);
    bytes.writeUIntBE(hello.readUIntBE(6, 3) + added, 6, 3);
    let lengthAt = 43 + 1 + hello[43]!;
    lengthAt += 2 + hello.readUInt16BE(lengthAt);
    lengthAt += 1 + hello[lengthAt]!;
    bytes.writeUInt16BE(hello.readUInt16BE(lengthAt) + added, lengthAt);
    expect(readClientHello(bytes)).toEqual({ kind: 'damaged' });
  });
});
