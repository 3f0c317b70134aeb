/** The process that opened a connection, as the host knows it. */
export interface Caller {
  /** As the host counts processes. */
  readonly pid: number;
  /** Absolute path of its executable, as it is called inside. */
  readonly binary: string;
  /** Which file that is, so that its digest need be computed once only. */
  readonly file: FileIdentity;
}

/** Tells one content of a file from another without reading it. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  /** Nanoseconds since 1970 UTC. */
  readonly modified: bigint;
  readonly changed: bigint;
}
