import type { GrantNote } from './blueprint.ts';
import type { Fields, Reading } from './reading.ts';

/** The `grant:` of the mapping that is being read. */
export function readGrant(reading: Reading, fields: Fields): GrantNote | null {
  return fields.optional('grant', (node) =>
    reading.fields(node, (note) => ({
      owner: note.optionalText('owner'),
      reason: note.optionalText('reason'),
      ticket: note.optionalText('ticket'),
      approvedBy: note.optionalText('approved_by'),
      expires: note.optionalText('expires'),
      maxUses: note.optional('max_uses', (count) => reading.integer(count)),
      request: note.optionalText('request'),
      audit: note.optionalText('audit'),
    })),
  );
}
