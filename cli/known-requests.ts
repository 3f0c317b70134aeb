import type { DecisionEvent } from '../compiler/ir/audit-event/event.ts';
import { readRequestFolder } from '../runtime/approvals/requests/folder.ts';
import { askedOf, identityOf, requestId } from '../runtime/approvals/requests/identity.ts';
import { type Answer, isAskable, type PendingRequest } from '../runtime/approvals/requests/request.ts';

/** What the requests of a sandbox say about one refusal. */
export interface KnownRequest {
  readonly id: string;
  /** Null for a log without the requests beside it. */
  readonly request: PendingRequest | null;
  readonly answer: Answer | null;
}

/** Milliseconds between two looks for requests that are newer than the last one. */
const LOOK_AFTER = 1000;

/** The requests beside a log, read when the first refusal asks for them, and again when one is not there yet. */
export class KnownRequests {
  readonly #folder: string | null;
  readonly #now: () => number;
  #requests = new Map<string, PendingRequest>();
  #answers: ReadonlyMap<string, Answer> = new Map();
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param folder null for a log that is elsewhere than its sandbox */
  constructor(folder: string | null, now: () => number) {
    this.#folder = folder;
    this.#now = now;
  }

  /**
   * The request that a refusal made or joined; null where it is none that a person could grant, and where it found no room.
   * Throws the file system's own errors.
   */
  find(sandbox: string, { access, why }: DecisionEvent): KnownRequest | null {
    if (access.facet !== 'egress' || !isAskable(why)) return null;
    const id = requestId(sandbox, identityOf(askedOf(access)));
    if (this.#folder === null) return { id, request: null, answer: null };
    if (!this.#requests.has(id)) this.#look(this.#folder);
    const request = this.#requests.get(id);
    return request === undefined ? null : { id, request, answer: this.#answers.get(id) ?? null };
  }

  #look(folder: string): void {
    const now = this.#now();
    if (now - this.#lookedAt < LOOK_AFTER) return;
    this.#lookedAt = now;
    const { requests, answers } = readRequestFolder(folder);
    this.#requests = new Map(requests.map((request) => [request.id, request]));
    this.#answers = answers;
  }
}
