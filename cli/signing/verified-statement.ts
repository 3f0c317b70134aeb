import {
  type Envelope,
  NotOneSignature,
  PAYLOAD_TYPE,
  preAuthenticationEncoding,
} from '../../compiler/bundle/signature/envelope.ts';
import { isSignedBy } from '../../compiler/bundle/signature/keys.ts';
import { type ReadStatement, readStatement } from '../../compiler/bundle/signature/read-statement.ts';
import { readSigstoreBundle } from '../../compiler/bundle/signature/sigstore-bundle.ts';
import { readSshEnvelope } from '../../compiler/bundle/signature/ssh-envelope.ts';
import type { BundleStatement } from '../../compiler/bundle/signature/statement.ts';
import { readStrictJson } from '../../compiler/bundle/signature/strict-json.ts';
import {
  signatureBroken,
  signatureCount,
  signatureKeyTwice,
  signatureMalformed,
  signatureOtherStatement,
  signaturePayloadType,
  signatureStatementMalformed,
  signatureUnknownKey,
  sshNotVerified,
  sshUnavailable,
} from '../../compiler/diagnostics/catalog/signature.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { NotTheForm } from '../../compiler/ir/audit-event/fields.ts';
import { sshVerify } from '../../runtime/bundle/ssh-keygen.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readInput } from '../read-input.ts';
import type { Trust } from './trust.ts';

/** Who signed: a key by its fingerprint, or a name of the allowed signers with its key as OpenSSH writes it. */
export type Signer =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'ssh'; readonly identity: string; readonly key: string | null };

export type VerifiedStatement =
  | {
      readonly ok: true;
      readonly statement: BundleStatement;
      readonly signer: Signer;
      /** The file that was verified, as it was read. */
      readonly bytes: Uint8Array;
    }
  | { readonly ok: false; readonly exitCode: ExitCode; readonly problem: Diagnostic };

type Refusal = Extract<VerifiedStatement, { ok: false }>;

/** Bytes of a signature's file, as many as the reader gives; one more is a file that was not read whole. */
const LARGEST = 4 * 1024 * 1024;

/** Reads a signature and gives what it says, once somebody who is trusted was found to have signed it. Nothing before that. */
export function verifiedStatement(path: string, trust: Trust, io: Io): VerifiedStatement {
  const signed = verifiedPayload(path, trust, io);
  if (!signed.ok) return signed;
  const read = readStatement(signed.payload);
  if (!read.ok) return noStatement(read, path);
  return { ok: true, statement: read.statement, signer: signed.signer, bytes: signed.bytes };
}

export type VerifiedPayload =
  | {
      readonly ok: true;
      /** The statement as it was signed, of whichever kind. */
      readonly payload: Uint8Array;
      readonly signer: Signer;
      readonly bytes: Uint8Array;
    }
  | Refusal;

/** The same for a statement of any kind: what was signed, and by whom. */
export function verifiedPayload(path: string, trust: Trust, io: Io): VerifiedPayload {
  const input = readInput(path, io);
  if (!input.ok) return invalid(input.problem);
  if (input.bytes.length > LARGEST) return malformed(path, 'it is larger than 4 MiB');
  const json = readStrictJson(input.bytes);
  if (!json.ok) {
    return json.repeated === null
      ? malformed(path, json.problem)
      : invalid(diagnose(signatureKeyTwice, null, { path, key: json.repeated }));
  }
  const document = documentIn(json.value, path, trust);
  if (!document.ok) return document;
  const { envelope, hint } = document;
  if (envelope.payloadType !== PAYLOAD_TYPE) {
    return no(diagnose(signaturePayloadType, null, { path, found: envelope.payloadType }));
  }
  const signed = signerOf(envelope, hint, path, trust, io);
  if (!signed.ok) return signed;
  return { ok: true, payload: envelope.payload, signer: signed.signer, bytes: input.bytes };
}

type Document = { readonly ok: true; readonly envelope: Envelope; readonly hint: string } | Refusal;

function documentIn(value: unknown, path: string, { kind }: Trust): Document {
  try {
    if (kind === 'keys') return { ok: true, ...readSigstoreBundle(value) };
    return { ok: true, envelope: readSshEnvelope(value), hint: '' };
  } catch (error) {
    if (error instanceof NotOneSignature) {
      return invalid(diagnose(signatureCount, null, { path, count: error.count }));
    }
    if (!(error instanceof NotTheForm)) throw error;
    return malformed(path, error.message);
  }
}

type Signed = { readonly ok: true; readonly signer: Signer } | Refusal;

function signerOf(envelope: Envelope, hint: string, path: string, trust: Trust, io: Io): Signed {
  const message = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
  if (trust.kind === 'ssh') return sshSigner(message, envelope.signature, path, trust, io);
  const signer = trust.keys.find((key) => isSignedBy(message, envelope.signature, key));
  if (signer !== undefined) return { ok: true, signer: { kind: 'key', key: signer.fingerprint } };
  const given = trust.keys.map(({ fingerprint }) => fingerprint);
  return no(
    given.some((fingerprint) => fingerprint === hint)
      ? diagnose(signatureBroken, null, { path, key: hint })
      : diagnose(signatureUnknownKey, null, { path, hint, given }),
  );
}

function sshSigner(
  message: Uint8Array,
  signature: Uint8Array,
  path: string,
  trust: Extract<Trust, { kind: 'ssh' }>,
  { environment }: Io,
): Signed {
  const { identity } = trust;
  const verified = sshVerify(message, signature, trust, environment);
  if (verified.ok) return { ok: true, signer: { kind: 'ssh', identity, key: verified.fingerprint } };
  const { reason, detail } = verified;
  return reason === 'unavailable'
    ? invalid(diagnose(sshUnavailable, null, { detail }))
    : no(diagnose(sshNotVerified, null, { path, identity, detail }));
}

function noStatement(read: Extract<ReadStatement, { ok: false }>, path: string): Refusal {
  switch (read.reason) {
    case 'other-kind':
      return no(diagnose(signatureOtherStatement, null, { path, key: read.key, found: read.found }));
    case 'repeated-key':
      return no(diagnose(signatureKeyTwice, null, { path, key: read.key }));
    case 'not-the-form':
      return no(diagnose(signatureStatementMalformed, null, { path, problem: read.problem }));
  }
}

function malformed(path: string, problem: string): Refusal {
  return invalid(diagnose(signatureMalformed, null, { path, problem }));
}

function invalid(problem: Diagnostic): Refusal {
  return { ok: false, exitCode: EXIT.invalid, problem };
}

function no(problem: Diagnostic): Refusal {
  return { ok: false, exitCode: EXIT.no, problem };
}
