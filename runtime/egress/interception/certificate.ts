import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  explicit,
  integer,
  objectIdentifier,
  octets,
  sequence,
  setOf,
  smallInteger,
  TRUE,
  tagged,
  time,
  utf8Text,
} from './der.ts';

/** A key on the curve P-256 with its public half as certificates carry it. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  /** As RFC 5280 section 4.2.1.2 (1) makes it: SHA-1 over the point. */
  readonly identifier: Buffer;
}

export interface CertificateContent {
  /** What certificate lists show as its name. */
  readonly subject: string;
  readonly issuer: string;
  readonly key: SigningKey;
  readonly from: Date;
  readonly until: Date;
  readonly extensions: readonly Buffer[];
}

/** id-ecPublicKey points of P-256 without compression: one byte and two coordinates. */
const POINT_BYTES = 65;
const SERIAL_BYTES = 16;
const ECDSA_WITH_SHA256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const VERSION_3 = explicit(0, smallInteger(2));
const COMMON_NAME = objectIdentifier('2.5.4.3');
/** RFC 5280 appendix A.1, ub-common-name. */
const LONGEST_COMMON_NAME = 64;

export function newSigningKey(): SigningKey {
  return signingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
}

/** @throws TypeError when it is no private key of the curve P-256 */
export function signingKey(privateKey: KeyObject): SigningKey {
  const publicKey = publicHalf(privateKey);
  const identifier = createHash('sha1').update(publicKey.subarray(-POINT_BYTES)).digest();
  return { privateKey, publicKey, identifier };
}

function publicHalf(privateKey: KeyObject): Buffer {
  if (privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new TypeError('the key is none of the curve P-256');
  }
  const { x, y } = privateKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
  const algorithm = sequence(objectIdentifier('1.2.840.10045.2.1'), objectIdentifier('1.2.840.10045.3.1.7'));
  return sequence(algorithm, bitString(point));
}

/** A certificate (RFC 5280), DER, signed by the issuer's key. */
export function certificate(content: CertificateContent, issuerKey: SigningKey): Buffer {
  const serial = randomBytes(SERIAL_BYTES);
  // The first bit would make it negative, and a zero byte shorter.
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const signed = sequence(
    VERSION_3,
    integer(serial),
    ECDSA_WITH_SHA256,
    distinguishedName(content.issuer),
    sequence(time(content.from), time(content.until)),
    distinguishedName(content.subject),
    content.key.publicKey,
    explicit(3, sequence(...content.extensions)),
  );
  return sequence(signed, ECDSA_WITH_SHA256, bitString(sign('sha256', signed, issuerKey.privateKey)));
}

export function distinguishedName(commonName: string): Buffer {
  return sequence(setOf(sequence(COMMON_NAME, utf8Text(commonName.slice(0, LONGEST_COMMON_NAME)))));
}

/** @param bits of KeyUsage, the first one the greatest: 0x80 digitalSignature, 0x04 keyCertSign, 0x02 cRLSign */
export function keyUsage(bits: number): Buffer {
  let unused = 0;
  while (unused < 7 && (bits & (1 << unused)) === 0) unused += 1;
  return extension('2.5.29.15', bitString(Buffer.from([bits]), unused), true);
}

/** An authority that signs leaves only, or a leaf. */
export function basicConstraints(isAuthority: boolean): Buffer {
  return extension('2.5.29.19', isAuthority ? sequence(TRUE, smallInteger(0)) : sequence(), true);
}

export function subjectKeyIdentifier({ identifier }: SigningKey): Buffer {
  return extension('2.5.29.14', octets(identifier), false);
}

export function authorityKeyIdentifier({ identifier }: SigningKey): Buffer {
  return extension('2.5.29.35', sequence(tagged(0x80, identifier)), false);
}

export function serverAuthentication(): Buffer {
  return extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1')), false);
}

/** @param names DNS names in ASCII; @param addresses of 4 or 16 bytes */
export function subjectAlternativeNames(names: readonly string[], addresses: readonly Uint8Array[]): Buffer {
  const dns = names.map((name) => tagged(0x82, Buffer.from(name, 'ascii')));
  const ip = addresses.map((bytes) => tagged(0x87, bytes));
  return extension('2.5.29.17', sequence(...dns, ...ip), false);
}

function extension(identifier: string, value: Buffer, isCritical: boolean): Buffer {
  const id = objectIdentifier(identifier);
  return isCritical ? sequence(id, TRUE, octets(value)) : sequence(id, octets(value));
}

/** As files and TLS libraries take it. */
export function pemOf(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
