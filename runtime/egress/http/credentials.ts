import type { Field } from './message/fields.ts';
import type { Credential } from './request-gate.ts';

const BASIC = /^(basic +)([A-Za-z0-9+/]+={0,2})$/i;
/** What a header field can carry; anything else in a secret would begin a field of its own. */
const FIELD_TEXT = /^[\x20-\x7e\x80-\xff]*$/;
/** Fewer characters of base64 could stand in an ordinary text by chance. */
const LEAST_BASE64 = 10;

/** Of what a gate gives, that which may be sent: TRACE makes a server answer with the very fields that it was sent. */
export function sendableCredentials(
  method: string,
  credentials: readonly Credential[],
): readonly Credential[] {
  return method === 'TRACE' ? credentials.map((one) => ({ ...one, fields: [] })) : credentials;
}

/** Whether a field value holds a placeholder, also within Basic credentials. */
export function holdsPlaceholder(value: string, placeholder: string): boolean {
  return value.includes(placeholder) || (basicPair(value)?.includes(placeholder) ?? false);
}

/**
 * The value of a field with the secrets in place of what stands for them, also within Basic credentials, as git sends them.
 *
 * @param field in lower case; a credential is only put into the fields that it names
 */
export function withSecrets(field: string, value: string, credentials: readonly Credential[]): string {
  if (credentials.length === 0) return value;
  const here = credentials.filter(({ fields }) => fields.includes(field));
  if (here.length === 0) return value;
  const plain = replaced(value, here);
  if (plain !== value) return plain;
  const pair = basicPair(value);
  if (pair === null) return value;
  const filled = replaced(pair, here);
  if (filled === pair) return value;
  return BASIC.exec(value)![1]! + Buffer.from(filled, 'latin1').toString('base64');
}

/** `user:password` of Basic credentials, a character a byte; null for anything else. */
function basicPair(value: string): string | null {
  const basic = BASIC.exec(value);
  return basic === null ? null : Buffer.from(basic[2]!, 'base64').toString('latin1');
}

/** A text of an answer with what stands for a secret in its place, in case the server repeats what it was sent. */
export function withoutSecrets(value: string, credentials: readonly Credential[]): string {
  let text = value;
  for (const { placeholder, secret } of credentials) {
    for (const form of secretForms(secret)) {
      if (text.includes(form)) text = text.replaceAll(form, placeholder);
    }
  }
  return text;
}

/** The same for fields, such as trailers. */
export function fieldsWithoutSecrets(
  fields: readonly Field[],
  credentials: readonly Credential[],
): readonly Field[] {
  if (credentials.length === 0) return fields;
  return fields.map((field) => ({ ...field, value: withoutSecrets(field.value, credentials) }));
}

const MOST_KNOWN = 256;
const known = new Map<string, readonly string[]>();

/** How a secret may stand in an answer: as it is, as in a URL or in JSON, and within base64, as Basic credentials are. */
export function secretForms(secret: string): readonly string[] {
  if (secret === '') return [];
  let forms = known.get(secret);
  if (forms === undefined) {
    const escaped = encodeURIComponent(secret);
    const quoted = JSON.stringify(secret).slice(1, -1);
    forms = [...new Set([secret, escaped, quoted, ...base64Forms(secret)])];
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(secret, forms);
  }
  return forms;
}

/** What is certain to stand within base64 of any text around the secret: three ways, by the place where it begins. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'latin1');
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const first = Math.ceil((before * 4) / 3);
    const last = Math.floor((whole.length * 8) / 6);
    const form = whole.toString('base64').slice(first, last);
    return form.length < LEAST_BASE64 ? [] : [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
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
