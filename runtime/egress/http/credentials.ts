import type { Credential } from './request-gate.ts';

const BASIC = /^(basic +)([A-Za-z0-9+/]+={0,2})$/i;
/** What a header field can carry; anything else in a secret would begin a field of its own. */
const FIELD_TEXT = /^[\x20-\x7e\x80-\xff]*$/;

/** Of what a gate gives, that which may be sent: TRACE makes a server answer with the very fields that it was sent. */
export function sendableCredentials(
  method: string,
  credentials: readonly Credential[],
): readonly Credential[] {
  return method === 'TRACE' ? [] : credentials;
}

/** A field value with the secrets in place of what stands for them, also within Basic credentials, as git sends them. */
export function withSecrets(value: string, credentials: readonly Credential[]): string {
  if (credentials.length === 0) return value;
  const plain = replaced(value, credentials);
  if (plain !== value) return plain;
  const basic = BASIC.exec(value);
  if (basic === null) return value;
  const pair = Buffer.from(basic[2]!, 'base64').toString('utf8');
  const filled = replaced(pair, credentials);
  return filled === pair ? value : basic[1]! + Buffer.from(filled, 'utf8').toString('base64');
}

/** A field value of an answer with what stands for a secret in its place, in case the server repeats what it was sent. */
export function withoutSecrets(value: string, credentials: readonly Credential[]): string {
  let text = value;
  for (const { placeholder, secret } of credentials) {
    if (secret === '') continue;
    text = text.replaceAll(secret, placeholder);
    const escaped = encodeURIComponent(secret);
    if (escaped !== secret) text = text.replaceAll(escaped, placeholder);
  }
  return text;
}

function replaced(text: string, credentials: readonly Credential[]): string {
  let filled = text;
  for (const { placeholder, secret } of credentials) {
    if (placeholder === '' || !filled.includes(placeholder)) continue;
    if (!FIELD_TEXT.test(secret))
      throw new TypeError('a credential has characters that no header field can carry');
    filled = filled.replaceAll(placeholder, () => secret);
  }
  return filled;
}
