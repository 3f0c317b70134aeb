import type { ProcessReach } from '../../../analysis/reach/others.ts';
import type { Reach } from '../../../analysis/reach/reach.ts';
import type { Phrase } from '../../phrase.ts';
import type { TargetVerdict } from '../coverage.ts';
import { AS_ROOT, namespacePhrases, rootTargets } from '../identity-words.ts';
import { grouped, permission } from '../permission.ts';
import { listed, say, words } from '../phrase.ts';
import type { Chapter } from './chapter.ts';

export function processChapter(
  { process, syscalls }: Pick<Reach, 'process' | 'syscalls'>,
  targets: readonly TargetVerdict[],
  now: number,
): Chapter {
  const { identity, environment, grant } = process;
  const passed = environment.filter(({ value }) => value === null).map(({ name }) => name);
  const opened = syscalls.namespaces;
  return {
    facet: 'process',
    title: 'Identity and processes',
    can: [
      ...whoCan(process, targets),
      ...namespacePhrases(opened),
      words('start, signal and watch processes of its own'),
      ...(passed.length === 0 ? [] : [say`see these variables of the environment: ${listed(passed)}`]),
    ],
    cannot: [
      words(
        identity.kind === 'invoker'
          ? 'act as anybody but who starts it, or run anything with the rights of another user'
          : 'act as root, or run anything with the rights of another user',
      ),
      words(
        opened.length === 0
          ? 'have or gain capabilities'
          : 'have or gain capabilities but by the calls named here',
      ),
      words(
        'see, signal or trace a process outside of the sandbox, or speak to one by a unix socket that is in no listed path',
      ),
      words('see any other variable of the environment it is started from'),
    ],
    permissions: grouped([
      permission(grant, words('identity'), now, [
        identity.kind === 'invoker' ? words('whoever starts it') : say`${identity.user}`,
      ]),
      ...environment.map(({ name, value, grant: by }) =>
        permission(by, say`${name}`, now, [
          value === null ? words('passed in from outside') : say`always ${value}`,
        ]),
      ),
    ]),
  };
}

function whoCan({ identity }: ProcessReach, targets: readonly TargetVerdict[]): Phrase[] {
  if (identity.kind === 'user') {
    const { user, uid, gid } = identity;
    return [
      say`act as ${user} (user ${words(String(uid))}, group ${words(String(gid))}), and as nobody else`,
    ];
  }
  const asRoot = rootTargets(identity, targets);
  return [
    words('act as whoever starts it, and as nobody else'),
    asRoot.length === 0
      ? say`act ${AS_ROOT}, if root starts it`
      : say`act ${AS_ROOT}: on ${listed(asRoot)} root starts it`,
  ];
}
