import { describe, expect, it } from 'vitest';
import {
  type ConnectionRecord,
  readRecord,
  writeRecord,
} from '../../../../runtime/egress/attribution/record.ts';
import { ConnectionRecords } from '../../../../runtime/egress/attribution/records.ts';

const RECORD: ConnectionRecord = {
  family: 4,
  sourcePort: 40_001,
  address: '198.18.0.7',
  port: 443,
  pid: 77,
  binary: '/usr/bin/cürl',
  file: { device: 2n ** 63n, inode: 5n, size: 6n, modified: 7n, changed: 8n },
};

/** Records over a pipe that gives what is in it, in pieces of at most so many bytes. */
function recordsOver(piece = Number.POSITIVE_INFINITY) {
  let pipe = Buffer.alloc(0);
  const clock = { now: 0 };
  const records = new ConnectionRecords(
    (into) => {
      const count = Math.min(pipe.length, into.length, piece);
      pipe.copy(into, 0, 0, count);
      pipe = pipe.subarray(count);
      return count;
    },
    () => clock.now,
  );
  const write = (...bytes: Buffer[]) => {
    pipe = Buffer.concat([pipe, ...bytes]);
  };
  return { records, write, clock };
}
const from = (sourcePort: number, more: Partial<ConnectionRecord> = {}) =>
  writeRecord({ ...RECORD, sourcePort, ...more });

describe('a record', () => {
  it.each([RECORD, { ...RECORD, family: 6, address: 'fd00::1' } as const])(
    'is read as it was written',
    (record) => {
      expect(readRecord(writeRecord(record))).toEqual(record);
    },
  );

  it('has the form that is written down', () => {
    const bytes = writeRecord({ ...RECORD, binary: '/b', address: '10.0.0.1' });
    expect(bytes.toString('hex')).toBe(
      [
        ...[
          '50000000',
          '419c',
          'bb01',
          '04',
          '000000',
          '00000000000000000000ffff0a000001',
          '4d000000',
          '00000000',
        ],
        ...[
          '0000000000000080',
          '0500000000000000',
          '0600000000000000',
          '0700000000000000',
          '0800000000000000',
        ],
        ...['0200', '2f62'],
      ].join(''),
    );
  });

  it.each([
    [1, 'no-path', ''],
    [2, 'long-path', ''],
    [2, 'long-path', '/work/aaa'],
  ] as const)('says why there is no name (%i)', (byte, lack, beginning) => {
    const bytes = writeRecord({ ...RECORD, binary: beginning });
    bytes.writeUInt8(byte, 9);
    const { family, sourcePort, address, port, pid } = RECORD;
    expect(readRecord(bytes)).toEqual({
      family,
      sourcePort,
      address,
      port,
      pid,
      binary: null,
      lack,
      beginning,
    });
  });

  it.each([
    ['no path and no word of it', () => {}],
    ['another word of it', (bytes: Buffer) => bytes.writeUInt8(4, 9)],
  ])('is refused with %s', (_name, change: (bytes: Buffer) => void) => {
    const bytes = writeRecord({ ...RECORD, binary: '' });
    change(bytes);
    expect(readRecord(bytes)).toBeNull();
  });

  it.each([
    ['another family', (bytes: Buffer) => bytes.writeUInt8(5, 8)],
    ['a byte that has to be zero', (bytes: Buffer) => bytes.writeUInt8(1, 10)],
    ['a number that has to be zero', (bytes: Buffer) => bytes.writeUInt32LE(1, 32)],
    ['no process', (bytes: Buffer) => bytes.writeUInt32LE(0, 28)],
    ['a path of another length', (bytes: Buffer) => bytes.writeUInt16LE(1, 76)],
    ['a relative path', (bytes: Buffer) => bytes.write('x', 78)],
    ['a path with NUL', (bytes: Buffer) => bytes.writeUInt8(0, 80)],
  ])('is refused with %s', (_name, damage) => {
    const bytes = writeRecord(RECORD);
    damage(bytes);
    expect(readRecord(bytes)).toBeNull();
  });
});

/** A record of calls that nobody could look into. */
function unseen(calls: number, pid: number, name: string): Buffer {
  const bytes = Buffer.alloc(78 + Buffer.byteLength(name));
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt8(3, 9);
  bytes.writeUInt32LE(pid, 28);
  bytes.writeUInt32LE(calls, 32);
  bytes.writeUInt16LE(Buffer.byteLength(name), 76);
  bytes.write(name, 78);
  return bytes;
}

describe('a record of calls that nobody could look into', () => {
  it.each(['xs', ''])('is read with what their process calls itself (%j)', (name) => {
    expect(readRecord(unseen(3, 77, name))).toEqual({ calls: 3, pid: 77, name });
  });

  it.each([
    ['a source port', 4],
    ['a family', 8],
    ['an address', 27],
    ['a file', 75],
  ])('is refused with %s', (_name, at) => {
    const bytes = unseen(3, 77, 'xs');
    bytes.writeUInt8(1, at);
    expect(readRecord(bytes)).toBeNull();
  });

  it.each([
    ['no process', unseen(3, 0, 'xs')],
    ['no call', unseen(0, 77, 'xs')],
    ['more behind its name', Buffer.concat([unseen(3, 77, 'xs'), Buffer.from('x')])],
  ])('is refused with %s', (_name, bytes) => {
    expect(readRecord(bytes)).toBeNull();
  });

  it('is kept apart from those of connections, and told once', () => {
    const { records, write } = recordsOver();
    write(unseen(1, 77, 'xs'), from(1), unseen(2, 78, 'ys'));
    expect(records.take(4, 1)).toMatchObject({ sourcePort: 1 });
    expect(records.take(4, 0)).toBe('unknown');
    expect(records.takeUnseen()).toEqual([
      { calls: 1, pid: 77, name: 'xs' },
      { calls: 2, pid: 78, name: 'ys' },
    ]);
    expect(records.takeUnseen()).toEqual([]);
  });

  it('is there without any connection', () => {
    const { records, write } = recordsOver();
    write(unseen(1, 77, 'xs'));
    expect(records.takeUnseen()).toHaveLength(1);
  });
});

describe('records of connections', () => {
  it('are each there for one connection', () => {
    const { records, write } = recordsOver();
    write(from(1), from(2), from(1, { family: 6 }));
    expect(records.take(4, 2)).toMatchObject({ sourcePort: 2, family: 4 });
    expect(records.take(4, 2)).toBe('unknown');
    expect(records.take(6, 1)).toMatchObject({ family: 6 });
    expect(records.take(4, 1)).toMatchObject({ sourcePort: 1, family: 4 });
    expect(records.take(4, 3)).toBe('unknown');
  });

  it('are worth nothing where two speak of one port, and good again afterwards', () => {
    const { records, write } = recordsOver();
    write(from(1), from(1, { binary: '/bin/evil' }));
    expect(records.take(4, 1)).toBe('ambiguous');
    write(from(1));
    expect(records.take(4, 1)).toMatchObject({ sourcePort: 1 });
  });

  it('are worth nothing when the second one comes just before the connection is accepted', () => {
    const { records, write } = recordsOver();
    write(from(1), from(2));
    records.take(4, 2);
    write(from(1));
    expect(records.take(4, 1)).toBe('ambiguous');
  });

  it.each([1, 7, 80])('are read in pieces of %i bytes', (piece) => {
    const { records, write } = recordsOver(piece);
    write(from(1), from(2), from(3));
    for (let tries = 0; tries < 300; tries += 1) records.take(4, 9);
    for (const port of [3, 1, 2]) expect(records.take(4, port)).toMatchObject({ sourcePort: port });
  });

  it('name no program whose path is no UTF-8, and others as ever', () => {
    const { records, write } = recordsOver();
    const odd = from(1);
    odd.writeUInt8(0xff, 80);
    write(odd, from(2));
    expect(records.take(4, 1)).toMatchObject({
      binary: null,
      lack: 'no-utf8',
      beginning: '/u\ufffdr/bin/cürl',
    });
    expect(records.damage).toBeNull();
    expect(records.take(4, 2)).toMatchObject({ sourcePort: 2 });
  });

  it('end where no connection came for a minute', () => {
    const { records, write, clock } = recordsOver();
    write(from(1));
    records.take(4, 9);
    clock.now = 60_001;
    expect(records.take(4, 1)).toBe('unknown');
    write(from(1));
    expect(records.take(4, 1)).toMatchObject({ sourcePort: 1 });
  });

  it('are kept for a bounded number of connections', () => {
    const { records, write, clock } = recordsOver();
    for (let port = 1; port <= 20_000; port += 1) {
      write(from(port));
      if (port % 500 === 0) records.take(6, 9);
    }
    clock.now = 1;
    expect(records.take(4, 1)).toBe('unknown');
    expect(records.take(4, 20_000)).toMatchObject({ sourcePort: 20_000 });
  });

  it.each([
    ['a size that none has', Buffer.from('ffffffff', 'hex')],
    ['a size that is too small', Buffer.from('10000000', 'hex')],
  ])('tell nothing any more after %s', (_name, bytes) => {
    const { records, write } = recordsOver();
    write(from(1), bytes, from(2));
    expect(records.take(4, 1)).toBe('unknown');
    expect(records.damage).toBe('the records of connections are damaged');
    expect(records.take(4, 2)).toBe('unknown');
  });
});
