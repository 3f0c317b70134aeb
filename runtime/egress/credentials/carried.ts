import type { CredentialBinding, CredentialUse } from '../../../compiler/ir/credential.ts';
import { endOf } from '../../../compiler/ir/limits.ts';
import type { WrittenPlace } from '../../../compiler/ir/origin.ts';
import { holdsPlaceholder } from '../http/credentials.ts';
import type { Fields } from '../http/message/fields.ts';
import { isEndToEnd } from '../http/message/hop-by-hop.ts';
import type { Credential } from '../http/request-gate.ts';
import type { HeldCredential } from './held.ts';

/** Where a request goes. */
export interface Whereto {
  /** In the one spelling of hosts. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** What a request carries, and what may stand where in it; or the placeholder that must not go there. */
export type Carried =
  | {
      readonly ok: true;
      /** Sorted names of those whose placeholders it holds. */
      readonly names: readonly string[];
      /** All that are held: also one that is not sent here must not come back. */
      readonly credentials: readonly Credential[];
    }
  | { readonly ok: false; readonly name: string; readonly problem: string };

const NOTHING: Carried = { ok: true, names: [], credentials: [] };
const NO_OPTIONS = { close: false, keepAlive: false, upgrade: false, named: [] };

/**
 * Finds which credentials a request carries by the placeholders in its header. One that is not bound to where the request
 * goes makes it wrong as a whole: it would reach a server that can do nothing with it, and tells that something is
 * misdirected, on purpose or not.
 *
 * @param fields of the request that go on to the server
 * @param uses where each credential may go under the policy in force
 * @param at milliseconds since 1970 UTC
 */
export function carriedBy(
  { method, fields }: { readonly method: string; readonly fields: Fields },
  whereto: Whereto,
  held: readonly HeldCredential[],
  uses: readonly CredentialUse<WrittenPlace>[],
  at: number,
): Carried {
  if (held.length === 0) return NOTHING;
  const names: string[] = [];
  const credentials: Credential[] = [];
  for (const { name, placeholder, secret } of held) {
    const use = uses.find((one) => one.name === name) ?? null;
    const bindings = usableAt(use, whereto, method, at);
    const there = fieldsWith(placeholder, fields);
    for (const field of there) {
      if (bindings.some(({ header }) => header === field)) continue;
      return { ok: false, name, problem: problemOf(name, field, use, whereto, method, at) };
    }
    if (there.length > 0) names.push(name);
    credentials.push({ placeholder, secret, fields: bindings.map(({ header }) => header) });
  }
  return { ok: true, names: names.sort(), credentials };
}

/** The bindings that let a request to there carry the credential now. */
function usableAt(
  use: CredentialUse<WrittenPlace> | null,
  whereto: Whereto,
  method: string,
  at: number,
): readonly CredentialBinding[] {
  // TRACE makes a server answer with the very fields that it was sent.
  if (use === null || method === 'TRACE' || at >= endOf(use.grant)) return [];
  return boundThere(use, whereto).filter(({ plainHttp }) => whereto.secure || plainHttp);
}

function boundThere({ bindings }: CredentialUse<WrittenPlace>, { host, port }: Whereto) {
  return bindings.filter((binding) => binding.host === host && binding.port === port);
}

function fieldsWith(placeholder: string, fields: Fields): string[] {
  return fields
    .filter(({ name, value }) => isEndToEnd(name, NO_OPTIONS) && holdsPlaceholder(value, placeholder))
    .map(({ name }) => name);
}

/** Why it may not go there; each continues a sentence about the request and names no secret. */
function problemOf(
  name: string,
  field: string,
  use: CredentialUse<WrittenPlace> | null,
  whereto: Whereto,
  method: string,
  at: number,
): string {
  const where = `${whereto.host} port ${whereto.port}`;
  const there = use === null ? [] : boundThere(use, whereto);
  const headers = there.map(({ header }) => header);
  if (there.length === 0) return `the credential ${name} is not bound to ${where}`;
  if (at >= endOf(use!.grant)) return `the grant of the credential ${name} has ended`;
  if (!headers.includes(field)) {
    return `the credential ${name} goes to ${where} in ${headers.join(' or ')} and not in ${field}`;
  }
  if (method === 'TRACE') return `the credential ${name} is never sent with TRACE`;
  return `the credential ${name} is not sent to ${where} over plain HTTP`;
}
