import type { Io } from './io.ts';

/**
 * Writes a file that is not there yet, or replaces one where that was asked for.
 *
 * @returns why it was not written, or null
 */
export function writeNewFile(
  path: string,
  text: string,
  mayReplace: boolean,
  { reader, replaceFile }: Pick<Io, 'reader' | 'replaceFile'>,
): string | null {
  if (!mayReplace) {
    const there = reader.read(path);
    if (there.ok || there.reason !== 'not-found') {
      return `${path} is left alone: it exists; give another name, or --force to replace it`;
    }
  }
  const written = replaceFile(path, text);
  return written.ok ? null : `${path} cannot be written: ${written.detail}`;
}
