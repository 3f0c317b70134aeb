import { NotTheForm } from '../../ir/audit-event/fields.ts';
import { canonicalJson } from '../canonical-json.ts';
import { type Envelope, envelopeForm, readEnvelope } from './envelope.ts';

/** What `ssh-keygen -Y` signs for: a signature that was made for another purpose is none of a bundle. */
export const SSH_NAMESPACE = 'nemoclaw-bundle';
/** An SSHSIG in its armour (https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig). */
const ARMOURED =
  /^-----BEGIN SSH SIGNATURE-----\n(?:[A-Za-z0-9+/]{1,76}={0,2}\n)+-----END SSH SIGNATURE-----\n$/;

/** The text of a plain DSSE envelope whose signature is the whole text that `ssh-keygen -Y sign` printed. */
export function sshEnvelopeText(envelope: Envelope): string {
  return canonicalJson(envelopeForm(envelope));
}

/**
 * Reads such an envelope.
 *
 * @throws NotTheForm, NotOneSignature
 */
export function readSshEnvelope(value: unknown): Envelope {
  const envelope = readEnvelope(value, 'the document');
  if (!isSshSignature(envelope.signature))
    throw new NotTheForm('`sig` holds no signature of `ssh-keygen -Y sign`');
  return envelope;
}

/** Whether bytes are one SSHSIG in its armour and nothing else. */
export function isSshSignature(bytes: Uint8Array): boolean {
  return ARMOURED.test(Buffer.from(bytes).toString('latin1'));
}
