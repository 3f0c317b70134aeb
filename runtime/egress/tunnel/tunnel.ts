import type { Incoming } from '../arrival/incoming.ts';
import { endWithAlert } from '../arrival/tls-alert.ts';
import type { PolicyInForce } from '../decision/policy-in-force.ts';
import type { Live } from '../passage/live.ts';
import type { Passage, Passages } from '../passage/passages.ts';
import { Relay, type Side } from './relay.ts';
import { serverNameGuard } from './server-name-guard.ts';

type StreamPassage = Extract<Passage, { readonly kind: 'stream' }>;

/** Seconds without a byte after which a tunnel is taken for dead; longer than any keep-alive of a living program. */
const LONGEST_IDLE = 7_200;
/** Seconds for the whole ClientHello. */
const LONGEST_HELLO = 30;

/** A stream that was let through, from before it is dialled until it is over. */
export class Tunnel implements Live {
  readonly #incoming: Incoming;
  readonly #passage: StreamPassage;
  readonly #passages: Passages;
  #relay: Relay | null = null;
  #endsAt: number | null;
  #isOver = false;
  #idle = 0;
  #seen = -1;

  constructor(incoming: Incoming, passage: StreamPassage, passages: Passages) {
    this.#endsAt = passage.endsAt;
    this.#incoming = incoming;
    this.#passage = passage;
    this.#passages = passages;
    passages.live.add(this);
    const isSamePolicy = passage.generation === passages.generation;
    if (!isSamePolicy && !this.isPermitted(passages.policy, passages.surroundings.now())) this.cut();
  }

  get endsAt(): number | null {
    return this.#endsAt;
  }

  /** Whether it ended before it began: cut, or left by the client. */
  get isOver(): boolean {
    return this.#isOver || this.#incoming.isClosed;
  }

  /** Begins to carry. */
  carry(far: Side): void {
    const { approach, sequence } = this.#passage;
    const { verdicts } = this.#passages;
    const { connection } = this.#incoming;
    this.#relay = new Relay(
      { connection, held: this.#incoming.handOver() },
      far,
      serverNameGuard(approach.host),
      {
        onDone: (sent, received) => {
          this.#passages.live.remove(this);
          verdicts.ended(sequence, sent, received);
        },
        onGuarded: (problem) => {
          const asked = `${approach.host}:${approach.port}`;
          // It is refused whether or not that can be written down.
          verdicts.malformed(problem, asked, approach.caller).catch(() => {});
          endWithAlert(this.#incoming.release(), 'unrecognized-name');
        },
      },
    );
  }

  /** It came to nothing. */
  abandon(): void {
    if (this.#relay !== null) return;
    this.#isOver = true;
    this.#passages.live.remove(this);
    this.#passages.verdicts.ended(this.#passage.sequence, 0, 0);
  }

  /** From now on it ends with the grant that permits it now, which may be one of another policy. */
  isPermitted(policy: PolicyInForce | null, at: number): boolean {
    const grant = policy === null ? null : this.#passage.approach.under(policy).allowing(null, at);
    if (grant === null) return false;
    this.#endsAt = grant.approval?.expiresAt ?? null;
    return true;
  }

  tick(): void {
    const relay = this.#relay;
    if (relay === null) return;
    const carried = relay.sent + relay.received;
    this.#idle = carried === this.#seen ? this.#idle + 1 : 0;
    this.#seen = carried;
    const isSlow = relay.isWaiting && this.#idle > LONGEST_HELLO;
    if (this.#idle > LONGEST_IDLE || isSlow || relay.isBrokenOff) this.cut();
  }

  cut(): void {
    this.#isOver = true;
    if (this.#relay !== null) this.#relay.cut();
    else this.#incoming.cut();
  }
}
