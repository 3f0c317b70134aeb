import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { parseAddress } from '../../../compiler/domain/address.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  certificate,
  keyUsage,
  newSigningKey,
  pemOf,
  type SigningKey,
  serverAuthentication,
  signingKey,
  subjectAlternativeNames,
  subjectKeyIdentifier,
} from './certificate.ts';

/** What signs the certificates that the gateway shows to the programs of one sandbox. Nothing outside it trusts it. */
export interface Authority {
  readonly certificate: Buffer;
  /** The same as text. */
  readonly pem: string;
  readonly key: SigningKey;
}

export interface Leaf {
  readonly pem: string;
  readonly key: SigningKey;
}

const DAY = 86_400_000;
/** Clocks differ, and a virtual machine that was asleep is behind. */
const BACKDATED = DAY;
const AUTHORITY_DAYS = 365;
/** Programs refuse server certificates that hold longer than CAs may issue them; soon that is 100 days. */
const LEAF_DAYS = 90;
const SUBJECT = 'nemoclaw sandbox authority';
const KEY_CERT_SIGN = 0x04;
const DIGITAL_SIGNATURE = 0x80;

export function newAuthority(now: Date): Authority {
  const key = newSigningKey();
  const extensions = [basicConstraints(true), keyUsage(KEY_CERT_SIGN), subjectKeyIdentifier(key)];
  // A name of its own: programs that see two authorities of one name try the wrong key.
  const subject = `${SUBJECT} ${key.identifier.toString('hex').slice(0, 12)}`;
  const content = {
    subject,
    issuer: subject,
    key,
    from: new Date(now.getTime() - BACKDATED),
    until: new Date(now.getTime() + AUTHORITY_DAYS * DAY),
    extensions,
  };
  return authorityOf(certificate(content, key), key);
}

const LEAF_EXTENSIONS = [basicConstraints(false), keyUsage(DIGITAL_SIGNATURE), serverAuthentication()];

/**
 * A certificate for one host. The authority's is not behind it: whoever does not have that one trusts neither, and OpenSSL
 * takes as long for a second certificate as for the first.
 *
 * @param host a DNS name in ASCII, or an address without brackets
 * @param key what the certificate vouches for; leaves may share one
 */
export function issueLeaf(authority: Authority, host: string, key: SigningKey, now: Date): Leaf {
  const address = addressBytes(host);
  const extensions = [
    ...LEAF_EXTENSIONS,
    address === null ? subjectAlternativeNames([host], []) : subjectAlternativeNames([], [address]),
    subjectKeyIdentifier(key),
    authorityKeyIdentifier(authority.key),
  ];
  const content = {
    subject: host,
    issuer: subjectOf(authority),
    key,
    from: new Date(now.getTime() - BACKDATED),
    until: new Date(now.getTime() + (LEAF_DAYS - 1) * DAY),
    extensions,
  };
  return { pem: pemOf(certificate(content, authority.key)), key };
}

/** The authority as bytes that `restoreAuthority` reads: PEM of key and certificate. */
export function storedAuthority(authority: Authority): string {
  return authority.key.privateKey.export({ type: 'pkcs8', format: 'pem' }) + authority.pem;
}

/** Null when the text is none that `storedAuthority` made, or its time is over. */
export function restoreAuthority(text: string, now: Date): Authority | null {
  try {
    const key = signingKey(createPrivateKey(text));
    const read = new X509Certificate(text.slice(text.indexOf('-----BEGIN CERTIFICATE')));
    if (!read.ca || !read.checkPrivateKey(key.privateKey)) return null;
    if (new Date(read.validTo).getTime() - LEAF_DAYS * DAY < now.getTime()) return null;
    return authorityOf(read.raw, key);
  } catch {
    // What does not parse is no authority; there is nothing else to learn from why.
    return null;
  }
}

function authorityOf(der: Buffer, key: SigningKey): Authority {
  return { certificate: der, pem: pemOf(der), key };
}

function subjectOf({ key }: Authority): string {
  return `${SUBJECT} ${key.identifier.toString('hex').slice(0, 12)}`;
}

function addressBytes(host: string): Buffer | null {
  const parsed = parseAddress(host);
  if (!parsed.ok) return null;
  if (isIPv4(host)) return Buffer.from(host.split('.').map(Number));
  return Buffer.from(parsed.address.toString(16).padStart(32, '0'), 'hex');
}
