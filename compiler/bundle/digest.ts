import { createHash } from 'node:crypto';

/** `sha256:` and 64 hexadecimal digits, as OCI and in-toto write it. */
export type Digest = `sha256:${string}`;

export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
