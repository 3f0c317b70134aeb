import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Keep, type ReadUses, readUses } from './uses.ts';

/**
 * Keeps the counts in a file of their own, replaced as a whole and durable before a use is acted on. The audit log has each
 * use as well, but to count them there would mean to read all of it at each start.
 */
export function keepUsesIn(path: string): Keep {
  return async (text) => {
    const unfinished = `${path}.unfinished`;
    await using file = await open(unfinished, 'w', 0o600);
    await file.writeFile(text);
    await file.sync();
    await rename(unfinished, path);
    await using folder = await open(dirname(path), 'r');
    await folder.sync();
  };
}

/** What was kept; nothing where there is no file yet. */
export function usesIn(path: string): ReadUses {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { ok: true, counts: new Map() };
    return { ok: false, problem: `it cannot be read (${code})` };
  }
  return readUses(text);
}
