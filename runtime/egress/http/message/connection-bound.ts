import type { Fields } from './fields.ts';

/** Schemes by which a server authenticates a connection and not each request (RFC 4559, MS-NTHT). */
const OF_CONNECTIONS = /(^|,)\s*(ntlm|negotiate)\b/i;

/** Whether a message is part of signing a connection in: whoever used it next would be taken for the same person. */
export function bindsConnection(fields: Fields): boolean {
  return fields.some(
    ({ name, value }) =>
      (name === 'authorization' || name === 'www-authenticate') && OF_CONNECTIONS.test(value),
  );
}
