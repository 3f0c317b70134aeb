import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceReader } from '../../compiler/source/source-reader.ts';

const shippedFolder = join(import.meta.dirname, '../../blueprints');

/** A reader over files in memory; shipped presets and tiers are the real ones unless `shipped` replaces them. */
export function readerOver(files: Record<string, string>, shipped?: Record<string, string>): SourceReader {
  const encode = (text: string) => ({ ok: true, bytes: new TextEncoder().encode(text) }) as const;
  const missing = (name: string) =>
    ({ ok: false, reason: 'not-found', detail: `no such file: ${name}` }) as const;
  return {
    read: (path) => (files[path] === undefined ? missing(path) : encode(files[path])),
    readExtended: (path) => (files[path] === undefined ? missing(path) : encode(files[path])),
    readShipped: (kind, name) => {
      if (shipped) {
        const text = shipped[`${kind}:${name}`];
        return text === undefined ? missing(name) : encode(text);
      }
      const file = join(shippedFolder, `${kind}s`, `${name}.yaml`);
      return existsSync(file) ? encode(readFileSync(file, 'utf8')) : missing(name);
    },
    listShipped: (kind) =>
      shipped
        ? Object.keys(shipped)
            .filter((key) => key.startsWith(`${kind}:`))
            .map((key) => key.slice(kind.length + 1))
            .sort()
        : readdirSync(join(shippedFolder, `${kind}s`))
            .map((file) => file.replace(/\.yaml$/, ''))
            .sort(),
  };
}
