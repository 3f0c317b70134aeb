import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditLineDamaged, auditMoreDamaged } from '../../compiler/diagnostics/catalog/audit.ts';
import { logMissing } from '../../compiler/diagnostics/catalog/requests.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { JSON_VERSION, jsonDiagnostics } from '../../compiler/diagnostics/render/json.ts';
import type { Palette } from '../../compiler/diagnostics/render/palette.ts';
import { visibleJson } from '../../compiler/diagnostics/render/visible.ts';
import { type ReadEvent, readEvent } from '../../compiler/ir/audit-event/read.ts';
import { logFilesIn } from '../../runtime/audit/file-names.ts';
import type { StateFolder } from '../../runtime/sandbox/state-folder.ts';
import type { LogsArguments } from '../arguments/logs.ts';
import { paletteFor } from '../colour.ts';
import { decisionLine, decisionValue, isDecision, isDenial } from '../decision-line.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome, sayFindings } from '../findings.ts';
import type { Io } from '../io.ts';
import { KnownRequests } from '../known-requests.ts';
import { type LogLine, LogTail } from '../log-tail.ts';
import { isMalformed, malformedLine, malformedValue } from '../malformed-line.ts';
import { findStates, reading } from '../sandbox-state.ts';

const LOOK_AFTER = 250;
const MOST_NAMED = 20;

/**
 * Shows the decisions of a log.
 *
 * @param pause waits until the log is looked at again; false ends it
 */
export async function logs(
  chosen: LogsArguments,
  io: Io,
  pause: () => Promise<boolean> = () => sleep(LOOK_AFTER, true),
): Promise<ExitCode> {
  const place = placeOf(chosen, io);
  if ('problem' in place) return failed(place.problem, chosen, io);
  const { folder, requests } = place;
  const tail = new LogTail(folder);
  const shown = new Shown(chosen, new KnownRequests(requests, io.now), io);
  for (;;) {
    const read = reading(folder, () => {
      for (const line of tail.read()) shown.line(line);
      return { ok: true } as const;
    });
    if (!read.ok) return shown.end([read.problem]);
    if (!chosen.follow || io.stdout.isClosed) return shown.end([]);
    if (!(await pause())) return shown.end([]);
  }
}

async function failed(problem: Diagnostic, { format }: LogsArguments, io: Io): Promise<ExitCode> {
  await printOutcome(
    { command: 'logs', diagnostics: [problem], result: { decisions: null }, text: '' },
    format,
    io,
  );
  return EXIT.invalid;
}

interface LogPlace {
  /** The folder with the files of the log. */
  readonly folder: string;
  /** The requests of the sandbox; null where the log is elsewhere. */
  readonly requests: string | null;
}

/** Of a state folder `audit`, else the folder that was named itself. */
function placeOf(chosen: LogsArguments, io: Io): LogPlace | { readonly problem: Diagnostic } {
  const found = findStates(chosen, io);
  if (!found.ok) return found;
  const [state] = found.states as readonly [StateFolder];
  const isState = existsSync(state.audit);
  const folder = isState ? state.audit : state.root;
  const files = reading(folder, () => ({ ok: true, files: logFilesIn(folder) }) as const);
  if (!files.ok) return files;
  if (files.files.length === 0) return { problem: diagnose(logMissing, null, { folder }) };
  return { folder, requests: isState ? state.requests : null };
}

/** Prints decisions as they are read, so that a log of any size needs no memory. */
class Shown {
  readonly #chosen: LogsArguments;
  readonly #requests: KnownRequests;
  readonly #io: Io;
  readonly #damaged: Diagnostic[] = [];
  #count = 0;
  #damagedCount = 0;

  constructor(chosen: LogsArguments, requests: KnownRequests, io: Io) {
    this.#chosen = chosen;
    this.#requests = requests;
    this.#io = io;
    if (this.#isDocument)
      io.stdout.write(`{\n  "version": ${JSON_VERSION},\n  "command": "logs",\n  "decisions": [`);
  }

  get #isDocument(): boolean {
    return this.#chosen.format === 'json' && !this.#chosen.follow;
  }

  line({ path, number, text }: LogLine): void {
    const read: ReadEvent = text === null ? { ok: false, problem: 'it is too long' } : readEvent(text);
    if (!read.ok) this.#broken(path, number, read.problem);
    else if (isDecision(read.event) && (!this.#chosen.denied || isDenial(read.event))) {
      const known = this.#requests.find(read.event.sandbox, read.event.what);
      const { event } = read;
      this.#show(
        (palette) => decisionLine(event, known, palette),
        () => decisionValue(event, known),
      );
    } else if (isMalformed(read.event)) {
      const { event } = read;
      this.#show(
        (palette) => malformedLine(event, palette),
        () => malformedValue(event),
      );
    }
  }

  #show(textOf: (palette: Palette) => string, document: () => object): void {
    const { stdout } = this.#io;
    if (this.#chosen.format === 'text') stdout.write(textOf(paletteFor(stdout, this.#io)));
    else if (this.#isDocument) {
      const text = visibleJson(JSON.stringify(document()));
      stdout.write(`${this.#count === 0 ? '' : ','}\n    ${text}`);
    } else {
      const line = { version: JSON_VERSION, command: 'logs', decision: document() };
      stdout.write(`${visibleJson(JSON.stringify(line))}\n`);
    }
    this.#count += 1;
  }

  #broken(path: string, line: number, problem: string): void {
    const finding = diagnose(auditLineDamaged, null, { path, line, problem });
    this.#damagedCount += 1;
    if (this.#chosen.follow) sayFindings([finding], this.#io);
    else if (this.#damaged.length < MOST_NAMED) this.#damaged.push(finding);
  }

  /** Says what is wrong and gives the exit code. */
  end(problems: readonly Diagnostic[]): ExitCode {
    const found = [...problems, ...this.#damaged];
    const more = this.#chosen.follow ? 0 : this.#damagedCount - this.#damaged.length;
    if (more > 0) found.push(diagnose(auditMoreDamaged, null, { path: 'the log', count: more }));
    if (!this.#isDocument) sayFindings(found, this.#io);
    else {
      const { diagnostics, counts } = jsonDiagnostics(found);
      const close = this.#count === 0 ? '],' : '\n  ],';
      const rest = visibleJson(JSON.stringify({ diagnostics, counts }, null, 2));
      this.#io.stdout.write(`${close}${rest.slice(1)}\n`);
    }
    return found.length + this.#damagedCount === 0 ? EXIT.ok : EXIT.invalid;
  }
}
