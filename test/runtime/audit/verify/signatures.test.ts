import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  type AuditEvent,
  type Happening,
  type LineDigest,
  NO_LINE,
} from '../../../../compiler/ir/audit-event/event.ts';
import { digestOfLine, lineOf } from '../../../../compiler/ir/audit-event/write.ts';
import { fingerprintOf, type SigningKey, signed } from '../../../../runtime/audit/signing-key.ts';
import { verifyLog } from '../../../../runtime/audit/verify/verify-log.ts';
import { someDecision } from '../../../support/audit-writing.ts';

function keyPair() {
  const { privateKey } = generateKeyPairSync('ed25519');
  const open = createPublicKey(privateKey);
  const key: SigningKey = {
    fingerprint: fingerprintOf(open),
    publicKey: open.export({ type: 'spki', format: 'der' }).toString('base64'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
  return { open, key };
}
const ours = keyPair();
const theirs = keyPair();

type Step = 'opened' | 'decision' | 'checkpoint' | 'closed';

/** A chained log, as whoever has a key can write it. */
function logBy(
  key: SigningKey,
  steps: readonly Step[],
  named = key,
): { bytes: Buffer; digests: LineDigest[] } {
  let previous = NO_LINE;
  const digests: LineDigest[] = [];
  const lines = steps.map((step, sequence) => {
    const event = { sequence, previous, time: 0, sandbox: 'a', what: happening(step, sequence, named) };
    const isSignable = step === 'checkpoint' || step === 'closed';
    const line = lineOf(
      isSignable ? signed(event as Parameters<typeof signed>[0], key) : (event as AuditEvent),
    );
    previous = digestOfLine(line);
    digests.push(previous);
    return `${line}\n`;
  });
  return { bytes: Buffer.from(lines.join('')), digests };
}

function happening(step: Step, sequence: number, { publicKey }: SigningKey): Happening {
  const signature = { key: NO_LINE, signature: '' };
  if (step === 'opened') return { kind: step, tool: '1', signing: { publicKey, every: 3 }, recovered: null };
  if (step === 'decision') return someDecision(sequence);
  return step === 'closed'
    ? { kind: step, why: 'stopped', signed: signature }
    : { kind: step, signed: signature };
}

const verify = (bytes: Buffer, demands: Partial<Parameters<typeof verifyLog>[1]> = {}) =>
  verifyLog([{ name: 'log', first: 0, open: () => [bytes] }], { key: null, last: null, ...demands });
const STEPS: readonly Step[] = ['opened', 'decision', 'checkpoint', 'decision', 'closed'];

describe('a key', () => {
  test('vouches for all lines up to its last signature', () => {
    const { bytes } = logBy(ours.key, ['opened', 'decision', 'checkpoint', 'decision']);
    expect(verify(bytes, { key: ours.open })).toMatchObject({
      ...{ damage: null, end: 'open', last: 3, signatures: 1 },
      vouched: { line: 3, sequence: 2, key: ours.key.fingerprint },
    });
  });

  test('does not vouch for a log that somebody else wrote anew', () => {
    const { bytes } = logBy(theirs.key, STEPS);
    expect(verify(bytes)).toMatchObject({ damage: null, vouched: { sequence: 4 } });
    expect(verify(bytes, { key: ours.open })).toMatchObject({
      damage: { kind: 'forged', place: { line: 3, sequence: 2 } },
      vouched: null,
    });
  });

  test('does not vouch for a log that names it and is signed by another', () => {
    const { bytes } = logBy(theirs.key, STEPS, ours.key);
    expect(verify(bytes).damage).toMatchObject({ kind: 'forged', place: { line: 3, sequence: 2 } });
  });
});

describe('a signature that names the key and is not of its line', () => {
  const liar: SigningKey = { ...ours.key, sign: theirs.key.sign };

  test('is forged where the chain goes on behind it', () => {
    const { bytes } = logBy(liar, STEPS);
    const damage = { kind: 'forged', place: { file: 'log', line: 3, sequence: 2 }, lines: null };
    expect(verify(bytes)).toMatchObject({ damage, vouched: null });
    expect(verify(bytes, { key: ours.open })).toMatchObject({ damage, vouched: null });
  });

  test('is a changed line at the end, where nothing tells more', () => {
    const { bytes } = logBy(liar, ['opened', 'decision', 'closed']);
    expect(verify(bytes, { key: ours.open }).damage).toMatchObject({ kind: 'changed', place: { line: 3 } });
  });
});

test('more lines without a signature than there may be are found', () => {
  const fine = logBy(ours.key, [
    'opened',
    'decision',
    'decision',
    'checkpoint',
    'decision',
    'decision',
    'decision',
  ]);
  expect(verify(fine.bytes).damage).toBeNull();
  const { bytes } = logBy(ours.key, ['opened', 'decision', 'checkpoint', ...Array<Step>(5).fill('decision')]);
  expect(verify(bytes).damage).toEqual({
    kind: 'unsigned',
    place: { file: 'log', line: 7, sequence: 6 },
    lines: null,
  });
});

describe('the last signed line, as it is known from elsewhere,', () => {
  test('tells that a log was cut back behind it', () => {
    const { bytes, digests } = logBy(ours.key, STEPS);
    const last = { sequence: 4, digest: digests[4]! };
    expect(verify(bytes, { last }).damage).toBeNull();
    const cut = bytes.subarray(0, bytes.lastIndexOf('\n', -2) + 1);
    expect(verify(cut)).toMatchObject({ damage: null, end: 'open' });
    expect(verify(cut, { last }).damage).toEqual({
      ...{ kind: 'truncated', place: { file: 'log', line: 5, sequence: 4 } },
      lines: [4, 4],
    });
  });

  test('tells that a log was cut back and written on, with the chain in order', () => {
    const before = logBy(ours.key, STEPS);
    const last = { sequence: 4, digest: before.digests[4]! };
    const { bytes } = logBy(ours.key, ['opened', 'decision', 'checkpoint', 'decision', 'decision', 'closed']);
    expect(verify(bytes)).toMatchObject({ damage: null });
    expect(verify(bytes, { last }).damage).toMatchObject({
      kind: 'rewritten',
      place: { line: 5, sequence: 4 },
    });
  });
});
