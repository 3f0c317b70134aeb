import type { Palette } from '../../compiler/diagnostics/render/palette.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { describeAccess, SCHEME_UNKNOWN } from '../../compiler/ir/access-words.ts';
import { type AuditEvent, type DecisionEvent, verdictOf } from '../../compiler/ir/audit-event/event.ts';

/** Digits of a commit that a person reads. */
const SHORT = 12;

/** One event as a line for a person, with a line break. Nothing in it acts on a terminal. */
export function eventLine({ time, sandbox, sequence, what }: AuditEvent, palette: Palette): string {
  const when = palette.faint(new Date(time).toISOString());
  const words = what.kind === 'decision' ? decisionWords(what, palette) : visible(otherWords(what));
  return `${when} ${visible(sandbox)} ${sequence} ${words}\n`;
}

function decisionWords(
  { access, why, grant, process, request, commit }: DecisionEvent,
  palette: Palette,
): string {
  const verdict = verdictOf(why);
  const shown = why === 'granted' ? 'allow' : `${verdict} (${why})`;
  // The time of the access is that of the line.
  const asked =
    access.facet === 'egress' ? describeAccess({ ...access, at: 0 }, SCHEME_UNKNOWN) : describeAccess(access);
  const parts = [visible(asked)];
  if (process !== null) parts.push(`pid ${process.pid}`);
  if (grant !== null) {
    const { id, file, line, approvedBy } = grant;
    const approved = approvedBy === null ? '' : `, approved by ${approvedBy}`;
    const of = commit === null ? '' : ` of ${commit.slice(0, SHORT)}`;
    parts.push(visible(`by ${id} (${file}:${line}${of}${approved})`));
  }
  if (request !== null) parts.push(visible(`request ${request}`));
  return `${verdict === 'allow' ? shown : palette.severity('error', shown)} ${parts.join(', ')}`;
}

function otherWords(what: Exclude<AuditEvent['what'], DecisionEvent>): string {
  switch (what.kind) {
    case 'opened':
      return what.recovered === null
        ? `a file begins, by nemoclaw ${what.tool}`
        : `a file begins after a crash, by nemoclaw ${what.tool}; ${what.recovered.bytes} bytes of a line are in ${what.recovered.kept}`;
    case 'policy':
      return `policy ${what.policy}${what.commit === null ? '' : ` of commit ${what.commit}`} is in force`;
    case 'kept':
      return `a policy could not be loaded: ${what.problem}; ${what.policy === null ? 'nothing is granted' : `${what.policy} stays in force`}`;
    case 'allowed':
      return `request ${what.request} is let through until ${new Date(what.until).toISOString()} without a review, by \`${what.by}\`: ${what.reason}`;
    case 'malformed': {
      const who = what.process === null ? '' : ` via \`${what.process.binary}\`, pid ${what.process.pid}`;
      return `refused, because it is no access${who}: ${what.problem}`;
    }
    case 'end':
      return `event ${what.decision} has ended, ${what.sent} bytes sent, ${what.received} received`;
    case 'checkpoint':
      return `signed by ${what.signed.key}`;
    case 'closed':
      return what.why === 'rotated' ? 'the file is full' : 'the log is closed';
  }
}
