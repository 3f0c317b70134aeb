import { createPublicKey } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { describe, expect, test } from 'vitest';
import { preAuthenticationEncoding } from '../../../../compiler/bundle/signature/envelope.ts';
import { isSignedBy, type SigningKey } from '../../../../compiler/bundle/signature/keys.ts';
import { readSigstoreBundle } from '../../../../compiler/bundle/signature/sigstore-bundle.ts';
import {
  documentOver,
  type KeyKind,
  keyPair,
  signingKeyOf,
  statementSaying,
  statementText,
} from '../../../support/signatures.ts';

/** The independent verifier: Sigstore's own, offline, with one public key and neither a log nor a clock. */
function sigstoreAccepts(document: string, trusted: SigningKey): boolean {
  const der = trusted.open.key.export({ type: 'spki', format: 'der' });
  const material = toTrustMaterial(
    { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [], mediaType: '' },
    () => ({ publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }), validFor: () => true }),
  );
  const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  try {
    verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(document))));
    return true;
  } catch {
    return false;
  }
}

/** The same question to ours. */
function weAccept(document: string, trusted: SigningKey): boolean {
  try {
    const { envelope } = readSigstoreBundle(JSON.parse(document));
    const message = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
    return isSignedBy(message, envelope.signature, trusted.open);
  } catch {
    return false;
  }
}

const both = (document: string, key: SigningKey) => [sigstoreAccepts(document, key), weAccept(document, key)];

describe.each<KeyKind>(['ed25519', 'P-256', 'P-384'])('a bundle signed with %s', (kind) => {
  const key = signingKeyOf(keyPair(kind));
  const document = documentOver(statementText(statementSaying('one').statement), key);
  const form = () => JSON.parse(document);

  test('is accepted by @sigstore/verify without a network, and by us', () => {
    expect(both(document, key)).toEqual([true, true]);
  });

  test('is refused by both under another key', () => {
    expect(both(document, signingKeyOf(keyPair(kind)))).toEqual([false, false]);
  });

  test.each<[string, (changed: ReturnType<typeof form>) => void]>([
    [
      'another payload',
      ({ dsseEnvelope }) => {
        const other = statementText(statementSaying('two').statement);
        dsseEnvelope.payload = Buffer.from(other).toString('base64');
      },
    ],
    [
      'another payload type',
      ({ dsseEnvelope }) => {
        dsseEnvelope.payloadType = 'application/json';
      },
    ],
    [
      'one bit of the signature',
      ({ dsseEnvelope }) => {
        const bytes = Buffer.from(dsseEnvelope.signatures[0].sig, 'base64');
        bytes[bytes.length - 3]! ^= 1;
        dsseEnvelope.signatures[0].sig = bytes.toString('base64');
      },
    ],
    [
      'a signature that is cut',
      ({ dsseEnvelope }) => {
        const bytes = Buffer.from(dsseEnvelope.signatures[0].sig, 'base64');
        dsseEnvelope.signatures[0].sig = bytes.subarray(0, 20).toString('base64');
      },
    ],
    [
      'two signatures',
      ({ dsseEnvelope }) => {
        dsseEnvelope.signatures.push(dsseEnvelope.signatures[0]);
      },
    ],
    [
      'no signature',
      ({ dsseEnvelope }) => {
        dsseEnvelope.signatures = [];
      },
    ],
    [
      'no payload',
      ({ dsseEnvelope }) => {
        dsseEnvelope.payload = '';
      },
    ],
    [
      'another media type',
      (changed) => {
        changed.mediaType = 'application/json';
      },
    ],
  ])('is refused by both with %s', (_, change) => {
    const changed = form();
    change(changed);
    expect(both(JSON.stringify(changed), key)).toEqual([false, false]);
  });

  test.each(['0', '=', '-', ' ', '\n'])('is refused by us where Base64 has %j behind it', (more) => {
    const changed = form();
    changed.dsseEnvelope.payload += more;
    expect(weAccept(JSON.stringify(changed), key)).toBe(false);
  });
});
