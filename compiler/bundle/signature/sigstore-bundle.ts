import { type Fields, list, matching, object, text, word } from '../../ir/audit-event/fields.ts';
import { canonicalJson } from '../canonical-json.ts';
import { type Envelope, envelopeForm, readEnvelope } from './envelope.ts';

/** Sigstore's bundle, version 0.3 (https://github.com/sigstore/protobuf-specs, `sigstore_bundle.proto`). */
export const SIGSTORE_BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const LONGEST_HINT = 200;

/** An envelope that was signed with a key, and which key that was by its own word. */
export interface SigstoreBundle {
  readonly envelope: Envelope;
  /** Not signed: it helps to say which key is missing, and decides nothing. */
  readonly hint: string;
}

/** The text of a Sigstore bundle that names its key by a hint and carries no certificate and no log entry. */
export function sigstoreBundleText({ envelope, hint }: SigstoreBundle): string {
  return canonicalJson({
    mediaType: SIGSTORE_BUNDLE,
    verificationMaterial: { publicKey: { hint } },
    dsseEnvelope: envelopeForm(envelope),
  });
}

/**
 * Reads a Sigstore bundle of that kind. One that carries evidence which is not verified here (a certificate, an entry of a
 * transparency log, a timestamp) is refused rather than half believed.
 *
 * @throws NotTheForm, NotOneSignature
 */
export const readSigstoreBundle = (value: unknown): SigstoreBundle =>
  object((fields: Fields): SigstoreBundle => {
    fields.required('mediaType', word([SIGSTORE_BUNDLE]));
    const hint = fields.required('verificationMaterial', material);
    return { hint, envelope: fields.required('dsseEnvelope', readEnvelope) };
  })(value, 'the document');

const nothing = (value: unknown, name: string) => list(text, 0)(value, name);

const material = object((fields: Fields): string => {
  fields.optional('tlogEntries', nothing);
  return fields.required(
    'publicKey',
    object((key) => key.required('hint', matching(new RegExp(`^[!-~]{1,${LONGEST_HINT}}$`), 'hint'))),
  );
});
