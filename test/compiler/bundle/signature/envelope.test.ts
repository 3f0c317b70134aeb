import { expect, test } from 'vitest';
import { preAuthenticationEncoding } from '../../../../compiler/bundle/signature/envelope.ts';
import { readSigstoreBundle } from '../../../../compiler/bundle/signature/sigstore-bundle.ts';
import { readSshEnvelope } from '../../../../compiler/bundle/signature/ssh-envelope.ts';
import { documentOver, keyPair, signingKeyOf } from '../../../support/signatures.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('the bytes that are signed are those of the examples of DSSE', () => {
  const payload = new TextEncoder().encode('hello world');
  // https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md#test-vectors
  expect(text(preAuthenticationEncoding('http://example.com/HelloWorld', payload))).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
  // Lengths count bytes, not characters.
  expect(text(preAuthenticationEncoding('ä', new TextEncoder().encode('ö')))).toBe('DSSEv1 2 ä 2 ö');
});

const form = () => JSON.parse(documentOver('{}', signingKeyOf(keyPair('ed25519'))));

test.each<[string, (changed: ReturnType<typeof form>) => void, string]>([
  [
    'an unknown key',
    (changed) => {
      changed.note = 'x';
    },
    'the document has the unknown key `note`',
  ],
  [
    'a certificate beside the key',
    ({ verificationMaterial }) => {
      verificationMaterial.certificate = { rawBytes: 'AA==' };
    },
    '`verificationMaterial` has the unknown key `certificate`',
  ],
  [
    'an entry of a log',
    ({ verificationMaterial }) => {
      verificationMaterial.tlogEntries = [{}];
    },
    '`tlogEntries` has more than 0 items',
  ],
  [
    'an older version',
    (changed) => {
      changed.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
    },
    '`mediaType` is none of application/vnd.dev.sigstore.bundle.v0.3+json',
  ],
  [
    'no hint',
    ({ verificationMaterial }) => {
      delete verificationMaterial.publicKey.hint;
    },
    '`publicKey` has no `hint`',
  ],
  [
    'a hint that would act on a terminal',
    ({ verificationMaterial }) => {
      verificationMaterial.publicKey.hint = '\u001b[2J';
    },
    '`hint` is no hint',
  ],
  [
    'a signature in URL-safe Base64',
    ({ dsseEnvelope }) => {
      dsseEnvelope.signatures[0].sig = '_-8=';
    },
    '`sig` is no Base64 in its one spelling',
  ],
])('a Sigstore bundle with %s is refused', (_, change, message) => {
  const changed = form();
  change(changed);
  expect(() => readSigstoreBundle(changed)).toThrow(message);
});

test('empty lists of log entries, as other programs write them, say nothing', () => {
  const changed = form();
  changed.verificationMaterial.tlogEntries = [];
  expect(readSigstoreBundle(changed).envelope.payload).toEqual(Buffer.from('{}'));
});

test('an envelope with another signature than one of OpenSSH is none of OpenSSH', () => {
  expect(() => readSshEnvelope(form().dsseEnvelope)).toThrow(
    '`sig` holds no signature of `ssh-keygen -Y sign`',
  );
});
