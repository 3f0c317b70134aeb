import type { EgressAccess } from '../../../compiler/ir/access.ts';
import type { LineDigest } from '../../../compiler/ir/audit-event/event.ts';
import type { InnerProtocol } from '../../../compiler/ir/egress.ts';
import { protocolOf } from './asked-protocol.ts';
import { askedOf, identityOf, requestId } from './identity.ts';
import {
  type Answer,
  type AskableReason,
  type AuditLine,
  LONGEST_BECAUSE,
  type NearestEntry,
  type Overflow,
  type PendingRequest,
  stateOf,
} from './request.ts';
import { type Rate, TokenBuckets } from './token-buckets.ts';

/** One refusal, as the gateway knows it. */
export interface Refused {
  readonly access: EgressAccess;
  readonly why: AskableReason;
  /** Digest of the policy that refused. */
  readonly policy: LineDigest;
  /** Process id outside of the sandbox; null where nobody could tell. */
  readonly pid: number | null;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** Why, in words, and the entry that comes nearest. Asked for a new request only, because it takes longer than all else. */
  readonly explain: () => {
    readonly because: string | null;
    readonly nearest: NearestEntry | null;
    /** That of the nearest entry; null where it reads none, or where only the log could be asked. */
    readonly protocol: InnerProtocol | null;
  };
}

/** The request that a refusal made or joined. */
export interface Joined {
  readonly id: string;
  readonly isNew: boolean;
  /** What a person has said to it already; null while nobody has. */
  readonly answer: Answer | null;
}

/** How much is kept. What is beyond is counted as overflow. */
export interface Bounds {
  /** Requests that nobody has answered. */
  readonly pending: number;
  /** All requests. Beyond it, the answered one that was asked for longest ago makes room, and its answer with it. */
  readonly all: number;
  /** New requests of one executable. */
  readonly rate: Rate;
}

/** A binary fills a fifth of the room at once, and then one place in two seconds. */
export const BOUNDS: Bounds = { pending: 1000, all: 5000, rate: { burst: 200, interval: 2000 } };
const MOST_BUCKETS = 256;

/** Changed in place, so that a refusal makes as little as it can. */
type Changing<T> = { -readonly [Key in keyof T]: T[Key] };
type Kept = Changing<PendingRequest>;

/** Told of every change, so that it can be written to the disk. */
export interface Changes {
  request(request: PendingRequest): void;
  forgotten(request: PendingRequest): void;
  overflow(overflow: Overflow): void;
}

const NOBODY: Changes = { request: () => {}, forgotten: () => {}, overflow: () => {} };

/**
 * The refused accesses of one sandbox that wait for a person: each refusal makes a request or joins the one of the same
 * access. Memory is bounded whatever is asked for, and a refusal costs a few microseconds. Nothing is lost silently: what
 * finds no room is counted. Touches no file; `openRequests` gives one that is kept in a folder.
 */
export class PendingRequests {
  readonly sandbox: string;
  readonly #bounds: Bounds;
  readonly #changes: Changes;
  readonly #look: () => void;
  readonly #buckets: TokenBuckets;
  readonly #byIdentity = new Map<string, Kept>();
  readonly #byId = new Map<string, Kept>();
  #answers: ReadonlyMap<string, Answer> = new Map();
  #answered = 0;
  #overflow: Changing<Overflow> | null = null;

  /** @param look called at each refusal: whoever knows of new answers sets them then, and is quick about it */
  constructor(
    sandbox: string,
    bounds: Bounds = BOUNDS,
    changes: Changes = NOBODY,
    look: () => void = () => {},
  ) {
    this.sandbox = sandbox;
    this.#look = look;
    this.#bounds = bounds;
    this.#changes = changes;
    this.#buckets = new TokenBuckets(bounds.rate, MOST_BUCKETS);
  }

  /** In the order in which they were first refused, as far as it is known. */
  get requests(): readonly PendingRequest[] {
    return [...this.#byId.values()];
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Null where everything found room. */
  get overflow(): Overflow | null {
    return this.#overflow;
  }

  find(id: string): PendingRequest | null {
    return this.#byId.get(id) ?? null;
  }

  answerTo(id: string): Answer | null {
    return this.#answers.get(id) ?? null;
  }

  /** Takes over what people have answered, by the ids of requests, in place of what was known before. */
  setAnswers(answers: ReadonlyMap<string, Answer>): void {
    this.#answers = answers;
    this.#answered = [...answers.keys()].filter((id) => this.#byId.has(id)).length;
  }

  /** Takes over what was kept before. */
  restore(requests: Iterable<PendingRequest>, overflow: Overflow | null): void {
    for (const request of requests) this.#keep({ ...request });
    this.#overflow = overflow === null ? this.#overflow : { ...overflow };
    this.setAnswers(this.#answers);
  }

  /**
   * Makes a request of a refusal, or joins one. To be called before the refusal is written down, so that its line can name
   * the request, and followed by `written`.
   *
   * @returns null where there was no room; the refusal is counted as overflow
   */
  refused(refused: Refused): Joined | null {
    const asked = askedOf(refused.access);
    const identity = identityOf(asked);
    const known = this.#byIdentity.get(identity);
    this.#look();
    if (known !== undefined) return this.#join(known, refused.at);
    const id = this.#admit(identity, refused);
    if (id === null) return this.#overflowed(refused.at);
    const { because, nearest, protocol } = refused.explain();
    const request: Kept = {
      id,
      sandbox: this.sandbox,
      asked,
      first: refused.at,
      last: refused.at,
      count: 1,
      why: refused.why,
      because: because === null ? null : because.slice(0, LONGEST_BECAUSE),
      nearest,
      protocol: protocol ?? (asked.http === null ? null : protocolOf(asked.http.operations)),
      policy: refused.policy,
      pid: refused.pid,
      audit: null,
      counted: null,
    };
    this.#keep(request);
    if (this.#answers.has(id)) this.#answered += 1;
    this.#changes.request(request);
    return { id, isNew: true, answer: this.answerTo(id) };
  }

  /**
   * Says which line of the audit log tells of a refusal.
   *
   * @param id what `refused` gave, null where it gave none
   */
  written(id: string | null, line: AuditLine): void {
    const request = id === null ? null : this.#byId.get(id);
    if (request === null) {
      const overflow = this.#overflow;
      if (overflow === null || (overflow.counted ?? -1) >= line.sequence) return;
      overflow.counted = line.sequence;
      this.#changes.overflow(overflow);
    } else if (request !== undefined) {
      if (request.audit === null || line.sequence < request.audit.sequence) request.audit = line;
      if ((request.counted ?? -1) < line.sequence) request.counted = line.sequence;
      this.#changes.request(request);
    }
  }

  /** Whether a line of the log is counted already in the request of its access, or in the overflow. */
  hasCounted(access: EgressAccess, sequence: number): boolean {
    const request = this.#byIdentity.get(identityOf(askedOf(access)));
    const counted = request === undefined ? this.#overflow?.counted : request.counted;
    return (counted ?? -1) >= sequence;
  }

  #join(request: Kept, at: number): Joined {
    request.count += 1;
    request.last = Math.max(request.last, at);
    this.#changes.request(request);
    return { id: request.id, isNew: false, answer: this.answerTo(request.id) };
  }

  /** The id of a new request, when there is room for it. */
  #admit(identity: string, { access, at }: Refused): string | null {
    if (this.#byId.size - this.#answered >= this.#bounds.pending) return null;
    if (!this.#buckets.take(access.binary, at)) return null;
    const id = requestId(this.sandbox, identity);
    if (this.#byId.has(id)) return null;
    if (this.#byId.size >= this.#bounds.all && !this.#forgetAnswered(at)) return null;
    return id;
  }

  #forgetAnswered(at: number): boolean {
    let oldest: Kept | null = null;
    for (const request of this.#byId.values()) {
      if (stateOf(this.answerTo(request.id), at) === 'pending') continue;
      if (oldest === null || request.last < oldest.last) oldest = request;
    }
    if (oldest === null) return false;
    this.#byId.delete(oldest.id);
    this.#byIdentity.delete(identityOf(oldest.asked));
    this.#answered -= 1;
    this.#changes.forgotten(oldest);
    return true;
  }

  #overflowed(at: number): null {
    this.#overflow ??= { count: 0, first: at, last: at, counted: null };
    this.#overflow.count += 1;
    this.#overflow.last = Math.max(this.#overflow.last, at);
    this.#changes.overflow(this.#overflow);
    return null;
  }

  #keep(request: Kept): void {
    this.#byId.set(request.id, request);
    this.#byIdentity.set(identityOf(request.asked), request);
  }
}
