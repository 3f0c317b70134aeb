/**
 * TCP as the runtime's own `net` module has it underneath. `net.Socket` costs more than half of a short tunnel's processor time
 * (docs/decisions/0024), so tunnels do without. Nothing else in the project knows of these; they are not part of Node's documented
 * interface, and are checked for when the gateway starts.
 */
export interface TcpHandle {
  onread: ((bytes: ArrayBuffer | undefined) => void) | null;
  onconnection: ((status: number, accepted: TcpHandle) => void) | null;
  /** Bytes that the kernel did not take yet. */
  readonly writeQueueSize: number;
  open(descriptor: number): number;
  bind(address: string, port: number): number;
  bind6(address: string, port: number, flags: number): number;
  listen(backlog: number): number;
  connect(request: Request, address: string, port: number): number;
  connect6(request: Request, address: string, port: number): number;
  setNoDelay(on: boolean): number;
  readStart(): number;
  readStop(): number;
  /** Reads go there from now on, instead of into memory of their own. */
  useUserBuffer(place: Uint8Array): void;
  writeBuffer(request: Request, bytes: Uint8Array): number;
  shutdown(request: Request): number;
  /** Ends the connection at once, which the other side sees as a reset. */
  reset(done?: () => void): number;
  close(done?: () => void): void;
  getsockname(out: { address?: string; port?: number }): number;
  getpeername(out: { address?: string; port?: number }): number;
}

/** A call that the runtime finishes later, if it did not fail at once. */
export interface Request {
  oncomplete: ((status: number) => void) | null;
}

interface TcpBinding {
  readonly TCP: (new (kind: number) => TcpHandle) | undefined;
  readonly TCPConnectWrap: new () => Request;
  readonly constants: { readonly SOCKET: number; readonly SERVER: number };
}

interface StreamBinding {
  readonly WriteWrap: (new () => Request & { bytes: Uint8Array | null }) | undefined;
  readonly ShutdownWrap: new () => Request;
  readonly kReadBytesOrError: number;
  readonly kArrayBufferOffset: number;
  readonly kLastWriteWasAsync: number;
  readonly streamBaseState: Int32Array;
}

const { TCP, tcp, stream } = bindings();

export const { TCPConnectWrap: ConnectRequest } = tcp;
export const { ShutdownWrap: ShutdownRequest } = stream;
export const WriteRequest = stream.WriteWrap!;

export function newHandle(kind: 'connection' | 'listener'): TcpHandle {
  const { SOCKET, SERVER } = tcp.constants;
  return new TCP(kind === 'connection' ? SOCKET : SERVER);
}

function bindings() {
  const { binding } = process as unknown as { binding?: (name: string) => unknown };
  const tcp = binding?.('tcp_wrap') as TcpBinding | undefined;
  const stream = binding?.('stream_wrap') as StreamBinding | undefined;
  if (tcp?.TCP === undefined || stream?.WriteWrap === undefined) {
    throw new Error(
      `Node ${process.version} has not the TCP that the gateway needs: use a version that nemoclaw names`,
    );
  }
  return { TCP: tcp.TCP, tcp, stream };
}

/** What the last read gave: a number of bytes, or a status below zero. */
export function lastRead(): number {
  return stream.streamBaseState[stream.kReadBytesOrError]!;
}

/** Where the bytes of the last read begin in their buffer. */
export function lastReadAt(): number {
  return stream.streamBaseState[stream.kArrayBufferOffset]!;
}

/** Whether the last write is not finished yet. */
export function isLastWriteWaiting(): boolean {
  return stream.streamBaseState[stream.kLastWriteWasAsync] !== 0;
}
