import { environmentHere, identityHere, syscallsHere } from '../../diagnostics/catalog/openshell.ts';
import { located, type Span } from '../../source/span.ts';
import type { ProcessSection, SyscallsSection } from '../blueprint/blueprint.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { type Translation, valueAt } from './translation.ts';

/** What programs need to find their files, speak the user's language and draw on the terminal. None holds a secret. */
const ENVIRONMENT = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_*', 'TERM', 'COLORTERM', 'TZ'];

export function translateProcess(policy: YamlNode, place: Span, translation: Translation): ProcessSection {
  const section = valueAt(policy, 'process');
  const user = valueAt(section, 'run_as_user');
  const group = valueAt(section, 'run_as_group');
  const runAsUser = user && translation.text(user);
  const runAsGroup = group && translation.text(group);
  const span = runAsUser?.span ?? runAsGroup?.span ?? place;
  translation.report(identityHere, span, {
    text: whoIsIt(runAsUser?.value ?? null),
  });
  translation.report(environmentHere, place, { names: ENVIRONMENT });
  return {
    runAsUser,
    runAsGroup: runAsUser && runAsGroup,
    environment: ENVIRONMENT.map((name) => ({ name: located(name, place), value: null, grant: null })),
  };
}

export function translateSyscalls(place: Span, translation: Translation): SyscallsSection {
  translation.report(syscallsHere, place, {});
  return { profile: located('agent', place), items: [] };
}

function whoIsIt(user: string | null): string {
  if (user === null)
    return 'the agent runs as whoever starts it; OpenShell takes the user of the image or its gateway';
  if (user === 'sandbox')
    return '`sandbox` is user 1000 here; OpenShell takes its number from the container image';
  return `\`${user}\` is looked up where the agent runs, not in a container image`;
}
