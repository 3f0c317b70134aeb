/** What `lib.dom` would tell of it. */
declare const WebAssembly: { Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } };

const PAGE_BYTES = 65_536;
const aligned = new WeakSet<ArrayBufferLike>();

/**
 * Zeros that begin where a page of the processor does, as writes past the page cache need it (open(2), O_DIRECT): nothing else in
 * Node promises where memory begins. Elsewhere than at a page where the process may not reserve the addresses that go with it, some
 * 10 GiB each; `isAligned` tells.
 *
 * @param bytes at least so many
 */
export function alignedBuffer(bytes: number): Buffer {
  try {
    const { buffer } = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    aligned.add(buffer);
    return Buffer.from(buffer);
  } catch {
    return Buffer.alloc(bytes);
  }
}

/** Whether bytes are within a buffer that begins at a page. */
export function isAligned(bytes: Uint8Array): boolean {
  return aligned.has(bytes.buffer);
}
