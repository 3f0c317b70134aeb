/** Letters, digits, `-` and, for users that a company manages, `_`. */
const ACCOUNT = /^@([A-Za-z0-9][A-Za-z0-9_-]{0,98})$/;

/** The login of a word such as `@ann`; null where it is none. */
export function loginIn(word: string): string | null {
  return ACCOUNT.exec(word)?.[1] ?? null;
}
