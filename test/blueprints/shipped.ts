import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from '../../compiler/frontend/front-end.ts';
import { type ParsedSource, parseSource } from '../../compiler/frontend/parse-source.ts';

const folder = join(import.meta.dirname, '../../blueprints');

export function shippedText(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** Names of the files in a folder below blueprints/, without their ending. */
export function shippedNames(subfolder: string): string[] {
  return readdirSync(join(folder, subfolder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .sort();
}

export function parseShipped(path: string): ParsedSource {
  return parseSource(path, readFileSync(join(folder, path)));
}

export function shippedPart(path: string): Part {
  const parsed = parseShipped(path);
  if (parsed.kind !== 'part') throw new Error(`${path} is no preset or tier`);
  return parsed.part;
}
