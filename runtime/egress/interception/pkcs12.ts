import { createHash, createHmac, randomBytes, X509Certificate } from 'node:crypto';
import { explicit, NULL, objectIdentifier, octets, sequence, setOf, smallInteger, wideText } from './der.ts';

/** Java wants one; there is nothing secret in a store of certificates. */
export const TRUST_STORE_PASSWORD = 'changeit';

const DATA = objectIdentifier('1.2.840.113549.1.7.1');
const CERTIFICATE_BAG = objectIdentifier('1.2.840.113549.1.12.10.1.3');
const X509_CERTIFICATE = objectIdentifier('1.2.840.113549.1.9.22.1');
const FRIENDLY_NAME = objectIdentifier('1.2.840.113549.1.9.20');
/** Oracle's attribute: the certificate is trusted, for any use. Without it Java finds an empty store. */
const TRUSTED_KEY_USAGE = objectIdentifier('2.16.840.1.113894.746875.1.1');
const ANY_USE = objectIdentifier('2.5.29.37.0');
const SHA256 = objectIdentifier('2.16.840.1.101.3.4.2.1');
const ROUNDS = 10_000;
const SALT_BYTES = 20;

/** A PKCS #12 store (RFC 7292) of certificates that Java trusts: without encryption, with a digest over all of it. */
export function trustStore(certificates: readonly string[]): Buffer {
  const bags = certificates.map((pem, at) => bag(new X509Certificate(pem).raw, `authority-${at}`));
  const contents = sequence(sequence(DATA, explicit(0, octets(sequence(...bags)))));
  const salt = randomBytes(SALT_BYTES);
  const key = derivedKey(TRUST_STORE_PASSWORD, salt);
  const digest = createHmac('sha256', key).update(contents).digest();
  const integrity = sequence(
    sequence(sequence(SHA256, NULL), octets(digest)),
    octets(salt),
    smallInteger(ROUNDS),
  );
  return sequence(smallInteger(3), sequence(DATA, explicit(0, octets(contents))), integrity);
}

function bag(certificate: Buffer, name: string): Buffer {
  return sequence(
    CERTIFICATE_BAG,
    explicit(0, sequence(X509_CERTIFICATE, explicit(0, octets(certificate)))),
    setOf(sequence(FRIENDLY_NAME, setOf(wideText(name))), sequence(TRUSTED_KEY_USAGE, setOf(ANY_USE))),
  );
}

/** RFC 7292 appendix B.2 for the key of a MAC: SHA-256, whose 32 bytes are all of the key. */
function derivedKey(password: string, salt: Buffer): Buffer {
  const block = 64;
  const secret = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const filled = (bytes: Buffer): Buffer => {
    const length = block * Math.ceil(bytes.length / block);
    return Buffer.alloc(length, bytes);
  };
  let bytes = createHash('sha256')
    .update(Buffer.concat([Buffer.alloc(block, 3), filled(salt), filled(secret)]))
    .digest();
  for (let round = 1; round < ROUNDS; round += 1) bytes = createHash('sha256').update(bytes).digest();
  return bytes;
}
