import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

/** Where distributions keep the authorities of the system: Debian, Fedora, SUSE, Alpine (as OpenSSL and Go look for them). */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Authorities as PEM texts, one each. */
export type TrustedAuthorities = readonly string[];

/**
 * The authorities that servers are verified against.
 *
 * @param corporate a PEM file of further ones, e.g. of a company's own inspecting proxy; null for none
 * @throws Error when the corporate file cannot be read or holds no certificate
 */
export function trustedAuthorities(corporate: string | null): TrustedAuthorities {
  const system = SYSTEM_BUNDLES.find((file) => existsSync(file));
  const own = system === undefined ? [] : certificatesOf(readFileSync(system, 'latin1'));
  const base = own.length > 0 ? own : rootCertificates;
  if (corporate === null) return base;
  const added = certificatesOf(readFileSync(corporate, 'latin1'));
  if (added.length === 0) throw new Error(`${corporate} holds no certificate`);
  // What does not parse would be left out in silence later.
  for (const pem of added) new X509Certificate(pem);
  return [...base, ...added];
}

/** Read once: OpenSSL takes tens of milliseconds for all of them. */
export function serverTrust(authorities: TrustedAuthorities): SecureContext {
  return createSecureContext({ ca: [...authorities], minVersion: 'TLSv1.2' });
}

function certificatesOf(text: string): string[] {
  return [...text.matchAll(CERTIFICATE)].map(([pem]) => pem);
}
