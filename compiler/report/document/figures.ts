import { openDoors } from '../../analysis/reach/egress.ts';
import type { AuditDocument } from './document.ts';
import { hostsOf } from './facets/egress.ts';

/** One number of the summary; `tone` says whether it is worth a look. */
export interface Figure {
  readonly value: number;
  readonly label: string;
  readonly tone: 'plain' | 'good' | 'look';
}

export function figuresOf({ reach, guardrails, gaps, statements }: AuditDocument): Figure[] {
  const doors = openDoors(reach.egress.doors);
  const taking = hostsOf(doors.filter(({ takes }) => takes));
  const written = reach.files.places.filter(({ use }) => use === 'write').length;
  const broken = guardrails.verdicts.filter(({ outcome }) => outcome !== 'proved').length;
  const open = statements.filter(({ state }) => state !== 'holds').length;
  const number = (value: number, one: string, many: string, tone: Figure['tone']): Figure => ({
    value,
    label: value === 1 ? one : many,
    tone,
  });
  const look = (value: number) => (value === 0 ? 'good' : 'look');
  return [
    number(written, 'path it can change', 'paths it can change', 'plain'),
    number(hostsOf(doors).length, 'host it can reach', 'hosts it can reach', 'plain'),
    number(taking.length, 'of them takes what it sends', 'of them take what it sends', look(taking.length)),
    number(reach.models.routes.length, 'route to models', 'routes to models', 'plain'),
    number(broken, 'guardrail not kept', 'guardrails not kept', look(broken)),
    number(gaps.length, 'gap accepted by name', 'gaps accepted by name', look(gaps.length)),
    number(open, 'statement with exceptions', 'statements with exceptions', look(open)),
  ];
}
