import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  isSignedBy,
  readPrivateKey,
  readPublicKey,
  signatureOver,
} from '../../../../compiler/bundle/signature/keys.ts';
import { type KeyKind, keyPair, signingKeyOf } from '../../../support/signatures.ts';

const problem = (read: { ok: boolean; problem?: string }) => (read.ok ? null : read.problem);
const pair = keyPair('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = { type: 'spki', format: 'pem' } as const;

test.each<KeyKind>(['ed25519', 'P-256', 'P-384'])('%s signs, and its public half verifies', (kind) => {
  const keys = keyPair(kind);
  const key = signingKeyOf(keys);
  const open = readPublicKey(keys.open);
  const message = new TextEncoder().encode('message');
  const signature = signatureOver(message, key);
  expect(open).toMatchObject({ ok: true, key: { fingerprint: key.open.fingerprint } });
  expect(isSignedBy(message, signature, key.open)).toBe(true);
  expect(isSignedBy(new TextEncoder().encode('massage'), signature, key.open)).toBe(false);
  for (const wrong of [new Uint8Array(), signature.subarray(1), Buffer.concat([signature, signature])]) {
    expect(isSignedBy(message, wrong, key.open)).toBe(false);
  }
});

test.each([
  ['a private key', pair.secret, 'holds a private key; give the public one'],
  ['two keys', pair.open + keyPair('P-256').open, 'holds no single public key in PEM'],
  ['a key with a private one behind it', pair.open + pair.secret, 'holds a private key; give the public one'],
  ['nothing', '', 'holds no single public key in PEM'],
  ['a cut key', pair.open.replace(/.{20}\n-----END/, '\n-----END'), 'holds no single public key in PEM'],
  [
    'an RSA key',
    rsa.publicKey.export(pem) as string,
    'holds a key of another kind than Ed25519, ECDSA P-256 or ECDSA P-384',
  ],
  [
    'a key of another curve',
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(pem) as string,
    'holds a key of another kind than Ed25519, ECDSA P-256 or ECDSA P-384',
  ],
])('%s is no public key to trust', (_, text, expected) => {
  expect(problem(readPublicKey(text))).toBe(expected);
});

const protectedKey = createPrivateKey(pair.secret).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'open sesame',
}) as string;

test('a passphrase opens a key, and nothing else does', () => {
  expect(readPrivateKey(protectedKey, 'open sesame')).toMatchObject({
    ok: true,
    key: { open: { fingerprint: signingKeyOf(pair).open.fingerprint } },
  });
  expect(problem(readPrivateKey(protectedKey, 'shut'))).toBe('is not opened by this passphrase');
  expect(problem(readPrivateKey(protectedKey, ''))).toBe('is not opened by this passphrase');
  expect(problem(readPrivateKey(protectedKey, null))).toContain('is protected by a passphrase');
});

test.each([
  ['a public key', pair.open, 'holds no single private key in PEM'],
  ['two keys', pair.secret + pair.secret, 'holds no single private key in PEM'],
  [
    'a key of OpenSSH',
    '-----BEGIN OPENSSH PRIVATE KEY-----\n',
    'is a key of OpenSSH; give it with --ssh-key',
  ],
  ['a cut key', pair.secret.slice(0, 60), 'holds no private key that can be read'],
])('%s does not sign', (_, text, expected) => {
  expect(problem(readPrivateKey(text, null))).toBe(expected);
});

test('a key as openssl writes elliptic curves, with their parameters before it, signs', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  const text = `${parameters}${privateKey.export({ type: 'sec1', format: 'pem' })}`;
  expect(readPrivateKey(text, null).ok).toBe(true);
});
