import { AS_ROOT, namespacePhrases, rootTargets } from '../identity-words.ts';
import { listed, say, words } from '../phrase.ts';
import type { Evidence, Statement } from '../statements.ts';
import { heldOn } from './held-on.ts';

/** Whether it is root or has capabilities, or can come to them in any namespace. */
export function noPrivileges({ reach, targets }: Evidence): Statement {
  const head = { id: 'no-privileges', title: 'It never runs with privileges' } as const;
  const { identity } = reach.process;
  const opened = namespacePhrases(reach.syscalls.namespaces);
  const asRoot = rootTargets(identity, targets);
  const who =
    identity.kind === 'user'
      ? say`it runs as ${identity.user}, user ${words(String(identity.uid))}, without capabilities`
      : asRoot.length === 0
        ? words('it runs as whoever starts it, an ordinary user on these targets, without capabilities')
        : say`it runs as whoever starts it, on ${listed(asRoot)} ${AS_ROOT}`;
  const gains =
    opened.length === 0 ? words('nothing that it starts can gain any') : say`it can ${listed(opened)}`;
  const text = opened.length === 0 ? say`${who}, and ${gains}` : say`${who} at its start; but ${gains}`;
  if (opened.length === 0 && asRoot.length === 0) return { ...head, ...heldOn(targets, 'process', text) };
  return { ...head, state: asRoot.length === targets.length ? 'fails' : 'partly', text };
}
