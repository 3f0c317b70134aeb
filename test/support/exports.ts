import { type Exported, exportOpenshell } from '../../compiler/backends/openshell/export.ts';
import { documentText } from '../../compiler/edit/document-text.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import type { OpenshellPolicy } from './openshell-model.ts';
import { policyOf } from './policy.ts';

const NOW = Date.UTC(2026, 0, 1);

/** The export of a blueprint's text, what it says as this model reads it, and its changes by name. */
export function exported(blueprint: string): Exported & {
  readonly policy: Policy;
  readonly read: OpenshellPolicy;
  readonly told: readonly string[];
} {
  const policy = policyOf(blueprint);
  const result = exportOpenshell(policy, NOW);
  const told = result.changes.map(
    ({ diagnostic }) =>
      `${diagnostic.message.replace(/:.*/s, '')} ${diagnostic.name}${quoted(diagnostic.message)}`,
  );
  return { ...result, policy, read: result.document as unknown as OpenshellPolicy, told };
}

export function textOfExport({ document }: Exported): string {
  return documentText(document, []);
}

/** The first words in backticks, which say what the change is about. */
function quoted(message: string): string {
  const word = /`([^`]*)`/.exec(message)?.[1];
  return word === undefined ? '' : ` ${word}`;
}
