import { lookup } from 'node:dns/promises';
import { parseAddress, printAddress } from '../../../compiler/domain/address.ts';

/** The addresses of a name, best first, each in its one spelling; or why there are none. */
export type Resolved =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly problem: 'no-such-name' | 'no-answer' };

/** Asks outside the sandbox. Never throws. */
export type ResolveName = (name: string) => Promise<Resolved>;

/** As every program of the host resolves: by getaddrinfo(3), so `/etc/hosts` and what else the host has count. */
export const resolveByHost: ResolveName = async (name) => {
  try {
    const found = await lookup(name, { all: true, verbatim: true });
    const addresses = found.flatMap(({ address }) => {
      const parsed = parseAddress(address);
      return parsed.ok ? [printAddress(parsed.address)] : [];
    });
    return addresses.length === 0 ? { ok: false, problem: 'no-such-name' } : { ok: true, addresses };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { ok: false, problem: code === 'ENOTFOUND' ? 'no-such-name' : 'no-answer' };
  }
};

export interface ResolverLimits {
  /** Milliseconds that an answer is kept. */
  readonly keep: number;
  /** Names that are kept or asked for at once. */
  readonly names: number;
  /** Milliseconds to wait for an answer. */
  readonly wait: number;
}

const LIMITS: ResolverLimits = { keep: 10_000, names: 4_096, wait: 10_000 };

interface Kept {
  readonly answer: Promise<Resolved>;
  readonly until: number;
}

/** Remembers answers for a short time, and asks once for all who ask at the same time. */
export class Resolver {
  readonly #resolve: ResolveName;
  readonly #now: () => number;
  readonly #limits: ResolverLimits;
  readonly #kept = new Map<string, Kept>();

  /** @param now milliseconds of any clock that never goes back */
  constructor(resolve: ResolveName, now: () => number, limits: ResolverLimits = LIMITS) {
    this.#resolve = resolve;
    this.#now = now;
    this.#limits = limits;
  }

  addressesOf(name: string): Promise<Resolved> {
    const now = this.#now();
    const kept = this.#kept.get(name);
    if (kept !== undefined && now < kept.until) return kept.answer;
    const answer = this.#ask(name);
    this.#kept.delete(name);
    this.#kept.set(name, { answer, until: now + this.#limits.keep });
    // A failure is no answer to keep: whoever asks again may well get one.
    void answer.then(({ ok }) => !ok && this.#kept.get(name)?.answer === answer && this.#kept.delete(name));
    if (this.#kept.size > this.#limits.names) this.#kept.delete(this.#kept.keys().next().value!);
    return answer;
  }

  #ask(name: string): Promise<Resolved> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ ok: false, problem: 'no-answer' }), this.#limits.wait);
      void this.#resolve(name).then((answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }
}
