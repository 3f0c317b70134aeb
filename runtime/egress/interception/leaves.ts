import { createSecureContext, type SecureContext } from 'node:tls';
import { type Authority, issueLeaf } from './authority.ts';
import { newSigningKey } from './certificate.ts';
import { RecentlyUsed } from './recently-used.ts';

/** An agent may ask for any number of hosts; what is kept of them is bounded. */
const MOST_CERTIFICATES = 2000;
/** A context of OpenSSL takes about 32 KiB, fifty times what a certificate does. */
const MOST_CONTEXTS = 256;
/** Made anew long before its end, so that a sandbox may run for months. */
const KEPT_MILLISECONDS = 30 * 86_400_000;

/** What OpenSSL's context can do beyond what Node's types tell. */
interface OpenSslContext {
  setCert(pem: string): void;
}

interface Dated<T> {
  readonly value: T;
  /** Milliseconds since 1970 UTC. */
  readonly made: number;
}

/** What TLS servers show, by host: made when a host is first asked for, the least recently used forgotten. */
export class Leaves {
  readonly #authority: Authority;
  readonly #now: () => number;
  // One key for all: making one takes as long as signing, and whoever could take one could take all.
  readonly #key = newSigningKey();
  readonly #keyPem = this.#key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  readonly #certificates = new RecentlyUsed<Dated<string>>(MOST_CERTIFICATES);
  readonly #contexts: RecentlyUsed<Dated<SecureContext>>;

  constructor(authority: Authority, mostContexts = MOST_CONTEXTS, now: () => number = Date.now) {
    this.#authority = authority;
    this.#now = now;
    this.#contexts = new RecentlyUsed(mostContexts);
  }

  /**
   * To make a TLS socket of at once: the next call may put another host's certificate into the same context. Sockets that
   * were made of it keep what it had (SSL_CTX_use_certificate(3)).
   *
   * @param host a DNS name in ASCII, or an address without brackets
   */
  contextFor(host: string): SecureContext {
    const known = this.#contexts.get(host);
    if (known !== undefined && this.#isFresh(known)) return known.value;
    const certificate = this.#certificateFor(host);
    const oldest = known ?? this.#contexts.takeOldestOfFull();
    const value =
      (oldest && withCertificate(oldest.value, certificate.value)) ?? this.#context(certificate.value);
    this.#contexts.set(host, { value, made: certificate.made });
    return value;
  }

  /** How many contexts there are. */
  get size(): number {
    return this.#contexts.size;
  }

  #certificateFor(host: string): Dated<string> {
    const known = this.#certificates.get(host);
    if (known !== undefined && this.#isFresh(known)) return known;
    const made = this.#now();
    const certificate = { value: issueLeaf(this.#authority, host, this.#key, new Date(made)).pem, made };
    this.#certificates.set(host, certificate);
    return certificate;
  }

  #context(certificate: string): SecureContext {
    return createSecureContext({ key: this.#keyPem, cert: certificate, minVersion: 'TLSv1.2' });
  }

  #isFresh({ made }: Dated<unknown>): boolean {
    return this.#now() - made < KEPT_MILLISECONDS;
  }
}

/**
 * The same context with another certificate for the same key, which takes a third of the time of a new context. Null on a
 * Node that does not let its contexts be changed.
 */
function withCertificate(context: SecureContext, certificate: string): SecureContext | null {
  const { context: inner } = context as { context?: Partial<OpenSslContext> };
  if (typeof inner?.setCert !== 'function') return null;
  inner.setCert(certificate);
  return context;
}
