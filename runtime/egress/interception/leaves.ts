import { createSecureContext, type SecureContext } from 'node:tls';
import { type Authority, issueLeaf } from './authority.ts';
import { newSigningKey } from './certificate.ts';

/** An agent may ask for any number of hosts; what is kept of them is bounded. */
const MOST_HOSTS = 1000;
/** Made anew long before its end, so that a sandbox may run for months. */
const KEPT_MILLISECONDS = 30 * 86_400_000;

/** What TLS servers show, by host: made when a host is first asked for, the least recently used forgotten. */
export class Leaves {
  readonly #authority: Authority;
  readonly #most: number;
  readonly #now: () => number;
  // One key for all: making one takes as long as signing, and whoever could take one could take all.
  readonly #key = newSigningKey();
  readonly #keyPem: string;
  readonly #contexts = new Map<string, { readonly context: SecureContext; readonly made: number }>();

  constructor(authority: Authority, most = MOST_HOSTS, now: () => number = Date.now) {
    this.#authority = authority;
    this.#most = most;
    this.#now = now;
    this.#keyPem = this.#key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  /** @param host a DNS name in ASCII, or an address without brackets */
  contextFor(host: string): SecureContext {
    const now = this.#now();
    const known = this.#contexts.get(host);
    this.#contexts.delete(host);
    const entry =
      known !== undefined && now - known.made < KEPT_MILLISECONDS
        ? known
        : { context: this.#make(host, now), made: now };
    this.#contexts.set(host, entry);
    if (this.#contexts.size > this.#most) this.#contexts.delete(this.#contexts.keys().next().value!);
    return entry.context;
  }

  get size(): number {
    return this.#contexts.size;
  }

  #make(host: string, now: number): SecureContext {
    const leaf = issueLeaf(this.#authority, host, this.#key, new Date(now));
    return createSecureContext({ key: this.#keyPem, cert: leaf.pem, minVersion: 'TLSv1.2' });
  }
}
