import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent, LineDigest, LineSignature } from '../../compiler/ir/audit-event/event.ts';
import { lineOf } from '../../compiler/ir/audit-event/write.ts';
import { makeFileOnce, privacyProblem } from './private-files.ts';

/** Ed25519 (RFC 8032): keys of 32 bytes, signatures of 64, nothing to choose and no randomness in signing. */
export interface SigningKey {
  readonly fingerprint: LineDigest;
  /** SPKI DER in base64. */
  readonly publicKey: string;
  /** Gives the signature in base64. */
  readonly sign: (text: string) => string;
}

export type KeyOutcome =
  | { readonly ok: true; readonly key: SigningKey }
  | { readonly ok: false; readonly problem: string };

export const PRIVATE_KEY_FILE = 'audit-key.pem';
/** For whoever verifies the log elsewhere: `audit verify --key`. */
export const PUBLIC_KEY_FILE = 'audit-key.pub.pem';

/**
 * The key of a state folder, which is made when there is none. It must lie where the sandbox cannot read. Throws the file
 * system's own errors.
 */
export function signingKeyIn(folder: string): KeyOutcome {
  const path = join(folder, PRIVATE_KEY_FILE);
  const made = generateKeyPairSync('ed25519').privateKey;
  makeFileOnce(path, made.export({ type: 'pkcs8', format: 'pem' }) as string);
  const problem = privacyProblem(path, 'file');
  if (problem !== null) return { ok: false, problem };
  let secret: KeyObject;
  try {
    secret = createPrivateKey(readFileSync(path));
  } catch {
    return { ok: false, problem: `${path} holds no private key` };
  }
  if (secret.asymmetricKeyType !== 'ed25519') return { ok: false, problem: `${path} holds no Ed25519 key` };
  const open = createPublicKey(secret);
  makeFileOnce(join(folder, PUBLIC_KEY_FILE), open.export({ type: 'spki', format: 'pem' }) as string);
  return {
    ok: true,
    key: {
      fingerprint: fingerprintOf(open),
      publicKey: spki(open).toString('base64'),
      sign: (text) => sign(null, Buffer.from(text), secret).toString('base64'),
    },
  };
}

/** `sha256:` of a public key as SPKI DER, by which signatures name it. */
export function fingerprintOf(key: KeyObject): LineDigest {
  return `sha256:${createHash('sha256').update(spki(key)).digest('hex')}`;
}

/** A public key as it stands in an `opened` event. Throws where it is none. */
export function publicKeyOf(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** An event that can be signed, with its signature. */
export function signed(event: SignableEvent, key: SigningKey): AuditEvent {
  const signature = key.sign(lineOf(withSignature(event, { key: key.fingerprint, signature: '' })));
  return withSignature(event, { key: key.fingerprint, signature });
}

/** The signature of an event, or null where it has none. */
export function signatureOf({ what }: AuditEvent): LineSignature | null {
  return what.kind === 'checkpoint' || what.kind === 'closed' ? what.signed : null;
}

/** Whether the signature in an event is that key's over that event. False where there is none. */
export function isSignedBy(event: AuditEvent, key: KeyObject): boolean {
  const found = signatureOf(event);
  if (found === null || found.key !== fingerprintOf(key)) return false;
  const text = lineOf(withSignature(event as SignableEvent, { key: found.key, signature: '' }));
  return verify(null, Buffer.from(text), key, Buffer.from(found.signature, 'base64'));
}

type SignableEvent = AuditEvent & { readonly what: { readonly kind: 'checkpoint' | 'closed' } };

function withSignature(event: SignableEvent, signature: LineSignature): SignableEvent {
  return { ...event, what: { ...event.what, signed: signature } };
}
