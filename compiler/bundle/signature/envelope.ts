import { type Fields, list, NotTheForm, object, text } from '../../ir/audit-event/fields.ts';

/** The one type of payload that is signed and accepted: an in-toto statement. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** What is signed, and the signature over it: a DSSE envelope with exactly one signature, its bytes decoded. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Thrown for an envelope that is well formed and has another number of signatures than one. */
export class NotOneSignature extends Error {
  override readonly name = 'NotOneSignature';
  readonly count: number;

  constructor(count: number) {
    super(`${count} signatures`);
    this.count = count;
  }
}

/**
 * The bytes that a signature is over: the type and the payload, each with its length before it, so that neither can be taken
 * for a part of the other (DSSE 1.0, https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md).
 */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** An envelope in the JSON form of DSSE, which Sigstore bundles hold as well. */
export function envelopeForm({ payloadType, payload, signature }: Envelope): Record<string, unknown> {
  return {
    payload: Buffer.from(payload).toString('base64'),
    payloadType,
    signatures: [{ sig: Buffer.from(signature).toString('base64') }],
  };
}

/**
 * Reads that form. The id of a key that it may carry is signed by nobody and passed over.
 *
 * @throws NotTheForm, NotOneSignature
 */
export function readEnvelope(value: unknown, name: string): Envelope {
  return object((fields: Fields): Envelope => {
    const payloadType = fields.required('payloadType', text);
    const payload = fields.required('payload', bytes);
    const signatures = fields.required('signatures', list(signature));
    if (signatures.length !== 1) throw new NotOneSignature(signatures.length);
    return { payloadType, payload, signature: signatures[0]! };
  })(value, name);
}

const signature = object((fields: Fields): Uint8Array => {
  fields.optional('keyid', text);
  return fields.required('sig', bytes);
});

/** Base64 in its one spelling (RFC 4648 section 4). Node alone would pass over what is none. */
function bytes(value: unknown, name: string): Uint8Array {
  const written = text(value, name);
  const decoded = Buffer.from(written, 'base64');
  if (decoded.length === 0 || decoded.toString('base64') !== written) {
    throw new NotTheForm(`${name} is no Base64 in its one spelling`);
  }
  return decoded;
}
