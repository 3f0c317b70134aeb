import type { OpenedNamespace } from '../../analysis/reach/namespaces.ts';
import type { Identity } from '../../ir/process.ts';
import type { Phrase } from '../phrase.ts';
import type { TargetVerdict } from './coverage.ts';
import { listed, say, words } from './phrase.ts';

const HOW: Readonly<Record<OpenedNamespace['how'], string>> = {
  makes: 'have every capability in a user namespace that it makes, by ',
  enters: 'join user namespaces, and have their capabilities, by ',
  mounts: 'ask for changes of what is mounted, where it has the capability for it, by ',
};

/** What the calls allow that lead to privileges, each to be read after "it can"; none where there are none. */
export function namespacePhrases(opened: readonly OpenedNamespace[]): Phrase[] {
  return (Object.keys(HOW) as OpenedNamespace['how'][]).flatMap((how) => {
    const names = opened.filter((one) => one.how === how).map(({ name }) => name);
    return names.length === 0 ? [] : [say`${words(HOW[how])}${listed(names)}`];
  });
}

/** The targets on which the agent is root: root starts it there, and the blueprint names no user for it. */
export function rootTargets(identity: Identity, targets: readonly TargetVerdict[]): string[] {
  return identity.kind === 'invoker' ? targets.filter(({ byRoot }) => byRoot).map(({ name }) => name) : [];
}

/** What root may do that confinement does not take away, to be read after a place or a condition. */
export const AS_ROOT = words('as root (user 0), without capabilities and within what is granted here');
