import type { Writable } from 'node:stream';
import {
  askLine,
  notUnderstood,
  questionOfOneKey,
  type ServedLines,
  type SocketAnswer,
  serveLines,
} from '../line-socket.ts';

/** What the kernel answered to the witness about processes. */
export interface WitnessAnswers {
  /** For each process asked about the errno, 0 for none; null where the witness did not answer. In their order. */
  readonly errors: readonly (number | null)[];
  /**
   * What it was asked: `signal`, which is refused about whoever is outside the Landlock domain; `look`, which is also refused
   * about a process that lets nobody look into it. Null where nothing was answered.
   */
  readonly by: 'signal' | 'look' | null;
}

interface Waiting {
  readonly process: number;
  readonly answered: (error: number | null) => void;
}

const ANSWER = /^nemoclaw-launcher: witness (\d+): (signal|look): error (\d+)$/;
/** Milliseconds; it only enters the kernel. */
const SLOWEST_ANSWER = 2_000;
/** Milliseconds for `nemoclaw run` to pass answers on; one that is stopped, as by Ctrl-Z, passes on none. */
const SLOWEST_PASSING_ON = 5_000;
/** Questions at a time; of more processes nobody is told. */
const MOST_WAITING = 16_384;
/** In one line. */
const MOST_AT_ONCE = 4_096;
/** As pid_max of Linux (proc_sys_kernel(5)). */
const LARGEST_PROCESS = 4_194_304;

/** The process that the launcher leaves in a sandbox to be asked about others: see docs/decisions/0032-landlock-witness.md. */
export class Witness {
  #stream: Writable | null = null;
  #by: WitnessAnswers['by'] = null;
  #waiting: Waiting[] = [];

  /** From here on it reads what is written there; before that, a question would pass for the word that lets the command go. */
  begin(stream: Writable): void {
    this.#stream = stream;
  }

  /** It has ended, or there never was one. */
  end(): void {
    this.#stream = null;
    for (const { answered } of this.#waiting.splice(0)) answered(null);
  }

  /** Whether a line of the launcher's is an answer; what nobody asked for ends it. */
  hear(line: string): boolean {
    const [, process, by, error] = ANSWER.exec(line) ?? [];
    if (process === undefined) return false;
    const first = this.#waiting.shift();
    this.#by = by as 'signal' | 'look';
    if (first?.process === Number(process)) first.answered(Number(error));
    else {
      first?.answered(null);
      this.end();
    }
    return true;
  }

  /** @param processes their numbers inside the sandbox */
  async ask(processes: readonly number[]): Promise<WitnessAnswers> {
    const errors = await Promise.all(processes.map((process) => this.#ask(process)));
    return { errors, by: this.#by };
  }

  #ask(process: number): Promise<number | null> {
    const stream = this.#stream;
    if (stream === null || this.#waiting.length >= MOST_WAITING) return Promise.resolve(null);
    return new Promise((resolve) => {
      // It stays in the row: the answer may still come, before those of later questions.
      const timer = setTimeout(() => resolve(null), SLOWEST_ANSWER).unref();
      const answered = (error: number | null) => {
        clearTimeout(timer);
        resolve(error);
      };
      this.#waiting.push({ process, answered });
      const question = Buffer.alloc(4);
      question.writeInt32LE(process);
      stream.write(question);
    });
  }
}

/** Lets this user ask the witness of what runs. Rejects when the socket cannot be made. */
export function serveWitness(path: string, witness: Witness): Promise<ServedLines> {
  return serveLines(path, async (line) => {
    const processes = processesIn(line);
    if (processes === null) return { ok: false, problem: 'it is no question' };
    return { ok: true, ...(await witness.ask(processes)) };
  });
}

/** Asks the witness of what runs about processes by their numbers inside. */
export async function askWitness(
  path: string,
  processes: readonly number[],
): Promise<SocketAnswer<WitnessAnswers>> {
  const errors: (number | null)[] = [];
  let by: WitnessAnswers['by'] = null;
  for (let at = 0; at < processes.length; at += MOST_AT_ONCE) {
    const some = processes.slice(at, at + MOST_AT_ONCE);
    const answer = await askLine(path, { processes: some }, SLOWEST_PASSING_ON);
    if (!answer.ok) return answer;
    if (!isAbout(answer, some.length)) return notUnderstood();
    errors.push(...answer.errors);
    by ??= answer.by;
  }
  return { ok: true, errors, by };
}

function isAbout(
  answer: Readonly<Record<string, unknown>>,
  count: number,
): answer is Readonly<Record<string, unknown>> & WitnessAnswers {
  const { errors, by } = answer;
  const isError = (value: unknown) => value === null || Number.isSafeInteger(value);
  if (!Array.isArray(errors) || errors.length !== count || !errors.every(isError)) return false;
  return by === null || by === 'signal' || by === 'look';
}

function processesIn(line: string): readonly number[] | null {
  const processes = questionOfOneKey(line)?.processes;
  const isProcess = (one: unknown) =>
    Number.isSafeInteger(one) && Number(one) > 0 && Number(one) <= LARGEST_PROCESS;
  return Array.isArray(processes) && processes.every(isProcess) ? processes : null;
}
