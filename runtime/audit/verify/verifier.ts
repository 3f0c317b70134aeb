import { type AuditEvent, LONGEST_LINE, NO_LINE } from '../../../compiler/ir/audit-event/event.ts';
import { readEvent } from '../../../compiler/ir/audit-event/read.ts';
import type { LastCheckpoint } from '../last-checkpoint.ts';
import type { SeenLine } from './diagnose.ts';
import { Investigation, type LookBack } from './investigation.ts';
import { ChainLinkReader, hexDigest, mayBeLeftOfEvent } from './line-facts.ts';
import { Signatures } from './signatures.ts';
import type { Damage, Demands, LinePlace, LogEnd, Verification } from './verification.ts';

const NOTHING_BEFORE = NO_LINE.slice('sha256:'.length);
/** `{"checkpoint"`, `{"closed"` and `{"opened"` are read whole; there are few of them. */
const OF_INTEREST = new Set([...'co'].map((letter) => letter.charCodeAt(0)));
const FIRST_OF_KIND = 2;

/** Where the chain is expected to go on. */
export interface Expected {
  readonly sequence: number;
  /** Hexadecimal; null where nobody knows it. */
  readonly digest: string | null;
}

/**
 * Goes over the lines of a log once, in constant memory, and finds the first place that is wrong. After that it reads on only to
 * find out what was done.
 */
export class Verifier {
  readonly #last: LastCheckpoint | null;
  readonly #signatures: Signatures;
  readonly #reader = new ChainLinkReader();
  /** The line before, where it was given or, once it is overwritten there, in a copy. */
  readonly #before: { buffer: Buffer; start: number; end: number };
  readonly #copy = Buffer.allocUnsafe(LONGEST_LINE + 1);
  #beforePlace: { readonly file: string; readonly line: number } | null = null;
  #file = '';
  #line = 0;
  #expected: number | null;
  #digest: string | null;
  #torn: { readonly seen: SeenLine; readonly bytes: number } | null = null;
  /** Wrong as it stands; the next line tells whether somebody chained it so, or whether a bit was flipped. */
  #suspect: Damage | null = null;
  /** A signature that does not fit its line, with nothing after it that would tell more. */
  #isBroken = false;
  #damage: Damage | null = null;
  #investigation: Investigation | null = null;
  #vouched: Verification['vouched'] = null;
  #end: LogEnd = 'open';
  #first: number | null = null;
  readonly #counts = { lines: 0, files: 0, recoveries: 0, recoveredBytes: 0 };

  /** @param expected null where anything may begin */
  constructor({ key, last }: Demands, expected: Expected | null) {
    this.#signatures = new Signatures(key);
    this.#last = last;
    this.#expected = expected?.sequence ?? null;
    this.#digest = expected?.digest ?? null;
    this.#before = { buffer: this.#copy, start: 0, end: 0 };
  }

  /** The lines that follow are of another file; its name may tell the sequence of the first. */
  startFile(name: string, first: number | null): void {
    this.#file = name;
    this.#counts.files++;
    this.#line = 0;
    if (this.#counts.lines === 0) this.#expected ??= first;
  }

  /** Takes the next line. False when nothing more has to be read. */
  readonly take = (buffer: Buffer, start: number, end: number, isWhole: boolean): boolean => {
    this.#line++;
    if (this.#damage !== null) return false;
    if (this.#investigation !== null) return this.takeAfterBreak(buffer, start, end, isWhole);
    if (this.#torn !== null) return this.breakAt(this.#torn.seen, this.see(buffer, start, end, isWhole));
    if (!isWhole) {
      this.#torn = { seen: this.see(buffer, start, end, false), bytes: end - start };
      return true;
    }
    const reader = this.#reader;
    const isEvent = reader.read(buffer, start, end);
    const { sequence, previous } = reader;
    if (!isEvent || sequence !== (this.#expected ?? sequence) || previous !== this.wanted(sequence)) {
      return this.breakAt(this.see(buffer, start, end, true), null);
    }
    if (this.#suspect !== null) {
      this.#damage = this.#suspect;
      return false;
    }
    this.pass(buffer, start, end);
    return true;
  };

  /** Keeps of the lines that were given what is still needed: they are about to be overwritten. */
  readonly keep = (): void => {
    const before = this.#before;
    if (before.buffer === this.#copy) return;
    before.end = before.buffer.copy(this.#copy, 0, before.start, before.end);
    before.start = 0;
    before.buffer = this.#copy;
  };

  /** After the last line: what has to be known of the lines before the break; null for nothing. */
  endOfLog(): LookBack | null {
    return this.#investigation?.endOfLog() ?? null;
  }

  /** @param isEqual whether the line that `endOfLog` asked for is the one at the break */
  finish(isEqual: boolean): Verification {
    const damage = this.#damage ?? this.#investigation?.conclude(isEqual) ?? this.damageAtEnd();
    return {
      ...this.#counts,
      first: this.#first,
      last: this.#counts.lines === 0 ? null : this.#expected! - 1,
      end: this.#torn === null ? this.#end : 'torn',
      tornBytes: this.#torn?.bytes ?? 0,
      vouched: this.#vouched,
      signatures: this.#signatures.count,
      damage,
    };
  }

  private wanted(sequence: number): string {
    if (this.#digest !== null) return this.#digest;
    return sequence === 0 ? NOTHING_BEFORE : this.#reader.previous;
  }

  /** A line that follows the one before. */
  private pass(buffer: Buffer, start: number, end: number): void {
    const { sequence } = this.#reader;
    const digest = hexDigest(buffer, start, end);
    this.#first ??= sequence;
    this.#counts.lines++;
    if (OF_INTEREST.has(buffer[start + FIRST_OF_KIND]!)) this.passRead(buffer.toString('utf8', start, end));
    else {
      this.#end = 'open';
      if (!this.#signatures.passUnsigned()) this.suspect('unsigned');
    }
    if (this.#last?.sequence === sequence && this.#last.digest !== `sha256:${digest}`)
      this.suspect('rewritten');
    this.#expected = sequence + 1;
    this.#digest = digest;
    const before = this.#before;
    before.buffer = buffer;
    before.start = start;
    before.end = end;
    this.#beforePlace = { file: this.#file, line: this.#line };
  }

  private passRead(text: string): void {
    const read = readEvent(text);
    if (!read.ok) {
      this.suspect('changed');
      return;
    }
    const { event } = read;
    const { what } = event;
    if (what.kind === 'opened') {
      if (this.#counts.lines > 1 && this.#end !== 'closed') this.#counts.recoveries++;
      this.#counts.recoveredBytes += what.recovered?.bytes ?? 0;
    }
    this.#end = what.kind === 'closed' ? 'closed' : 'open';
    const verdict = this.#signatures.pass(event);
    if (verdict === 'foreign' || verdict === 'broken') {
      this.suspect('forged');
      this.#isBroken = verdict === 'broken';
    } else if (verdict === 'overdue') this.suspect('unsigned');
    else if (verdict === 'good') this.vouch(event);
  }

  private vouch(event: AuditEvent): void {
    this.#vouched = { ...this.place(event.sequence), key: this.#signatures.keyOf(event) };
  }

  private place(sequence: number): LinePlace {
    return { file: this.#file, line: this.#line, sequence };
  }

  private suspect(kind: Damage['kind']): void {
    this.#suspect ??= { kind, place: this.place(this.#reader.sequence), lines: null };
  }

  private breakAt(found: SeenLine, after: SeenLine | null): boolean {
    const place = this.#beforePlace;
    const { buffer, start, end } = this.#before;
    this.#investigation = new Investigation({
      before: place && this.see(buffer, start, end, true, place),
      expected: this.#expected ?? found.link?.sequence ?? 0,
      digest: this.#digest ?? (this.#expected === 0 ? NOTHING_BEFORE : null),
      found,
      after,
    });
    return this.#investigation.isOpen;
  }

  private takeAfterBreak(buffer: Buffer, start: number, end: number, isWhole: boolean): boolean {
    const investigation = this.#investigation!;
    if (investigation.wantsNeighbour) investigation.takeNeighbour(this.see(buffer, start, end, isWhole));
    else if (this.#reader.read(buffer, start, end)) {
      investigation.takeLater(this.#reader.sequence, () => hexDigest(buffer, start, end));
    }
    return investigation.isOpen;
  }

  private damageAtEnd(): Damage | null {
    if (this.#torn !== null && !this.#torn.seen.isBeginning) {
      return { kind: 'changed', place: this.place(this.#expected ?? 0), lines: null };
    }
    // Nobody writes behind the last word of a file.
    if (this.#torn !== null && this.#end === 'closed' && this.#beforePlace?.file === this.#file) {
      return { kind: 'inserted', place: this.place(this.#expected!), lines: null };
    }
    if (this.#suspect !== null) return this.#isBroken ? { ...this.#suspect, kind: 'changed' } : this.#suspect;
    const next = this.#expected ?? 0;
    if (this.#last === null || this.#last.sequence < next) return null;
    const place = { file: this.#file, line: this.#line + 1, sequence: next };
    return { kind: 'truncated', place, lines: [next, this.#last.sequence] };
  }

  private see(
    buffer: Buffer,
    start: number,
    end: number,
    isWhole: boolean,
    place = { file: this.#file, line: this.#line },
  ): SeenLine {
    const reader = new ChainLinkReader();
    const isLinked = reader.read(buffer, start, end);
    const read = readEvent(buffer.toString('utf8', start, end));
    return {
      ...place,
      link: isLinked ? { sequence: reader.sequence, previous: reader.previous } : null,
      digest: hexDigest(buffer, start, end),
      kind: read.ok ? read.event.what.kind : null,
      isForged: read.ok && this.#signatures.isForged(read.event),
      isWhole,
      isBeginning: mayBeLeftOfEvent(buffer, start, end),
    };
  }
}
