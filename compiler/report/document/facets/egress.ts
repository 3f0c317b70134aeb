import type { CredentialReach } from '../../../analysis/reach/credentials.ts';
import { type Door, type EgressReach, openDoors, type RequestReach } from '../../../analysis/reach/egress.ts';
import type { Phrase } from '../../phrase.ts';
import { grouped, type Permission, permission } from '../permission.ts';
import { counted, listed, say, words } from '../phrase.ts';
import type { Chapter } from './chapter.ts';
import { credentialLimits, credentialRows, credentialUses } from './credentials.ts';

const MOST_NAMED = 8;

/** @param inside endpoints of models that are inside the network, which the router reaches for the agent */
export function egressChapter(
  { doors }: EgressReach,
  credentials: readonly CredentialReach[],
  inside: readonly string[],
  now: number,
): Chapter {
  return {
    facet: 'egress',
    title: 'Network',
    can: [...canDo(doors), ...credentialUses(credentials)],
    cannot: [...cannotDo(doors, inside), ...credentialLimits(credentials)],
    permissions: grouped([...doors.map((door) => rowOf(door, now)), ...credentialRows(credentials, now)]),
  };
}

/** Each host once, in the order of the doors. */
export function hostsOf(doors: readonly Door[]): string[] {
  return [...new Set(doors.map(({ host }) => host))];
}

function canDo(doors: readonly Door[]): Phrase[] {
  const open = openDoors(doors);
  const seen = open.filter(({ visibility }) => visibility !== 'opaque');
  const reads = hostsOf(seen.filter(({ takes }) => !takes));
  const takes = hostsOf(seen.filter((door) => door.takes));
  const onlyReads = reads.filter((host) => !takes.includes(host));
  const streams = hostsOf(open.filter(({ visibility }) => visibility === 'opaque'));
  return [
    ...(onlyReads.length === 0
      ? []
      : [say`ask for things, and not send them, at ${listed(onlyReads, MOST_NAMED)}`]),
    ...(takes.length === 0
      ? []
      : [say`send certain requests that change something to ${listed(takes, MOST_NAMED)}`]),
    ...(streams.length === 0
      ? []
      : [say`open connections that nobody looks into to ${listed(streams, MOST_NAMED)}`]),
  ];
}

/** Of what has not ended, as everything else that the document counts. */
function cannotDo(doors: readonly Door[], inside: readonly string[]): Phrase[] {
  const open = openDoors(doors);
  const models = inside.length === 0 ? [] : say`, but for the models at ${listed(inside)}`;
  if (open.length === 0)
    return [say`connect to anything: no network, no service of the host, no name is looked up${models}`];
  const named = open.every(({ addresses, hostKind }) => addresses === 'public' && hostKind !== 'address');
  const which =
    open.length === doors.length
      ? 'listed here'
      : doors.some(({ ended, shut }) => shut && !ended)
        ? 'listed here that let something through'
        : 'listed here and not ended';
  return [
    say`connect to any host but the ${counted(hostsOf(open).length, 'host')} ${words(which)}`,
    words('send any other request to these hosts than the ones listed, where requests are looked into'),
    named
      ? say`reach addresses that are not public, such as those of the machine, its network and metadata services${models}`
      : say`reach addresses that are not public, but for those listed with an entry${models}`,
    words('use these hosts from other programs than the ones listed with them'),
  ];
}

function rowOf(door: Door, now: number): Permission {
  const what = say`${door.host} port ${listed(door.ports)}`;
  return permission(door.grant, what, now, [
    ...(door.ended ? [words('it has ended and lets nothing through')] : []),
    ...(door.shut && door.requests.length > 0 && door.programs.length > 0
      ? [words('all that it allows is denied, so it lets nothing through')]
      : []),
    ...requestLines(door),
    programLine(door),
    ...(door.addresses === 'public' ? [] : [say`only at the addresses ${listed(door.addresses)}`]),
  ]);
}

function requestLines({ visibility, enforcement, requests, refused }: Door): Phrase[] {
  if (visibility === 'opaque')
    return [words('an opaque tunnel: it counts as every request, and nobody sees any')];
  const denied = requestPhrases(refused).map((request) => say`never ${request}`);
  if (enforcement === 'audit')
    return [words('every request: what the rules do not allow is only recorded'), ...denied];
  if (requests === 'any') return [words('every request'), ...denied];
  if (requests.length === 0) return [words('no request'), ...denied];
  return [...requestPhrases(requests), ...denied];
}

/** One phrase for all requests with the same methods. */
function requestPhrases(requests: readonly RequestReach[]): Phrase[] {
  const byMethods = new Map<string, Phrase[]>();
  for (const { methods, path, query, inside } of requests) {
    const verbs = methods[0] === '*' ? 'every method' : methods.join(', ');
    const asked = [...query.map(({ key, value }) => `${key}=${value}`), ...inside].map((one) => say`${one}`);
    const where = path === null ? words('every path') : say`${path}`;
    const phrase = asked.length === 0 ? where : [...where, ...words(' with '), ...listed(asked)];
    byMethods.set(verbs, [...(byMethods.get(verbs) ?? []), phrase]);
  }
  return [...byMethods].map(([verbs, places]) => [...words(`${verbs} of `), ...listed(places)]);
}

function programLine({ programs }: Door): Phrase {
  if (programs === 'any') return words('from every program');
  if (programs.length === 0) return words('from no program, so it lets nothing through');
  return say`from ${listed(
    programs.map(({ path, sha256 }) =>
      sha256 === null ? path : say`${path} with SHA-256 ${sha256.slice(0, 12)}...`,
    ),
  )}`;
}
