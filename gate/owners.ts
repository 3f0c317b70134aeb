import type { CommitFiles } from '../cli/git/commit-files.ts';
import { gateOwnerUnusable } from '../compiler/diagnostics/catalog/gate.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import { parseSource } from '../compiler/frontend/parse-source.ts';
import { loginIn } from '../runtime/approvals/github/login.ts';
import type { CodeOwners } from './codeowners.ts';

/** Who may approve: an account, or whoever is in a team. */
export type Owner =
  | { readonly kind: 'account'; readonly login: string }
  | { readonly kind: 'team'; readonly organisation: string; readonly slug: string };

/** The owners of one file, and what is named as one and cannot be. */
export interface Owners {
  readonly owners: readonly Owner[];
  readonly notes: readonly Diagnostic[];
}

/** What the base branch says of owners. */
export interface BaseOwners {
  readonly files: CommitFiles;
  readonly codeOwners: CodeOwners;
  /** Words of the guardrails' own metadata. */
  readonly ofGuardrails: readonly string[];
}

/**
 * The owners of a file by what the base branch says: its own `metadata.owners` and CODEOWNERS together, else the owners of the
 * guardrails.
 *
 * @param path on the base branch; that on the other side for a file that is new
 * @param isNew whether the base branch has no such blueprint
 */
export function ownersOf(path: string, isNew: boolean, base: BaseOwners): Owners {
  const own = isNew ? [] : ownersIn(path, base.files);
  const named = [
    ...own.map((word) => ({ word, where: `\`${path}\`` })),
    ...base.codeOwners.of(path).map((word) => ({ word, where: 'CODEOWNERS' })),
  ];
  const found = readOwners(named);
  if (found.owners.length > 0) return found;
  const rest = readOwners(base.ofGuardrails.map((word) => ({ word, where: 'the guardrails' })));
  return { owners: rest.owners, notes: [...found.notes, ...rest.notes] };
}

/** The words under `metadata.owners` of a blueprint of a commit, or of a part. Of what does not read there are none. */
export function ownersIn(path: string, files: CommitFiles): readonly string[] {
  const read = files.read(path);
  if (!read.ok) return [];
  const parsed = parseSource(path, read.bytes);
  if (parsed.kind === 'blueprint') return parsed.blueprint.metadata.owners.map(({ value }) => value);
  return parsed.kind === 'guardrails' ? parsed.file.owners.map(({ value }) => value) : [];
}

const TEAM = /^@([A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}))\/([A-Za-z0-9._-]{1,100})$/;

/** Accounts and teams among words, and a note for each word that is neither. */
export function readOwners(named: readonly { readonly word: string; readonly where: string }[]): Owners {
  const owners = new Map<string, Owner>();
  const notes: Diagnostic[] = [];
  for (const { word, where } of named) {
    const login = loginIn(word);
    const [, organisation, slug] = TEAM.exec(word) ?? [];
    if (login !== null) owners.set(word.toLowerCase(), { kind: 'account', login });
    else if (organisation !== undefined && slug !== undefined) {
      owners.set(word.toLowerCase(), { kind: 'team', organisation, slug });
    } else notes.push(diagnose(gateOwnerUnusable, null, { owner: word, where }));
  }
  return { owners: [...owners.values()], notes };
}

export function ownerWord(owner: Owner): string {
  return owner.kind === 'account' ? `@${owner.login}` : `@${owner.organisation}/${owner.slug}`;
}
