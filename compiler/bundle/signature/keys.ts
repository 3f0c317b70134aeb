import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type Digest, digestOf } from '../digest.ts';

/** A public key and its name: the SHA-256 of its SPKI DER. */
export interface VerifyingKey {
  readonly fingerprint: Digest;
  readonly key: KeyObject;
}

export interface SigningKey {
  readonly secret: KeyObject;
  readonly open: VerifyingKey;
}

export type ReadKey<Key> =
  | { readonly ok: true; readonly key: Key }
  | { readonly ok: false; readonly problem: string };

const KINDS = 'Ed25519, ECDSA P-256 or ECDSA P-384';
const BEGINNINGS = /-----BEGIN [A-Z0-9 ]+-----/g;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** Reads one public key in PEM (SPKI). A private key is refused, though Node would make its public one: nobody should carry it about. */
export function readPublicKey(pem: string): ReadKey<VerifyingKey> {
  const beginnings = pem.match(BEGINNINGS) ?? [];
  if (beginnings.some((line) => line.includes('PRIVATE')))
    return no('holds a private key; give the public one');
  if (beginnings.length !== 1 || beginnings[0] !== '-----BEGIN PUBLIC KEY-----') {
    return no('holds no single public key in PEM');
  }
  try {
    return verifyingKey(createPublicKey(pem));
  } catch {
    return no('holds no single public key in PEM');
  }
}

/** Reads one private key in PEM, which a passphrase may protect. */
export function readPrivateKey(pem: string, passphrase: string | null): ReadKey<SigningKey> {
  const [beginning, ...more] = pem.match(BEGINNINGS)?.filter((line) => !line.includes('EC PARAMETERS')) ?? [];
  if (beginning === '-----BEGIN OPENSSH PRIVATE KEY-----')
    return no('is a key of OpenSSH; give it with --ssh-key');
  if (beginning === undefined || more.length > 0 || !beginning.includes('PRIVATE KEY')) {
    return no('holds no single private key in PEM');
  }
  const isEncrypted = ENCRYPTED.test(pem);
  if (isEncrypted && passphrase === null) {
    return no('is protected by a passphrase; give it with --passphrase-file or NEMOCLAW_KEY_PASSPHRASE');
  }
  let secret: KeyObject;
  try {
    secret = createPrivateKey(isEncrypted ? { key: pem, passphrase: passphrase! } : pem);
  } catch {
    return no(isEncrypted ? 'is not opened by this passphrase' : 'holds no private key that can be read');
  }
  const open = verifyingKey(createPublicKey(secret));
  return open.ok ? { ok: true, key: { secret, open: open.key } } : open;
}

/** The signature over a message: 64 bytes of Ed25519 (RFC 8032), or ECDSA with SHA-256 in DER. */
export function signatureOver(message: Uint8Array, { secret }: SigningKey): Uint8Array {
  return sign(hashFor(secret)!.hash, message, secret);
}

export function isSignedBy(message: Uint8Array, signature: Uint8Array, { key }: VerifyingKey): boolean {
  return verify(hashFor(key)!.hash, message, key, signature);
}

function verifyingKey(key: KeyObject): ReadKey<VerifyingKey> {
  if (hashFor(key) === null) return no(`holds a key of another kind than ${KINDS}`);
  return { ok: true, key: { key, fingerprint: digestOf(key.export({ type: 'spki', format: 'der' })) } };
}

/**
 * What a kind of key signs; null for a kind that is not taken. P-384 goes with SHA-256 because `@sigstore/verify` and cosign
 * verify every ECDSA key so (OpenSSL's default digest). Ed25519 has its own hash.
 */
function hashFor({
  asymmetricKeyType,
  asymmetricKeyDetails,
}: KeyObject): { readonly hash: string | null } | null {
  if (asymmetricKeyType === 'ed25519') return { hash: null };
  const curve = asymmetricKeyDetails?.namedCurve;
  const isKnown = asymmetricKeyType === 'ec' && (curve === 'prime256v1' || curve === 'secp384r1');
  return isKnown ? { hash: 'sha256' } : null;
}

function no(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}
