/** What the program and the person behind it are told when something is refused. Holds no secret. */
export interface Refusal {
  /**
   * 403 for what the policy refuses, 400 for what could be read as two things, 413 and 415 for what the policy wants read and
   * nobody could, 421 for another host than the connection's, 502, 503 and 504 for what failed here.
   */
  readonly status: 400 | 403 | 413 | 415 | 421 | 431 | 502 | 503 | 504;
  /** Stable word: a reason of a decision, or `gateway-...` for what is no decision. */
  readonly why: string;
  /** One sentence, e.g. `no entry of the blueprint allows /usr/bin/curl to reach example.com:443`. */
  readonly message: string;
  /** The pending request that it became or joined; null where there is none. */
  readonly request: string | null;
  /** The entry that came nearest, by its id; null where none speaks of the host. */
  readonly nearest: string | null;
  /** How to go on, e.g. `ask for it: nemoclaw egress propose req-7f3a`. */
  readonly next: string;
}
