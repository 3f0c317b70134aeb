// Stands in for the gateway in tests of the doorkeeper: tells each caller what was recorded about it, as one JSON line.
// node telling-gateway.mjs [EXIT CODE | falters | dies]: with a code it ends at once; else only the second to fourth one
// do, or the first one when it has answered once.
import { createSocket } from 'node:dgram';
import { fstatSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, Socket } from 'node:net';

const [behaviour] = process.argv.slice(2);
if (behaviour !== undefined && !['falters', 'dies'].includes(behaviour)) process.exit(Number(behaviour));
const present = process.env.NEMOCLAW_DESCRIPTORS.split(',').map(Number);
const [CONTROL, TCP4, TCP6, UDP4, UDP6, RECORDS, MEMORY, CREDENTIALS] = [3, 4, 5, 6, 7, 8, 9, 10];

/** What stands there, after the error with which it cannot be changed. */
function credentials() {
  if (!present.includes(CREDENTIALS)) return null;
  const bytes = Buffer.alloc(fstatSync(CREDENTIALS).size);
  readSync(CREDENTIALS, bytes, 0, bytes.length, 0);
  try {
    writeSync(CREDENTIALS, 'x', 0);
    return 'changed';
  } catch (error) {
    return `${error.code} ${bytes}`;
  }
}

/** One more letter in the memory with each gateway. */
const starts = fstatSync(MEMORY).size + 1;
writeSync(MEMORY, 'x', starts - 1);
if (behaviour === 'falters' && starts > 1 && starts < 5) process.exit(4);

/** Only the first may write where the agent can. */
const trust = process.env.NEMOCLAW_TRUST;
if (trust !== undefined) writeFileSync(`${trust}/greeting`, `gateway ${starts}`);

const NO_CONNECTION = 3;
/** Of calls that nobody could look into. */
const unseen = [];

/** Null where there is none: the connection came while the gateway before this one died. */
function takeRecord() {
  let bytes = Buffer.alloc(65_536);
  try {
    bytes = bytes.subarray(0, readSync(RECORDS, bytes));
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error;
    return null;
  }
  for (; bytes[9] === NO_CONNECTION; bytes = bytes.subarray(bytes.readUInt32LE(0))) {
    const name = bytes.toString('utf8', 78, 78 + bytes.readUInt16LE(76));
    unseen.push({ calls: bytes.readUInt32LE(32), process: bytes.readUInt32LE(28), name });
  }
  const size = bytes.readUInt32LE(0);
  return {
    unseen,
    whole: bytes.length === size,
    sourcePort: bytes.readUInt16LE(4),
    port: bytes.readUInt16LE(6),
    listener: bytes[8],
    lack: bytes[9],
    address: bytes.toString('hex', 12, 28),
    process: bytes.readUInt32LE(28),
    inode: Number(bytes.readBigUInt64LE(44)),
    bytes: Number(bytes.readBigUInt64LE(52)),
    modified: String(bytes.readBigUInt64LE(60)),
    binary: bytes.toString('utf8', 78, 78 + bytes.readUInt16LE(76)),
  };
}

for (const fd of [TCP4, TCP6].filter((one) => present.includes(one))) {
  createServer((socket) => {
    const record = takeRecord();
    socket.on('error', () => socket.destroy());
    if (record === null) return socket.destroy();
    const told = {
      ...record,
      from: socket.remotePort,
      gateway: process.pid,
      starts,
      credentials: credentials(),
      core: /^Max core file size +(\S+) +(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1')).slice(1),
    };
    if (behaviour === 'dies' && starts === 1)
      socket.once('finish', () => setTimeout(() => process.exit(4), 50));
    return socket.end(`${JSON.stringify(told)}\n`);
  }).listen({ fd });
}

/** Every name has the address 198.18.0.7 (RFC 1035 section 4.1). */
for (const fd of [UDP4, UDP6].filter((one) => present.includes(one))) {
  const socket = createSocket(fd === UDP4 ? 'udp4' : 'udp6');
  socket.on('message', (query, { port, address }) => {
    let end = 12;
    while (query[end]) end += query[end] + 1;
    const isIPv4 = query.readUInt16BE(end + 1) === 1;
    const answer = Buffer.from(query.subarray(0, end + 5));
    for (const [at, value] of [0x8180, 1, isIPv4 ? 1 : 0, 0, 0].entries())
      answer.writeUInt16BE(value, 2 + at * 2);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 198, 18, 0, 7]);
    socket.send(isIPv4 ? Buffer.concat([answer, record]) : answer, port, address);
  });
  socket.bind({ fd });
}

const control = new Socket({ fd: CONTROL });
control.on('end', () => process.exit(0)).resume();
control.write('{"ready":true}\n');
