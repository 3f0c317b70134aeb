import { blueprintDate } from '../../diagnostics/catalog/blueprint.ts';
import type { Located } from '../../source/span.ts';
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
      expires: note.optional('expires', (end) => readMoment(reading, end)),
      maxUses: note.optional('max_uses', (count) => reading.integer(count)),
      request: note.optional('request', text),
    })),
  );
}

function readMoment(reading: Reading, node: YamlNode): Located<string> {
  const moment = reading.text(node);
  if (!isInCalendar(moment.value)) reading.refuse(blueprintDate, moment.span, { text: moment.value });
  return moment;
}

/** @param text of the form that the schema wants: a date, or an RFC 3339 time. */
function isInCalendar(text: string): boolean {
  const date = text.slice(0, 10);
  const start = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== date) return false;
  return text.length === 10 || (!text.includes('T24') && !Number.isNaN(Date.parse(text)));
}
