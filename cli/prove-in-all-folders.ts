import type { Guardrail } from '../compiler/analysis/guardrails/guardrail.ts';
import { PROVED, type Proof } from '../compiler/analysis/guardrails/proof.ts';
import { prove } from '../compiler/analysis/guardrails/prove.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import { isNotStarted } from './in-all-folders.ts';
import { type OpenFolders, otherFolders } from './other-folders.ts';

/** A blueprint and guardrails as they are read with some folders. */
export interface ReadWith {
  readonly policy: Policy | null;
  /** In the order of their file; null where they cannot be read. */
  readonly guardrails: readonly Guardrail[] | null;
  /** Of the blueprint. */
  readonly diagnostics: readonly Diagnostic[];
}

interface Known {
  readonly bindings: Bindings;
  readonly open: OpenFolders;
  /** Of all files that were read. */
  readonly texts: readonly string[];
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

/**
 * Holds a policy against guardrails, one proof a guardrail. What is proved is so in all folders that lie apart from each other and
 * from everything that the texts name: a denial of `/home/x/.ssh` keeps nobody out of `${home}/.ssh`. Folders in which the
 * blueprint starts no agent are none of them; where it cannot be read otherwise, nothing is proved.
 */
export function proveInAllFolders(
  policy: Policy,
  guardrails: readonly Guardrail[],
  { bindings, open, texts, now }: Known,
  read: (bindings: Bindings) => ReadWith,
): readonly Proof[] {
  const apart = otherFolders(open, bindings, texts).filter(({ how }) => how === 'apart');
  const elsewhere = apart.map(({ folders }) => read({ ...bindings, ...folders }));
  return guardrails.map(({ property }, at) => {
    let proof = prove(policy, property, now);
    for (const other of elsewhere) {
      if (proof.outcome === 'proved') proof = proofIn(other, at, now);
    }
    return proof;
  });
}

function proofIn({ policy, guardrails, diagnostics }: ReadWith, at: number, now: number): Proof {
  const guardrail = guardrails?.[at];
  if (policy !== null && guardrail !== undefined) return prove(policy, guardrail.property, now);
  return policy === null && isNotStarted(diagnostics)
    ? PROVED
    : { outcome: 'inconclusive', dimension: 'path' };
}
