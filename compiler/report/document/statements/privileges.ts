import { namespacePhrases } from '../identity-words.ts';
import { listed, say, words } from '../phrase.ts';
import type { Evidence, Statement } from '../statements.ts';
import { heldOn } from './held-on.ts';

/** Whether it has, or can come to, the privileges of root or capabilities of any namespace. */
export function noPrivileges({ reach, targets }: Evidence): Statement {
  const head = { id: 'no-privileges', title: 'It never runs with privileges' } as const;
  const opened = namespacePhrases(reach.syscalls.namespaces);
  const start = words('it runs as an ordinary user, without capabilities');
  if (opened.length === 0) {
    return { ...head, ...heldOn(targets, 'process', say`${start}, and nothing that it starts can gain any`) };
  }
  return { ...head, state: 'partly', text: say`${start} at its start; but it can ${listed(opened)}` };
}
