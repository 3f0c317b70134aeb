import { parseAddress, printAddress } from '../../../compiler/domain/address.ts';
import type { FileIdentity } from '../caller.ts';

/**
 * What the doorkeeper writes of one connection before it lets it be made. Little endian, one write of at most 4096 bytes:
 *
 * | at | bytes | what |
 * |---|---|---|
 * | 0 | 4 | size of the whole record |
 * | 4 | 2 | source port |
 * | 6 | 2 | destination port |
 * | 8 | 1 | family of the listener, 4 or 6; zero, as all that is not known, where there is no connection |
 * | 9 | 1 | zero; 1: the executable has no path that can be told; 2: its path is too long; 3: no connection, but calls for one that nobody could look into |
 * | 10 | 2 | zero |
 * | 12 | 16 | destination address, IPv4 as ::ffff:a.b.c.d |
 * | 28 | 4 | process, as the host counts |
 * | 32 | 4 | zero; of such calls their number, the last one being of the process |
 * | 36 | 40 | device, inode, size, modified, changed of the executable; times in nanoseconds |
 * | 76 | 2 | bytes of the path |
 * | 78 | | path of the executable, UTF-8 where the file system has it so; its beginning, or nothing, where it is too long; of such calls what the process calls itself |
 */
export interface ConnectionRecord {
  readonly family: 4 | 6;
  readonly sourcePort: number;
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  readonly binary: string;
  readonly file: FileIdentity;
}

/** Why no entry could name the executable of a connection. */
export type NoName = 'no-path' | 'long-path' | 'no-utf8';

/**
 * A connection whose executable has no name that could be decided about. Whoever runs in a sandbox names files as it likes, so
 * that damages nothing.
 */
export interface NamelessRecord extends Omit<ConnectionRecord, 'binary' | 'file'> {
  readonly binary: null;
  readonly lack: NoName;
  /** How its path begins, to be shown; where that is not known empty. */
  readonly beginning: string;
}

/**
 * Calls of connect() by programs that the kernel lets nobody look into: where they were to go, and by which executable, is not
 * known. None of them was led to the gateway.
 */
export interface UnseenCalls {
  /** How many since the last record of this kind. */
  readonly calls: number;
  /** Whose the last one was, and what it calls itself. */
  readonly pid: number;
  readonly name: string;
}

export type ReadRecord = ConnectionRecord | NamelessRecord;

/** PIPE_BUF of include/uapi/linux/limits.h: a write of no more is never mixed with another. */
export const LONGEST_RECORD = 4096;
const SIZE_BYTES = 4;
const PATH_AT = 78;
const SLASH = 0x2f;

const LONGEST_BEGINNING = 100;
const LACKS: readonly (NoName | null)[] = [null, 'no-path', 'long-path'];
const UNSEEN = 3;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** How many bytes the record takes that starts here; null where too few are there to tell, or no record can be so long. */
export function recordSize(bytes: Buffer): number | null | 'damaged' {
  if (bytes.length < SIZE_BYTES) return null;
  const size = bytes.readUInt32LE(0);
  return size >= PATH_AT && size <= LONGEST_RECORD ? size : 'damaged';
}

/** Reads one whole record; null where it is not of the form. */
export function readRecord(bytes: Buffer): ReadRecord | UnseenCalls | null {
  if (bytes[9] === UNSEEN) return unseenCalls(bytes);
  const family = bytes[8];
  const pid = bytes.readUInt32LE(28);
  const lack = LACKS[bytes[9]!];
  const zeros = bytes[10]! | bytes[11]! | bytes.readUInt32LE(32);
  const pathBytes = bytes.readUInt16LE(76);
  if ((family !== 4 && family !== 6) || zeros !== 0 || pid === 0 || lack === undefined) return null;
  if (bytes.length !== PATH_AT + pathBytes) return null;
  const path = bytes.subarray(PATH_AT);
  const mayBeEmpty = lack !== null && pathBytes === 0;
  if (!mayBeEmpty && (path[0] !== SLASH || path.includes(0))) return null;
  const common = {
    family,
    sourcePort: bytes.readUInt16LE(4),
    address: addressOf(bytes.subarray(12, 28)),
    port: bytes.readUInt16LE(6),
    pid,
  } as const;
  const binary = lack === null ? textOf(path) : null;
  if (binary === null) {
    const beginning = path.toString('utf8', 0, LONGEST_BEGINNING);
    return { ...common, binary, lack: lack ?? 'no-utf8', beginning };
  }
  return { ...common, binary, file: fileOf(bytes) };
}

function unseenCalls(bytes: Buffer): UnseenCalls | null {
  const [pid, calls] = [bytes.readUInt32LE(28), bytes.readUInt32LE(32)];
  const unknown = [bytes.subarray(4, 9), bytes.subarray(10, 28), bytes.subarray(36, 76)];
  if (unknown.some((part) => part.some((byte) => byte !== 0))) return null;
  if (pid === 0 || calls === 0 || bytes.length !== PATH_AT + bytes.readUInt16LE(76)) return null;
  return { calls, pid, name: bytes.toString('utf8', PATH_AT) };
}

function fileOf(bytes: Buffer): FileIdentity {
  return {
    device: bytes.readBigUInt64LE(36),
    inode: bytes.readBigUInt64LE(44),
    size: bytes.readBigUInt64LE(52),
    modified: bytes.readBigUInt64LE(60),
    changed: bytes.readBigUInt64LE(68),
  };
}

function textOf(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function addressOf(bytes: Buffer): string {
  return printAddress((bytes.readBigUInt64BE(0) << 64n) | bytes.readBigUInt64BE(8));
}

/** A record as the doorkeeper writes it. Throws a RangeError where the path is too long for one. */
export function writeRecord(record: ConnectionRecord): Buffer {
  const path = Buffer.from(record.binary);
  const size = PATH_AT + path.length;
  if (size > LONGEST_RECORD) throw new RangeError(`a record of ${size} bytes is too long`);
  const parsed = parseAddress(record.address);
  if (!parsed.ok) throw new RangeError(`${record.address} is no address`);
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(size, 0);
  bytes.writeUInt16LE(record.sourcePort, 4);
  bytes.writeUInt16LE(record.port, 6);
  bytes[8] = record.family;
  bytes.writeBigUInt64BE(parsed.address >> 64n, 12);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, parsed.address), 20);
  bytes.writeUInt32LE(record.pid, 28);
  const { device, inode, size: fileSize, modified, changed } = record.file;
  for (const [at, value] of [device, inode, fileSize, modified, changed].entries()) {
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 36 + 8 * at);
  }
  bytes.writeUInt16LE(path.length, 76);
  path.copy(bytes, PATH_AT);
  return bytes;
}
