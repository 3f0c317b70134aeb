import { lintVariableCovered } from '../../../diagnostics/catalog/lint/redundant.ts';
import { coveringEntry } from '../../../ir/canonical/process.ts';
import { doubtAbout } from '../certainty.ts';
import { type Finding, finding, removal } from '../finding.ts';
import { isOwn, type Subject } from '../subject.ts';

/** Variables that a name with `*` passes on as well. */
export function idleEnvironment(subject: Subject): Finding[] {
  const { process } = subject.policy;
  const found: Finding[] = [];
  for (const { item } of subject.resolved.environment) {
    const { name } = item;
    const entry = process.environment.find((one) => one.name === name.value);
    const wider = entry === undefined ? null : coveringEntry(process, entry);
    if (wider === null || !isOwn(subject, name.span)) continue;
    const place = subject.resolved.environment.find(({ item: other }) => other.name.value === wider.name);
    found.push(
      finding(
        lintVariableCovered,
        name.span,
        { name: name.value, by: wider.name },
        {
          related: place === undefined ? [] : [{ span: place.item.name.span, label: 'passed on here' }],
          fix: removal(name.span),
          doubt: doubtAbout(subject, [], item.grant),
        },
      ),
    );
  }
  return found;
}
