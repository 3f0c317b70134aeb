import { blueprintCondition, blueprintMask } from '../../diagnostics/catalog/blueprint.ts';
import { located } from '../../source/span.ts';
import type { YamlNode } from '../yaml/tree.ts';
import type { ArgumentCondition, SyscallItem, SyscallsSection } from './blueprint.ts';
import { readGrant } from './grant.ts';
import type { Reading } from './reading.ts';

const COMPARISONS = ['equals', 'not_equals', 'less_than', 'at_most', 'greater_than', 'at_least'] as const;

export function readSyscalls(reading: Reading, node: YamlNode): SyscallsSection {
  return reading.fields(node, (fields) => ({
    profile: fields.optionalText('profile'),
    items: (['allow', 'deny'] as const).flatMap((mode) =>
      fields.list(mode, (item) => readItem(reading, item, mode)),
    ),
  }));
}

function readItem(reading: Reading, node: YamlNode, mode: SyscallItem['mode']): SyscallItem {
  if (node.kind !== 'mapping') return { mode, name: reading.text(node), when: [], errno: null, grant: null };
  return reading.fields(node, (fields) => ({
    mode,
    name: fields.requiredText('name'),
    when: fields.list('when', (condition) => readCondition(reading, condition)),
    errno: mode === 'allow' ? null : fields.optionalText('errno'),
    grant: readGrant(reading, fields),
  }));
}

function readCondition(reading: Reading, node: YamlNode): ArgumentCondition {
  return reading.fields(node, (fields) => {
    const argument = fields.required('arg', (number) => reading.integer(number));
    const mask = fields.optional('mask', (bits) => reading.textOrInteger(bits));
    const found = COMPARISONS.flatMap((comparison) => {
      const entry = fields.entry(comparison);
      return entry === null ? [] : [{ comparison, entry }];
    }).sort((a, b) => a.entry.keyStart - b.entry.keyStart);
    const [first, second] = found;
    if (first === undefined || second !== undefined) {
      const place = second === undefined ? fields.span : reading.keySpan(second.entry);
      reading.refuse(blueprintCondition, place, { found: found.map(({ comparison }) => comparison) });
    }
    if (mask !== null && first !== undefined && first.comparison !== 'equals') {
      reading.refuse(blueprintMask, reading.keySpan(first.entry), { comparison: first.comparison });
    }
    return {
      argument,
      comparison: first?.comparison ?? 'equals',
      mask,
      value: first === undefined ? located(0, fields.span) : reading.textOrInteger(first.entry.value),
      span: fields.span,
    };
  });
}
