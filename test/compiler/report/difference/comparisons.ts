import { type Change, worstOf } from '../../../../compiler/analysis/difference/change.ts';
import { type Difference, difference } from '../../../../compiler/analysis/difference/difference.ts';
import { type Approval, type Grant, Origin } from '../../../../compiler/ir/origin.ts';
import type {
  ComparedSide,
  Comparison,
  ReportOptions,
} from '../../../../compiler/report/difference/comparison.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

export const ALL: ReportOptions = { most: null, showsLines: true, problems: [] };

/** A side whose file has this text; null for one that is not there. */
export function sideOf(text: string | null, path = 'agent.yaml'): ComparedSide {
  const source = text === null ? null : new SourceFile(path, text);
  const files = source === null ? new Map() : new Map([['agent.yaml', source]]);
  return { label: path, digest: null, text: source, files, extended: new Map() };
}

/** What the change from one blueprint to another really is. */
export function compared(oldSections: string, newSections: string, path = 'agent.yaml'): Comparison {
  const [old, next] = [blueprint(oldSections), blueprint(newSections)];
  return {
    path,
    renamedFrom: null,
    old: sideOf(old, `old:${path}`),
    next: sideOf(next, path),
    difference: difference(policyOf(old), policyOf(next)),
  };
}

/** A change with everything usual; tests say what is unusual. */
export function madeChange(unusual: Partial<Change> = {}): Change {
  const classes = unusual.classes ?? ['new-host'];
  return {
    direction: 'widens',
    facet: 'egress',
    classes,
    severity: worstOf(classes),
    sides: [side('host', 'a.example.com'), side('port', '443'), side('binary', '/usr/bin/curl')],
    witness: null,
    example: 'GET `https://a.example.com/` via `/usr/bin/curl`',
    cause: { kind: 'granted', policy: 'new', grant: grantAt({}) },
    ...unusual,
  };
}

/** An entry at a place, in the second line of `agent.yaml` if nothing else is said. */
export function grantAt({
  file = 'agent.yaml',
  line = 2,
  column = 3,
  id = 'egress:web#0',
  approval = null,
}: {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly id?: string;
  readonly approval?: Approval | null;
}): Grant {
  const before = '\n'.repeat(line - 1) + ' '.repeat(column - 1);
  const span = { source: new SourceFile(file, `${before}x`), start: before.length, end: before.length + 1 };
  return { id, origin: new Origin(span, ['agent.yaml']), approval };
}

/** A side of a set that has these values, each by itself. */
export function side(name: string, ...values: readonly string[]) {
  return { name, terms: values.map((one) => ({ all: [one], except: [] as string[] })) };
}

/** A comparison with these changes, between two texts of three lines. */
export function made(changes: readonly Change[], unusual: Partial<Comparison & Difference> = {}): Comparison {
  const widens = changes.some(({ direction }) => direction === 'widens');
  const narrows = changes.some(({ direction }) => direction === 'narrows');
  const verdict = widens ? (narrows ? 'both' : 'widens') : narrows ? 'narrows' : 'equal';
  const path = unusual.path ?? 'agent.yaml';
  return {
    path,
    renamedFrom: unusual.renamedFrom ?? null,
    old: unusual.old ?? sideOf('one: 1\ntwo: 2\nthree: 3\n', `main:${path}`),
    next: unusual.next ?? sideOf('one: 1\nt: "w" \nthree: 3\n', path),
    difference: {
      verdict: unusual.verdict ?? verdict,
      changes,
      isComplete: unusual.isComplete ?? true,
      unknown: unusual.unknown ?? null,
    },
  };
}
