/** One instruction of classic BPF (struct sock_filter): operation, jump distances, operand. */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** A program that the kernel runs on each system call. */
export type BpfProgram = readonly Instruction[];

const BYTES = 8;

/** The program as the kernel takes it: 8 bytes an instruction, little endian. */
export function programBytes(program: BpfProgram): Uint8Array {
  const bytes = new Uint8Array(program.length * BYTES);
  const view = new DataView(bytes.buffer);
  for (const [at, { code, jt, jf, k }] of program.entries()) {
    view.setUint16(at * BYTES, code, true);
    view.setUint8(at * BYTES + 2, jt);
    view.setUint8(at * BYTES + 3, jf);
    view.setUint32(at * BYTES + 4, k, true);
  }
  return bytes;
}

/** Reads what `programBytes` wrote, or null when the length is not that of whole instructions. */
export function programFromBytes(bytes: Uint8Array): BpfProgram | null {
  if (bytes.length % BYTES !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / BYTES }, (_, at) => ({
    code: view.getUint16(at * BYTES, true),
    jt: view.getUint8(at * BYTES + 2),
    jf: view.getUint8(at * BYTES + 3),
    k: view.getUint32(at * BYTES + 4, true),
  }));
}
