import { readFileSync } from 'node:fs';
import { readTable } from '../../../compiler/ir/egress-table/read.ts';
import { tableForm } from '../../../compiler/ir/egress-table/write.ts';
import { type Allowance, allowanceText, withAllowances } from '../../approvals/allowances/allowance.ts';
import { type AllowedFolder, readAllowed } from '../../approvals/allowances/folder.ts';
import type { Gateway, Replaced } from '../gateway.ts';
import type { Journal } from '../surroundings.ts';

export interface TableSurroundings {
  /** The folder of what people let through for a while. */
  readonly allowed: string;
  readonly journal: Journal;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number;
}

/**
 * Puts egress tables of files in force, always together with what people let through for a while: whoever replaces the table
 * neither loses that nor has to know of it. When the first of these ends, the table is put in force again without it.
 */
export class TableFiles {
  readonly #gateway: Gateway;
  readonly #surroundings: TableSurroundings;
  /** Those that the log tells of already. */
  readonly #told = new Set<string>();
  /** When each ends by the clock that nobody sets: one that was set back makes nothing last. */
  readonly #ends = new Map<string, number>();
  #ending: NodeJS.Timeout | undefined;
  #loading: Promise<unknown> = Promise.resolve();

  constructor(gateway: Gateway, surroundings: TableSurroundings) {
    this.#gateway = gateway;
    this.#surroundings = surroundings;
  }

  /** Without a file that can be read, the table before stays in force. Of several at once the last one stays. */
  load(path: string): Promise<Replaced> {
    const loaded = this.#loading.then(() => this.#load(path));
    this.#loading = loaded.catch(() => {});
    return loaded;
  }

  async #load(path: string): Promise<Replaced> {
    let json: string;
    try {
      json = readFileSync(path, 'utf8');
    } catch (error) {
      return this.#gateway.keep(`its file cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
    const { allowances, damaged } = this.#allowed();
    const read = readTable(json);
    if (!read.ok || allowances.length === 0) {
      const replaced = await this.#gateway.replace(json);
      // What stays in force still ends in time.
      if (replaced.ok) clearTimeout(this.#ending);
      await this.#sayDamaged(damaged);
      return replaced;
    }
    for (const allowance of allowances) await this.#tell(allowance);
    const replaced = await this.#gateway.replace(
      JSON.stringify(tableForm(withAllowances(read.table, allowances))),
    );
    // Better the reviewed table alone than none.
    if (!replaced.ok) {
      const alone = await this.#gateway.replace(json);
      if (alone.ok) clearTimeout(this.#ending);
      return alone;
    }
    this.#endIn(Math.min(...allowances.map((one) => this.#remaining(one))), path);
    await this.#sayDamaged(damaged);
    return replaced;
  }

  close(): void {
    clearTimeout(this.#ending);
  }

  #allowed(): AllowedFolder {
    const { allowed, now } = this.#surroundings;
    try {
      const read = readAllowed(allowed, now());
      return { ...read, allowances: read.allowances.filter((one) => this.#remaining(one) > 0) };
    } catch (error) {
      const problem = `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
      return { allowances: [], damaged: [{ path: allowed, problem }] };
    }
  }

  /** Before it counts, so that nothing is let through that the log does not tell of. */
  async #tell(allowance: Allowance): Promise<void> {
    const key = allowanceText(allowance);
    if (this.#told.has(key)) return;
    const { request, by, reason, until } = allowance;
    await this.#surroundings.journal.append({ kind: 'allowed', request, by, reason, until }).durable;
    this.#told.add(key);
  }

  async #sayDamaged(damaged: AllowedFolder['damaged']): Promise<void> {
    for (const { path, problem } of damaged) {
      await this.#gateway.keep(`what \`${path}\` lets through for a while grants nothing: ${problem}`);
    }
  }

  /** Milliseconds. */
  #remaining(allowance: Allowance): number {
    const { now, monotonic } = this.#surroundings;
    const key = allowanceText(allowance);
    const end = this.#ends.get(key) ?? Number.POSITIVE_INFINITY;
    const remaining = Math.min(end - monotonic(), allowance.until - now());
    this.#ends.set(key, monotonic() + remaining);
    return remaining;
  }

  #endIn(remaining: number, path: string): void {
    clearTimeout(this.#ending);
    const wait = Math.max(0, remaining) + 1;
    // What cannot be replaced stays; its entries have ended by their own clock all the same.
    this.#ending = setTimeout(() => void this.load(path).catch(() => {}), wait).unref();
  }
}
