import type { YamlNode } from '../yaml/tree.ts';
import type { GrantNote } from './blueprint.ts';
import type { Fields, Reading } from './reading.ts';

/** The `grant:` of the mapping that is being read. */
export function readGrant(reading: Reading, fields: Fields): GrantNote | null {
  const text = (node: YamlNode) => reading.text(node);
  return fields.optional('grant', (node) =>
    reading.fields(node, (note) => ({
      owner: note.optional('owner', text),
      reason: note.optional('reason', text),
      ticket: note.optional('ticket', text),
      approvedBy: note.optional('approved_by', text),
      expires: note.optional('expires', text),
      maxUses: note.optional('max_uses', (count) => reading.integer(count)),
      request: note.optional('request', text),
    })),
  );
}
