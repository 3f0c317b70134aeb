import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../../compiler/bundle/canonical-json.ts';
import { MANIFEST_NAME } from '../../compiler/bundle/manifest.ts';
import { PAYLOAD_TYPE, preAuthenticationEncoding } from '../../compiler/bundle/signature/envelope.ts';
import { readPrivateKey, type SigningKey, signatureOver } from '../../compiler/bundle/signature/keys.ts';
import { sigstoreBundleText } from '../../compiler/bundle/signature/sigstore-bundle.ts';
import {
  type BundleStatement,
  type Issued,
  type Source,
  statementOf,
} from '../../compiler/bundle/signature/statement.ts';
import { bundleSaying } from './bundles.ts';

export type KeyKind = 'ed25519' | 'P-256' | 'P-384';

/** A fresh key in PEM, private and public. */
export function keyPair(kind: KeyKind): { readonly secret: string; readonly open: string } {
  const { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject } =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: kind });
  return {
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    open: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

export function signingKeyOf({ secret }: { readonly secret: string }): SigningKey {
  const read = readPrivateKey(secret, null);
  if (!read.ok) throw new Error(read.problem);
  return read.key;
}

export const SOURCE: Source = {
  repository: 'https://git.example.com/agents.git',
  commit: 'c0ffee'.padEnd(40, '0'),
  path: 'agents/one.yaml',
  uncommitted: [],
};
export const ISSUED: Issued = { serial: 12, at: '2026-01-31T18:00:00.000Z' };

/** A statement about a small bundle, and the files of it. */
export function statementSaying(
  word: string,
  { source = SOURCE, issued = ISSUED }: { source?: Source; issued?: Issued } = {},
): { readonly statement: BundleStatement; readonly files: Map<string, Uint8Array> } {
  const { manifest, manifestBytes, artifacts } = bundleSaying(word);
  const files = new Map(artifacts.map(({ path, bytes }) => [path, bytes]));
  files.set(MANIFEST_NAME, manifestBytes);
  return { statement: statementOf(manifest, manifestBytes, MANIFEST_NAME, { source, issued }), files };
}

/** A Sigstore bundle over any payload, signed as `nemoclaw sign` does it. */
export function documentOver(payload: string, key: SigningKey, payloadType = PAYLOAD_TYPE): string {
  const bytes = new TextEncoder().encode(payload);
  const signature = signatureOver(preAuthenticationEncoding(payloadType, bytes), key);
  return sigstoreBundleText({
    envelope: { payloadType, payload: bytes, signature },
    hint: key.open.fingerprint,
  });
}

export function statementText(statement: unknown): string {
  return canonicalJson(statement);
}
