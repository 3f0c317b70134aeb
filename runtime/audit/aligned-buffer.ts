/** What `lib.dom` would tell of it. */
declare const WebAssembly: { Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } };

const PAGE_BYTES = 65_536;

/**
 * Zeros that begin where a page of the processor does, as writes past the page cache need it (open(2), O_DIRECT): nothing else in
 * Node promises where memory begins. Elsewhere than at a page where the process may not reserve the addresses that go with it.
 *
 * @param bytes at least so many
 */
export function alignedBuffer(bytes: number): Buffer {
  try {
    return Buffer.from(new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) }).buffer);
  } catch {
    return Buffer.alloc(bytes);
  }
}
