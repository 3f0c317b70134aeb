import { PAYLOAD_TYPE, preAuthenticationEncoding } from '../../compiler/bundle/signature/envelope.ts';
import { isSignedBy, signatureOver } from '../../compiler/bundle/signature/keys.ts';
import { sigstoreBundleText } from '../../compiler/bundle/signature/sigstore-bundle.ts';
import { sshEnvelopeText } from '../../compiler/bundle/signature/ssh-envelope.ts';
import { sshNotSigned, sshUnavailable } from '../../compiler/diagnostics/catalog/signature.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import { sshSign } from '../../runtime/bundle/ssh-keygen.ts';
import type { SigningArguments } from '../arguments/sign.ts';
import type { Io } from '../io.ts';
import { signingKey } from './signing-key.ts';

/** The text of the signature's file, and the name of the key where it is known. */
export type SignedPayload =
  | { readonly ok: true; readonly text: string; readonly key: string | null }
  | { readonly ok: false; readonly problem: Diagnostic };

/** Signs an in-toto statement, by key in a Sigstore bundle or with a key of OpenSSH in a DSSE envelope. */
export function signPayload(payload: Uint8Array, signer: SigningArguments, io: Io): SignedPayload {
  const message = preAuthenticationEncoding(PAYLOAD_TYPE, payload);
  if (signer.kind === 'ssh') {
    const signed = sshSign(message, signer.path, io.environment);
    if (signed.ok) {
      const { signature } = signed;
      return {
        ok: true,
        key: null,
        text: sshEnvelopeText({ payloadType: PAYLOAD_TYPE, payload, signature }),
      };
    }
    const { reason, detail } = signed;
    const problem =
      reason === 'unavailable'
        ? diagnose(sshUnavailable, null, { detail })
        : diagnose(sshNotSigned, null, { path: signer.path, detail });
    return { ok: false, problem };
  }
  const found = signingKey(signer, io);
  if (!found.ok) return found;
  const { key } = found;
  const signature = signatureOver(message, key);
  if (!isSignedBy(message, signature, key.open)) throw new Error('a fresh signature does not verify');
  const hint = key.open.fingerprint;
  const envelope = { payloadType: PAYLOAD_TYPE, payload, signature };
  return { ok: true, key: hint, text: sigstoreBundleText({ envelope, hint }) };
}
