import type { OpenedNamespace } from '../../analysis/reach/namespaces.ts';
import type { Phrase } from '../phrase.ts';
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
