import { hasCredentialForm, looksRandom } from '../../frontend/schema/credentials.ts';

/** Stands where something was that looks like a secret. No URL of a client has it, and no pattern can be written with it. */
export const MASKED = '[masked]';
/** Stands where something was that is too long to be written down. */
export const CUT = '[cut]';

/** Shortest text that may be an opaque token. */
export const LEAST_TOKEN = 20;
/** How often the class of characters changes in a random text of letters and digits: 0.62. In words it is about 0.3. */
const LEAST_CHANGES = 0.4;

/**
 * Whether a text is of small letters, capitals and digits in no order, as tokens are and words are not. Digests and UUIDs
 * have no capitals beside small letters: they name things, and a path is of no use without them.
 */
export function isOpaque(text: string): boolean {
  const bare = text.replace(/[-_.~+]/g, '');
  if (bare.length < LEAST_TOKEN || !/^[A-Za-z0-9]+$/.test(bare)) return false;
  if (!/[a-z]/.test(bare) || !/[A-Z]/.test(bare) || !/[0-9]/.test(bare)) return false;
  // Not counted over a separator: titles have a capital behind each.
  const changes = text.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])/g)?.length ?? 0;
  return changes >= LEAST_CHANGES * bare.length;
}

/** In a query nothing is lost by hiding a digest as well, so every long text of chance counts. */
export function isSecretValue(text: string): boolean {
  if (hasCredentialForm(text)) return true;
  return text.length >= LEAST_TOKEN && /^[\w+/=.~%-]+$/.test(text) && /[0-9]/.test(text) && looksRandom(text);
}
