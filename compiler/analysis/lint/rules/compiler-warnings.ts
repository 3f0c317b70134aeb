import type { Finding } from '../finding.ts';
import { isOwn, type Subject } from '../subject.ts';

/** What the compiler warns of already. All of it is for a person, denials without effect included: see `certainty.ts`. */
export function compilerWarnings(subject: Subject): Finding[] {
  return subject.diagnostics.flatMap((diagnostic) => {
    const { severity, primary } = diagnostic;
    if (severity !== 'warning' || primary === null || !isOwn(subject, primary)) return [];
    return [{ diagnostic, fix: null }];
  });
}
