import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../../compiler/bundle/digest.ts';
import { ARTIFACT_PATH, MANIFEST_NAME } from '../../../compiler/bundle/manifest.ts';
import type { Issued } from '../../../compiler/bundle/signature/statement.ts';
import { claimFolder } from '../../audit/only-writer.ts';
import { makePrivateFolder, replacePrivateFile } from '../../audit/private-files.ts';
import { type BundleSource, sourcesText } from '../../bundle/sources.ts';
import { PRIVATE, writeWholeFolder } from '../../bundle/write-folder.ts';
import {
  BUNDLE,
  isOf,
  NEWEST,
  numbersIn,
  RECORD,
  readGeneration,
  readSwitches,
  SIGNATURE,
  SOURCES,
  SWITCHES,
} from './read.ts';
import {
  type GenerationRecord,
  MOST_SWITCHES,
  newestText,
  type Outcome,
  type Reason,
  recordText,
  type Switch,
  switchesText,
} from './records.ts';

/** What becomes a generation: a bundle, and what is known of it. */
export interface GenerationContent {
  /** Every file of the bundle, its manifest too, as they were verified. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The file that signs it; null for a bundle that nobody signed. */
  readonly signature: Uint8Array | null;
  /** What it was compiled from; the manifest names each with its digest. */
  readonly sources: readonly BundleSource[];
  readonly about: Omit<GenerationRecord, 'number' | 'bundle'>;
}

/** Who switches, when and why. */
export interface Occasion {
  readonly by: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly why: Reason;
}

export type OpenedStore =
  | { readonly ok: true; readonly store: GenerationStore }
  /** `in-use`: another process applies just now. `damaged`: what is there was not written by this program, or was changed. */
  | { readonly ok: false; readonly reason: 'in-use' | 'damaged' | 'not-private'; readonly problem: string };

/** A generation, or the file of switches, that is not whole yet. */
const UNFINISHED = /^(?:\.\d+\.\d+|(?:switches|newest)\.json\.\d+\.unfinished)$/;

/**
 * The generations of one sandbox, for the one process that changes them. Each is written once and never changed; which one is
 * in force is said by one small file that is replaced in one step. Killed at any moment, the old generation is in force or the
 * new one, whole. All of it throws the file system's own errors.
 */
export class GenerationStore {
  readonly #folder: string;
  readonly #release: () => void;
  #switches: readonly Switch[];

  private constructor(folder: string, release: () => void, switches: readonly Switch[]) {
    this.#folder = folder;
    this.#release = release;
    this.#switches = switches;
  }

  /** Makes this process the only one that changes the generations of a folder, and takes away what a killed one left. */
  static open(folder: string): OpenedStore {
    const open = makePrivateFolder(folder);
    if (open !== null) return { ok: false, reason: 'not-private', problem: open };
    const claim = claimFolder(folder);
    if (!claim.ok) {
      const who = claim.pid === null ? 'a process elsewhere' : `process ${claim.pid}`;
      return { ok: false, reason: 'in-use', problem: `${who} is changing this sandbox` };
    }
    const switches = readSwitches(folder);
    if (!switches.ok) {
      claim.release();
      return { ok: false, reason: 'damaged', problem: switches.problem };
    }
    for (const name of readdirSync(folder)) {
      if (UNFINISHED.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
    }
    return { ok: true, store: new GenerationStore(folder, claim.release, switches.value) };
  }

  /** Every switch that is remembered; the last one is in force. */
  get switches(): readonly Switch[] {
    return this.#switches;
  }

  /** Writes a generation, which is not in force yet. Gives its number, which no other generation ever had. */
  add({ files, signature, sources, about }: GenerationContent): number {
    const manifest = files.get(MANIFEST_NAME);
    if (manifest === undefined) throw new Error('a bundle has a manifest');
    const used = [...numbersIn(this.#folder), ...this.#switches.map(({ generation }) => generation)];
    const number = Math.max(0, ...used) + 1;
    const record = recordText({ number, bundle: digestOf(manifest), ...about });
    const content: [string, Uint8Array][] = [
      [RECORD, new TextEncoder().encode(record)],
      [SOURCES, new TextEncoder().encode(sourcesText(sources))],
    ];
    if (signature !== null) content.push([SIGNATURE, signature]);
    for (const [path, bytes] of files) {
      if (!ARTIFACT_PATH.test(path)) throw new Error('a file of a bundle is below it');
      content.push([`${BUNDLE}/${path}`, bytes]);
    }
    writeWholeFolder(this.#folder, String(number), `.${number}.${process.pid}`, content, PRIVATE);
    return number;
  }

  /**
   * Puts a generation into force, its probes still to be made. Of the one before, what is said with it becomes durable in the
   * same step.
   *
   * @param before what became of the one that was in force
   * @returns why not, where the generation is not whole; or null
   */
  switchTo(number: number, { by, at, why }: Occasion, before: Outcome | null = null): string | null {
    const found = readGeneration(this.#folder, number);
    if (!found.ok) return found.problem;
    const earlier = this.#switches.findLast(({ generation }) => generation === number);
    if (earlier !== undefined && !isOf(found, earlier))
      return `generation ${number} was changed since it was in force`;
    const settled = before === null ? this.#switches : withOutcome(this.#switches, before);
    const next: Switch = {
      ...{ generation: number, bundle: found.record.bundle, record: found.recordDigest },
      ...{ at, by, why, outcome: 'probing' },
    };
    this.#write([...settled, next]);
    return null;
  }

  /** Says what the probes of the generation in force found. */
  settle(outcome: Exclude<Outcome, 'probing'>): void {
    if (this.#switches.length === 0) throw new Error('no generation is in force');
    this.#write(withOutcome(this.#switches, outcome));
  }

  /** Remembers what was accepted as the newest. It outlives the generation, which may be of an older commit that says the same. */
  remember(newest: Issued): void {
    replacePrivateFile(join(this.#folder, NEWEST), new TextEncoder().encode(newestText(newest)));
  }

  /** The generation to go back to: the last other one whose probes were good and that is still whole; null where none is. */
  lastGood(): number | null {
    const current = this.#switches.at(-1)?.generation;
    const good = this.#switches.findLast(
      (one) => one.generation !== current && one.outcome === 'proved' && this.#holds(one),
    );
    return good?.generation ?? null;
  }

  /**
   * Removes old generations, but never the one in force or the one to go back to.
   *
   * @param keep how many of the newest stay as well
   */
  prune(keep: number): void {
    const stay = new Set([this.#switches.at(-1)?.generation, this.lastGood()]);
    const numbers = numbersIn(this.#folder);
    for (const number of numbers.slice(0, Math.max(0, numbers.length - keep))) {
      if (stay.has(number)) continue;
      // Under this name, what is left of it after a kill is taken away by the next one that opens the store.
      const leaving = join(this.#folder, `.${number}.${process.pid}`);
      renameSync(join(this.#folder, String(number)), leaving);
      rmSync(leaving, { recursive: true, force: true });
    }
  }

  /** Lets other processes change the generations. */
  close(): void {
    this.#release();
  }

  #holds(one: Switch): boolean {
    const found = readGeneration(this.#folder, one.generation);
    return found.ok && isOf(found, one);
  }

  #write(switches: readonly Switch[]): void {
    const kept = switches.slice(-MOST_SWITCHES);
    replacePrivateFile(join(this.#folder, SWITCHES), new TextEncoder().encode(switchesText(kept)));
    this.#switches = kept;
  }
}

function withOutcome(switches: readonly Switch[], outcome: Outcome): readonly Switch[] {
  return switches.map((one, at) => (at === switches.length - 1 ? { ...one, outcome } : one));
}
