import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifiedStatement } from '../../../cli/signing/verified-statement.ts';
import {
  documentOver,
  keyPair,
  signingKeyOf,
  statementSaying,
  statementText,
} from '../../support/signatures.ts';
import { worldOf } from '../world.ts';

/** NEMOCLAW_FUZZ=100000 is the long run. */
const RUNS = Number(process.env.NEMOCLAW_FUZZ ?? 0) || 2000;
const key = signingKeyOf(keyPair('ed25519'));
const { statement } = statementSaying('one');
const document = Buffer.from(documentOver(statementText(statement), key));
const { io } = worldOf({});

function weRead(bytes: Uint8Array) {
  const reader = { ...io.reader, read: () => ({ ok: true, bytes }) as const };
  return verifiedStatement('x.sigstore.json', { kind: 'keys', keys: [key.open] }, { ...io, reader });
}

function sigstoreAccepts(bytes: Uint8Array): boolean {
  const root = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [], mediaType: '' };
  const material = toTrustMaterial(root, () => ({ publicKey: key.open.key, validFor: () => true }));
  const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  try {
    verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(Buffer.from(bytes).toString()))));
    return true;
  } catch {
    return false;
  }
}

/** A few changes of any bytes: replaced, taken out, put in, or said twice. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('replace', 'remove', 'insert', 'repeat'),
    at: fc.nat(document.length - 1),
    length: fc.integer({ min: 1, max: 80 }),
    byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from(' ,:{}[]"\\=a0'))),
  }),
  { minLength: 1, maxLength: 3 },
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(changes: Damage): Buffer {
  return changes.reduce((bytes, { kind, at, length, byte }) => {
    const [before, rest] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (kind) {
      case 'replace':
        return Buffer.concat([before, Buffer.of(byte), rest.subarray(1)]);
      case 'remove':
        return Buffer.concat([before, rest.subarray(length)]);
      case 'insert':
        return Buffer.concat([before, Buffer.of(byte), rest]);
      default:
        return Buffer.concat([before, rest.subarray(0, length), rest]);
    }
  }, document);
}

test(`of ${RUNS} damaged signatures, what is accepted says what was signed, and Sigstore accepts it too`, () => {
  let accepted = 0;
  expect(weRead(document)).toMatchObject({ ok: true, statement });
  fc.assert(
    fc.property(damage, (changes) => {
      const bytes = damaged(changes);
      const read = weRead(bytes);
      if (!read.ok) return;
      accepted += 1;
      expect(read.statement).toEqual(statement);
      expect(sigstoreAccepts(bytes)).toBe(true);
    }),
    { numRuns: RUNS },
  );
  // Blanks and the hint may change; were nothing ever accepted, the test would show nothing.
  expect(accepted).toBeGreaterThan(0);
}, 600_000);
