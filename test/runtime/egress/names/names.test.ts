import { describe, expect, it } from 'vitest';
import { answerQuery } from '../../../../runtime/egress/names/answer-query.ts';
import { Resolver } from '../../../../runtime/egress/names/resolver.ts';
import { SyntheticNames } from '../../../../runtime/egress/names/synthetic-names.ts';

const TYPES = { A: 1, PTR: 12, TXT: 16, AAAA: 28, HTTPS: 65 } as const;

function query(
  name: string,
  type: keyof typeof TYPES = 'A',
  change: (bytes: Buffer) => void = () => {},
): Buffer {
  const labels = name === '' ? [] : name.split('.');
  const parts = labels.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
  const head = Buffer.from('abcd01000001000000000000', 'hex');
  const bytes = Buffer.concat([head, ...parts, Buffer.of(0, 0, TYPES[type], 0, 1)]);
  change(bytes);
  return bytes;
}

/** The code of an answer, and what its one record holds. */
function read(answer: Buffer | null): string {
  if (answer === null) return 'silence';
  const code = answer.readUInt16BE(2) & 15;
  if (answer.readUInt16BE(6) === 0) return `code ${code}`;
  const at = answer.indexOf(Buffer.from('c00c', 'hex'));
  const data = answer.subarray(at + 12);
  expect(data.length).toBe(answer.readUInt16BE(at + 10));
  return answer.readUInt16BE(at + 2) === TYPES.A ? data.join('.') : data.toString('latin1');
}
const ask = (bytes: Buffer, names = new SyntheticNames()) => read(answerQuery(bytes, names));

describe('the name server', () => {
  it.each([
    ['api.example.com', 'A', '198.18.0.1'],
    ['API.Example.Com', 'A', '198.18.0.1'],
    ['_dmarc.example.com', 'A', '198.18.0.1'],
    ['localhost', 'A', '127.0.0.1'],
    ['x.localhost', 'A', '127.0.0.1'],
    ['localhost', 'AAAA', 'code 0'],
    ['api.example.com', 'AAAA', 'code 0'],
    ['api.example.com', 'TXT', 'code 0'],
    ['api.example.com', 'HTTPS', 'code 0'],
    ['single', 'A', 'code 3'],
    ['', 'A', 'code 3'],
    ['10.0.0.1', 'A', 'code 3'],
    ['a*.example.com', 'A', 'code 3'],
    ['-.0x7f', 'A', 'code 3'],
    ['1.0.18.198.in-addr.arpa', 'PTR', 'code 3'],
    ['1.0.0.127.in-addr.arpa', 'PTR', 'code 3'],
    ['x.in-addr.arpa', 'PTR', 'code 3'],
  ] as const)('answers %s %s with %s', (name, type, answer) => {
    expect(ask(query(name, type))).toBe(answer);
  });

  it('gives the question back with the answer, and says that it recurses', () => {
    const asked = query('api.example.com');
    const answer = answerQuery(asked, new SyntheticNames())!;
    expect(answer.subarray(12, asked.length)).toEqual(asked.subarray(12));
    expect(answer.subarray(0, 12).toString('hex')).toBe('abcd81800001000100000000');
    expect(answer.readUInt32BE(asked.length + 6)).toBe(30);
  });

  it('passes over what stands behind the question, such as EDNS', () => {
    const edns = Buffer.from('0000291000000000000000', 'hex');
    expect(
      ask(Buffer.concat([query('a.example.com', 'A', (bytes) => bytes.writeUInt16BE(1, 10)), edns])),
    ).toBe('198.18.0.1');
  });

  it('names what a synthetic address stands for', () => {
    const names = new SyntheticNames();
    ask(query('api.example.com'), names);
    expect(ask(query('1.0.18.198.in-addr.arpa', 'PTR'), names)).toBe('\x03api\x07example\x03com\x00');
    expect(ask(query('1.0.18.198.in-addr.arpa', 'A'), names)).toBe('code 0');
  });

  it.each<[string, Buffer, string]>([
    ['no header', Buffer.alloc(11), 'silence'],
    ['an answer', query('a.example.com', 'A', (bytes) => bytes.writeUInt16BE(0x8180, 2)), 'silence'],
    ['another operation', query('a.example.com', 'A', (bytes) => bytes.writeUInt16BE(0x2800, 2)), 'code 4'],
    ['no question', query('a.example.com', 'A', (bytes) => bytes.writeUInt16BE(0, 4)), 'code 1'],
    ['two questions', query('a.example.com', 'A', (bytes) => bytes.writeUInt16BE(2, 4)), 'code 1'],
    ['an answer with it', query('a.example.com', 'A', (bytes) => bytes.writeUInt16BE(1, 6)), 'code 1'],
    [
      'another class',
      query('a.example.com', 'A', (bytes) => bytes.writeUInt16BE(3, bytes.length - 2)),
      'code 4',
    ],
    ['a compressed name', query('a.example.com', 'A', (bytes) => bytes.writeUInt8(0xc0, 12)), 'code 1'],
    ['a name cut short', query('a.example.com').subarray(0, 20), 'code 1'],
    ['no type', query('a.example.com').subarray(0, -3), 'code 1'],
    ['a dot in a label', query('axb.example.com', 'A', (bytes) => bytes.write('.', 14)), 'code 1'],
    ['a space in a label', query('axb.example.com', 'A', (bytes) => bytes.write(' ', 14)), 'code 1'],
    ['NUL in a label', query('axb.example.com', 'A', (bytes) => bytes.write('\0', 14)), 'code 1'],
    ['a name that is too long', query(Array(64).fill('abc').join('.')), 'code 1'],
  ])('takes no %s', (_name, bytes, answer) => {
    expect(ask(bytes)).toBe(answer);
  });
});

describe('synthetic addresses', () => {
  it('stay with their names, and the longest unused gives way', () => {
    const names = new SyntheticNames(2);
    const [a, b] = [names.addressOf('a.b'), names.addressOf('b.b')];
    expect([a.join('.'), b.join('.')]).toEqual(['198.18.0.1', '198.18.0.2']);
    expect(names.nameOf('198.18.0.1')).toBe('a.b');
    expect(names.addressOf('c.b').join('.')).toBe('198.18.0.3');
    expect(names.nameOf('198.18.0.2')).toBeNull();
    expect(names.nameOf('198.18.0.1')).toBe('a.b');
    expect(names.addressOf('b.b').join('.')).toBe('198.18.0.4');
  });

  it('are given to another name only after all the others', () => {
    const names = new SyntheticNames(100);
    const first = names.addressOf('first.b').join('.');
    for (let at = 0; at < 131_069; at += 1) {
      expect(names.addressOf(`n${at}.b`).join('.') === first).toBe(false);
    }
    expect(names.addressOf('again.b').join('.')).toBe(first);
    expect(names.nameOf(first)).toBe('again.b');
  });

  it.each(['198.17.0.1', '10.0.0.1', 'fd00::1', '198.18.0.0'])('are not %s', (address) => {
    expect(new SyntheticNames().nameOf(address)).toBeNull();
  });
});

describe('resolving outside', () => {
  function counted(answers: Record<string, string[]>) {
    const asked: string[] = [];
    const clock = { now: 0 };
    const resolver = new Resolver(
      async (name) => {
        asked.push(name);
        const addresses = answers[name];
        return addresses === undefined ? { ok: false, problem: 'no-such-name' } : { ok: true, addresses };
      },
      () => clock.now,
      { keep: 1_000, names: 2, wait: 20 },
    );
    return { resolver, asked, clock };
  }

  it('asks once for all who ask at once, and again after a time', async () => {
    const { resolver, asked, clock } = counted({ a: ['192.0.2.1'] });
    await Promise.all([resolver.addressesOf('a'), resolver.addressesOf('a')]);
    clock.now = 999;
    expect(await resolver.addressesOf('a')).toEqual({ ok: true, addresses: ['192.0.2.1'] });
    expect(asked).toEqual(['a']);
    clock.now = 1_000;
    await resolver.addressesOf('a');
    expect(asked).toEqual(['a', 'a']);
  });

  it('keeps no failure, and no more names than it may', async () => {
    const { resolver, asked } = counted({ a: ['192.0.2.1'], b: ['192.0.2.1'], c: ['192.0.2.1'] });
    await resolver.addressesOf('none');
    await resolver.addressesOf('none');
    for (const name of ['a', 'b', 'c', 'a']) await resolver.addressesOf(name);
    expect(asked).toEqual(['none', 'none', 'a', 'b', 'c', 'a']);
  });

  it('does not wait for ever', async () => {
    const resolver = new Resolver(
      () => new Promise(() => {}),
      () => 0,
      { keep: 1, names: 1, wait: 5 },
    );
    expect(await resolver.addressesOf('a')).toEqual({ ok: false, problem: 'no-answer' });
  });
});
