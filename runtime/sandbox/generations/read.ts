import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf } from '../../../compiler/bundle/digest.ts';
import type { Issued } from '../../../compiler/bundle/signature/statement.ts';
import { type ReadBundle, readBundle } from '../../bundle/read-bundle.ts';
import { type BundleSource, readSources } from '../../bundle/sources.ts';
import {
  type GenerationRecord,
  type ReadRecord,
  readNewestText,
  readRecordText,
  readSwitchesText,
  recordText,
  type Switch,
} from './records.ts';

/** Says which generation is in force and which were before. The only thing that changes when another one comes into force. */
export const SWITCHES = 'switches.json';
/** Says what was the newest that was ever accepted, so that no old bundle passes for a new one when its generation is gone. */
export const NEWEST = 'newest.json';
export const RECORD = 'generation.json';
export const BUNDLE = 'bundle';
/** What `nemoclaw sign` wrote, as it came with the bundle. */
export const SIGNATURE = 'signature.json';
/** What the bundle was compiled from. */
export const SOURCES = 'sources.json';

const NUMBER = /^[1-9]\d{0,9}$/;
const LARGEST = 4 * 1024 * 1024;
const LARGEST_SOURCES = 64 * 1024 * 1024;

/** One generation, every byte of it checked; or what is wrong with it. */
export type ReadGeneration =
  | {
      readonly ok: true;
      readonly record: GenerationRecord;
      /** Of the record as it is written. */
      readonly recordDigest: Digest;
      readonly bundle: Extract<ReadBundle, { ok: true }>;
      readonly sources: readonly BundleSource[];
    }
  | { readonly ok: false; readonly problem: string };

/** The numbers of all generations that are kept, in their order. Throws the file system's own errors. */
export function numbersIn(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => NUMBER.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * Every switch that is remembered, the last of which is in force; none where nothing was ever applied. Throws the file system's
 * own errors.
 */
export function readSwitches(folder: string): ReadRecord<readonly Switch[]> {
  const written = readSmall(join(folder, SWITCHES));
  if (written === null) return { ok: true, value: [] };
  if (!written.ok) return written;
  const read = readSwitchesText(written.value);
  if (!read.ok) return { ok: false, problem: `${SWITCHES}: ${read.problem}` };
  // The file is only ever written with a switch in it, so an empty one is not ours.
  return read.value.length > 0 ? read : { ok: false, problem: `${SWITCHES}: it names no generation` };
}

/** What was the newest that was ever accepted; null where nobody signed anything yet. Throws the file system's own errors. */
export function readNewest(folder: string): ReadRecord<Issued | null> {
  const written = readSmall(join(folder, NEWEST));
  if (written === null) return { ok: true, value: null };
  const read = written.ok ? readNewestText(written.value) : written;
  return read.ok ? read : { ok: false, problem: `${NEWEST}: ${read.problem}` };
}

/** Reads one generation and proves that it is what its record says. Throws the file system's own errors. */
export function readGeneration(folder: string, number: number): ReadGeneration {
  const root = join(folder, String(number));
  if (lstatSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return { ok: false, problem: `generation ${number} is not there` };
  }
  const written = readSmall(join(root, RECORD));
  if (written === null) return { ok: false, problem: `generation ${number} has no record` };
  const record = written.ok ? readRecordText(written.value) : written;
  if (!record.ok) return { ok: false, problem: `generation ${number}: ${record.problem}` };
  const bundle = readBundle(join(root, BUNDLE));
  if (!bundle.ok) return { ok: false, problem: `generation ${number} is not whole` };
  if (record.value.number !== number || record.value.bundle !== bundle.digest) {
    return { ok: false, problem: `generation ${number} is not the one of its record` };
  }
  const text = readSmall(join(root, SOURCES), LARGEST_SOURCES);
  if (text === null) return { ok: false, problem: `generation ${number} has no sources` };
  const read = text.ok ? readSources(new TextEncoder().encode(text.value), bundle.manifest) : text;
  // The record has one spelling.
  const recordDigest = digestOf(new TextEncoder().encode(recordText(record.value)));
  return read.ok
    ? { ok: true, record: record.value, recordDigest, bundle, sources: read.sources }
    : { ok: false, problem: `the sources of generation ${number}: ${read.problem}` };
}

/**
 * The generation in force, proved to be the one that was switched to; null where nothing was ever applied. Throws the file
 * system's own errors.
 */
export function readCurrent(folder: string): ReadGeneration | null {
  const switches = readSwitches(folder);
  if (!switches.ok) return switches;
  const last = switches.value.at(-1);
  if (last === undefined) return null;
  const found = readGeneration(folder, last.generation);
  if (!found.ok || isOf(found, last)) return found;
  const what = found.record.bundle === last.bundle ? 'has another record' : 'is another bundle';
  return { ok: false, problem: `generation ${last.generation} ${what} than was switched to` };
}

/** Whether a generation is the one that a switch was to: its bundle, and what is known of it. */
export function isOf(
  { record, recordDigest }: Extract<ReadGeneration, { ok: true }>,
  { bundle, record: switchedTo }: Pick<Switch, 'bundle' | 'record'>,
): boolean {
  return record.bundle === bundle && recordDigest === switchedTo;
}

/** Null where there is no such file. A link is not followed: it could lead anywhere. */
function readSmall(path: string, largest = LARGEST): ReadRecord<string> | null {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return null;
  if (!status.isFile() || status.size > largest) return { ok: false, problem: 'it is no file, or too large' };
  return { ok: true, value: readFileSync(path, 'utf8') };
}
