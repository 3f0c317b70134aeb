import { randomBytes } from 'node:crypto';
import {
  credentialFileUnusable,
  credentialMissing,
  credentialUnusable,
  credentialWithinReach,
} from '../compiler/diagnostics/catalog/credentials.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import type { BoundCredential } from '../compiler/ir/credential.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import { type HeldCredential, PLACEHOLDER_PREFIX } from '../runtime/egress/credentials/held.ts';
import type { Io } from './io.ts';
import { entryThatReaches } from './state-within-reach.ts';

const SHORTEST = 8;
const LONGEST = 8_192;

/** The credentials of a policy with their values and placeholders, or why the agent cannot be started with them. */
export type PreparedCredentials =
  | {
      readonly ok: true;
      readonly held: readonly HeldCredential[];
      /** The variables inside, which hold the placeholders. */
      readonly variables: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/**
 * Reads the values of a policy's credentials from where the blueprint says, and makes a placeholder for each, another one
 * at each start. No finding shows a value.
 */
export function prepareCredentials(policy: Policy, io: Io): PreparedCredentials {
  const held: HeldCredential[] = [];
  const variables: Record<string, string> = {};
  const problems: Diagnostic[] = [];
  for (const credential of policy.credentials) {
    const value = readValue(credential, policy, io);
    if (value === null) continue;
    if (typeof value !== 'string') {
      problems.push(value);
      continue;
    }
    const { name, variable } = credential;
    const placeholder = `${PLACEHOLDER_PREFIX}${randomBytes(20).toString('hex')}`;
    held.push({ name, placeholder, secret: value });
    variables[variable] = placeholder;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, held, variables };
}

/** The value, null where there is none and need not be, or what is wrong. */
function readValue(credential: BoundCredential, policy: Policy, io: Io): string | Diagnostic | null {
  const { name, source, isOptional, grant } = credential;
  const at = grant.origin.span;
  if (source.kind === 'variable') {
    const value = io.environment[source.name];
    if (value === undefined || value === '') {
      const isEmpty = value === '';
      return isOptional ? null : diagnose(credentialMissing, at, { name, variable: source.name, isEmpty });
    }
    return usable(credential, value, source.name);
  }
  const { path } = source;
  const reaching = entryThatReaches(policy, path);
  if (reaching !== null) {
    return diagnose(credentialWithinReach, at, { name, path, entry: reaching.path });
  }
  const read = io.readSecretFile(path);
  if (!read.ok) {
    if (read.isMissing && isOptional) return null;
    return diagnose(credentialFileUnusable, at, { name, path, detail: read.detail });
  }
  return usable(credential, read.text.replace(/\r?\n$/, ''), path);
}

function usable({ name, grant }: BoundCredential, value: string, from: string): string | Diagnostic {
  const problem = problemOf(value);
  if (problem === null) return value;
  return diagnose(credentialUnusable, grant.origin.span, { name, from, problem });
}

function problemOf(value: string): string | null {
  if (/[\r\n]/.test(value)) return 'it has several lines';
  if (!/^[\x20-\x7e]*$/.test(value)) return 'it has characters beyond printable ASCII';
  if (value.trim() !== value) return 'it begins or ends with a blank';
  if (value.length < SHORTEST) return `it has fewer than ${SHORTEST} characters`;
  return value.length > LONGEST ? `it has more than ${LONGEST} characters` : null;
}
