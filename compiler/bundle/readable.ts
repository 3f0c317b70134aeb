import { BACKENDS } from '../backends/registry.ts';
import type { Architecture } from '../backends/target.ts';

const BINARY = 'application/octet-stream';

/** What a binary artifact says, in the words of the backend that emitted it; null for artifacts that are text already. */
export function readable(
  { backend, mediaType }: { readonly backend: string; readonly mediaType: string },
  bytes: Uint8Array,
  architecture: Architecture,
): string | null {
  if (mediaType !== BINARY) return null;
  return BACKENDS.find(({ name }) => name === backend)?.describe?.(bytes, architecture) ?? null;
}
