import { type Door, openDoors } from '../../../analysis/reach/egress.ts';
import type { ModelReach } from '../../../analysis/reach/others.ts';
import type { EndpointPlace } from '../../../domain/endpoint-place.ts';
import type { Phrase } from '../../phrase.ts';
import { hostsOf } from '../facets/egress.ts';
import { counted, listed, say, words } from '../phrase.ts';
import type { Evidence, Statement, StatementId } from '../statements.ts';
import { heldOn } from './held-on.ts';

const MOST_NAMED = 5;
const NOTHING = words('it can connect to nothing');

/**
 * What is stated of the network. Entries that have ended let nothing through and are left out. Endpoints of models are
 * reached through the router, which is no entry of the network, but they count for where bytes can go.
 */
export function networkStatements({ reach, targets }: Evidence): Statement[] {
  const doors = openDoors(reach.egress.doors);
  const endpoints = [...new Set(reach.models.routes.map(({ endpoint }) => endpoint))];
  const nothing =
    endpoints.length === 0
      ? NOTHING
      : say`${NOTHING} itself; models are called for it at ${listed(endpoints)}`;
  const all = (holds: Phrase) => heldOn(targets, 'egress', doors.length === 0 ? nothing : holds);
  const unless = (
    id: StatementId,
    title: string,
    except: readonly Door[],
    holds: Phrase,
    exception: Phrase,
  ): Statement =>
    except.length === 0
      ? { id, title, ...all(holds) }
      : {
          id,
          title,
          state: except.length === doors.length ? 'fails' : 'partly',
          text: say`${exception}: ${listed(hostsOf(except), MOST_NAMED)}`,
        };
  const byWhat = doors.some(({ hostKind }) => hostKind === 'address')
    ? 'full name or its address'
    : 'full name';
  return [
    unless(
      'network-limited',
      'It connects to the hosts that are listed, and no others',
      doors.filter(({ hostKind }) => hostKind === 'wildcard'),
      say`${counted(hostsOf(doors).length, 'host')}, each by its ${words(byWhat)}${endpoints.length === 0 ? [] : say`; models are called for it at ${listed(endpoints)}`}`,
      words('hosts are granted by a pattern'),
    ),
    unless(
      'requests-limited',
      'At each host it can make the requests that are listed, and no others',
      doors.filter(({ requests }) => requests === 'any'),
      words('every entry lists its methods or paths, and they are enforced'),
      words(
        doors.some(({ requests, refused }) => requests === 'any' && refused.length > 0)
          ? 'any request can be made, but for those that are denied one by one, at'
          : 'any request can be made at',
      ),
    ),
    unless(
      'traffic-inspected',
      'What it sends is looked into',
      doors.filter(({ visibility }) => visibility === 'opaque'),
      words('every entry is of a kind that is looked into, request by request'),
      words('nobody looks into the connections to'),
    ),
    innerNetwork(
      unless(
        'inner-network-closed',
        'Addresses inside the network stay closed',
        doors.filter(({ addresses, hostKind }) => addresses !== 'public' || hostKind === 'address'),
        words('only public addresses are reached, whatever a name resolves to'),
        words('addresses are granted for'),
      ),
      reach.models,
      doors.length,
    ),
    unless(
      'programs-named',
      'Only certain programs use the network',
      doors.filter(({ programs, interpreters }) => programs === 'any' || interpreters.length > 0),
      words('every entry names its programs, and none of them is a known interpreter'),
      words('any program, or an interpreter that runs any, may connect to'),
    ),
  ];
}

/** The statement with the endpoints of models: one inside is an exception, and of one with a name it is not known. */
function innerNetwork(ofDoors: Statement, { routes }: ModelReach, doors: number): Statement {
  const at = (place: EndpointPlace) => [
    ...new Set(routes.filter((route) => route.place === place).map(({ endpoint }) => endpoint)),
  ];
  const [inside, named] = [at('inside'), at('named')];
  const more = [
    ...(inside.length === 0 ? [] : [say`models are called inside the network, at ${listed(inside)}`]),
    ...(named.length === 0 ? [] : [say`models are called wherever these names resolve to: ${listed(named)}`]),
  ];
  if (more.length === 0) return ofDoors;
  const isOpen = named.length + at('public').length === 0 && (doors === 0 || ofDoors.state === 'fails');
  const own = doors === 0 ? [] : [ofDoors.text];
  const text = [...own, ...more].flatMap((phrase, at) => [...words(at === 0 ? '' : '; '), ...phrase]);
  return { ...ofDoors, state: isOpen ? 'fails' : 'partly', text };
}
