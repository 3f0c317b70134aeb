import { deniedNowhere } from '../../../diagnostics/catalog/filesystem.ts';
import { type Finding, removal } from '../finding.ts';
import { isOwn, type Subject } from '../subject.ts';

/** What the compiler warns of already. A denial that denies nothing can go for certain; the rest is for a person. */
export function compilerWarnings(subject: Subject): Finding[] {
  return subject.diagnostics.flatMap((diagnostic) => {
    const { severity, primary, code } = diagnostic;
    if (severity !== 'warning' || primary === null || !isOwn(subject, primary)) return [];
    return [{ diagnostic, fix: code === deniedNowhere.code ? removal(primary) : null }];
  });
}
