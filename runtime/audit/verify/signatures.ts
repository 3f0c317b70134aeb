import type { KeyObject } from 'node:crypto';
import type { AuditEvent, LineDigest } from '../../../compiler/ir/audit-event/event.ts';
import { fingerprintOf, isSignedBy, publicKeyOf, signatureOf } from '../signing-key.ts';

/**
 * What a line is to the signatures of its log. `broken`: it names the key, and its signature is not of this line; `foreign`: it
 * names another key.
 */
export type SignatureVerdict = 'none' | 'good' | 'broken' | 'foreign' | 'overdue';

/** Follows the signatures of a log: whose they are, whether they are good, and whether there are enough. */
export class Signatures {
  readonly #demanded: KeyObject | null;
  #named: KeyObject | null = null;
  #every = Number.POSITIVE_INFINITY;
  #since = 0;
  count = 0;

  /** @param demanded null for the key that the log itself names */
  constructor(demanded: KeyObject | null) {
    this.#demanded = demanded;
  }

  /** A line that cannot have a signature. False when one is overdue. */
  passUnsigned(): boolean {
    return ++this.#since <= this.#every;
  }

  /** A line that begins a file or may be signed. */
  pass(event: AuditEvent): SignatureVerdict {
    const { what } = event;
    if (what.kind === 'opened') {
      this.#named = what.signing === null ? null : publicKeyOf(what.signing.publicKey);
      this.#every = what.signing?.every ?? Number.POSITIVE_INFINITY;
      // A crash may have come before the signature that was due.
      this.#since = 0;
    }
    if (signatureOf(event) === null) return this.passUnsigned() ? 'none' : 'overdue';
    if (!this.isGood(event)) return this.namesKey(event) ? 'broken' : 'foreign';
    this.#since = 0;
    this.count++;
    return 'good';
  }

  isGood(event: AuditEvent): boolean {
    const key = this.#demanded ?? this.#named;
    return key !== null && isSignedBy(event, key);
  }

  /** Whether an event has a signature that is not the key's. */
  isForged(event: AuditEvent): boolean {
    return signatureOf(event) !== null && !this.isGood(event);
  }

  private namesKey(event: AuditEvent): boolean {
    const key = this.#demanded ?? this.#named;
    return key !== null && this.keyOf(event) === fingerprintOf(key);
  }

  keyOf(event: AuditEvent): LineDigest {
    return signatureOf(event)!.key;
  }
}
