/**
 * Forms of credentials by their issuers' own prefixes, as the issuers document them for secret scanning. Each begins
 * with fixed characters, which lets a search skip most of a text, and no repetition is open-ended, so that a search
 * takes linear time on any text.
 */
const KNOWN_FORMS = [
  '-----BEGIN (?:[A-Z]{1,16} ){0,3}PRIVATE KEY',
  word('AKIA', '[0-9A-Z]{16}'),
  word('ASIA', '[0-9A-Z]{16}'),
  word('gh[pousr]_', '[A-Za-z0-9]{20}'),
  word('github_pat_', '[A-Za-z0-9_]{20}'),
  word('gl(?:pat|dt|rt|ptt)-', '[A-Za-z0-9_-]{20}'),
  word('xox[abeoprs]-', '[A-Za-z0-9-]{10}'),
  word('xapp-', '[0-9]-[A-Za-z0-9-]{10}'),
  String.raw`hooks\.slack\.com/services/T[A-Za-z0-9]{1,32}/B[A-Za-z0-9]{1,32}/[A-Za-z0-9]{10}`,
  '/api/webhooks/[0-9]{1,32}/[A-Za-z0-9_-]{20}',
  word('AIza', '[0-9A-Za-z_-]{35}'),
  word(String.raw`ya29\.`, '[0-9A-Za-z_-]{20}'),
  word('sk-', '(?:[a-z]{2,8}[0-9]{0,2}-){0,3}[A-Za-z0-9_]{20}'),
  word('[rs]k_(?:live|test)_', '[A-Za-z0-9]{16}'),
  word('nvapi-', '[A-Za-z0-9_-]{20}'),
  word('hf_', '[A-Za-z0-9]{30}'),
  word('npm_', '[A-Za-z0-9]{30}'),
  word('pypi-', '[A-Za-z0-9_-]{40}'),
  word('dop_v1_', '[a-f0-9]{40}'),
  word(String.raw`SG\.`, String.raw`[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16}`),
  String.raw`:AA(?<=\b[0-9]{8,10}:AA)[A-Za-z0-9_-]{30}`,
  String.raw`\.eyJ(?<=[A-Za-z0-9_-]{13}\.eyJ)[A-Za-z0-9_-]{10}`,
  String.raw`://[^\s/:@]{1,128}:[^\s/@$]{3,128}@`,
];
const KNOWN = new RegExp(KNOWN_FORMS.join('|'));

/** A prefix at the beginning of a word, and what follows it. */
function word(prefix: string, rest: string): string {
  return String.raw`${prefix}(?<!\w${prefix})${rest}`;
}

const SENSITIVE_NAME =
  /(?:^|[^a-z])(?:api_?-?key|access_?-?key|private_?-?key|pass(?:word|wd|phrase)|secret|token|credentials?|bearer|authorization)(?:$|[^a-z])/i;
/** Names of what only points at a credential. */
const POINTER_NAME = /(?:_|-)(?:env|file|path|name|default|url|uri|type|rewrite|signing|binding)$/i;

const LEAST_LENGTH = 12;
const LEAST_BITS_A_CHARACTER = 3;

/** Whether a text holds something of a known credential's form. */
export function hasCredentialForm(text: string): boolean {
  return KNOWN.test(text);
}

/** False only for texts in which no name says credential. Quick. */
export function mayNameCredential(text: string): boolean {
  return /key|pass|secret|token|credential|bearer|authorization/i.test(text);
}

/** Whether a name says that its value is a credential, e.g. `GITHUB_TOKEN` or `password`, but not `credential_env`. */
export function namesCredential(name: string): boolean {
  if (!mayNameCredential(name)) return false;
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  return SENSITIVE_NAME.test(spaced) && !POINTER_NAME.test(spaced);
}

/**
 * Whether a value under a name that says credential looks like one: long, without spaces, with the entropy of chance.
 * Variables (`${x}`), paths and names of environment variables do not count.
 */
export function looksRandom(value: string): boolean {
  if (value.length < LEAST_LENGTH || /\s|\$\{|^[/~.]/.test(value) || /^[A-Z][A-Z_]*$/.test(value))
    return false;
  return bitsACharacter(value) >= LEAST_BITS_A_CHARACTER;
}

function bitsACharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
