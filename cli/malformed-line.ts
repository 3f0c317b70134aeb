import type { Palette } from '../compiler/diagnostics/render/palette.ts';
import { visible } from '../compiler/diagnostics/render/visible.ts';
import type { AuditEvent, Happening } from '../compiler/ir/audit-event/event.ts';

/** An event that tells of something that was refused because it could not be read as one access. */
export type MalformedLine = AuditEvent & { readonly what: Extract<Happening, { kind: 'malformed' }> };

export function isMalformed(event: AuditEvent): event is MalformedLine {
  return event.what.kind === 'malformed';
}

/** In one line for a person, as decisions are shown: when, that it was denied, what was sent, by whom and why not. */
export function malformedLine({ time, what }: MalformedLine, palette: Palette): string {
  const { asked, problem, process } = what;
  const sent = asked === null ? 'something that is no request' : `\`${asked}\``;
  const by = process === null ? '' : ` via \`${process.binary}\``;
  const verdict = palette.severity('error', 'denied ');
  return `${new Date(time).toISOString()}  ${verdict}  ${visible(`${sent}${by}`)}  ${palette.faint(visible(problem))}\n`;
}

/** The same as plain values. */
export function malformedValue({ sequence, time, sandbox, what }: MalformedLine) {
  const { asked, problem, process } = what;
  return {
    sequence,
    time: new Date(time).toISOString(),
    sandbox,
    verdict: 'deny',
    why: 'malformed',
    asked,
    because: problem,
    process,
  };
}
