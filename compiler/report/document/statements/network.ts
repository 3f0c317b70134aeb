import type { Door } from '../../../analysis/reach/egress.ts';
import type { Phrase } from '../../phrase.ts';
import { hostsOf } from '../facets/egress.ts';
import { counted, listed, say, words } from '../phrase.ts';
import type { Evidence, Statement, StatementId } from '../statements.ts';
import { heldOn } from './sandbox.ts';

const MOST_NAMED = 5;
const NOTHING = words('it can connect to nothing');

/** What is stated of the network. Entries that have ended let nothing through and are left out. */
export function networkStatements({ reach, targets }: Evidence): Statement[] {
  const doors = reach.egress.doors.filter(({ ended }) => !ended);
  const all = (holds: Phrase) => heldOn(targets, 'egress', doors.length === 0 ? NOTHING : holds);
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
  return [
    unless(
      'network-limited',
      'It connects to the hosts that are listed, and no others',
      doors.filter(({ hostKind }) => hostKind === 'wildcard'),
      say`${counted(hostsOf(doors).length, 'host')}, each by its full name`,
      words('hosts are granted by a pattern'),
    ),
    unless(
      'requests-limited',
      'At each host it can make the requests that are listed, and no others',
      doors.filter(({ requests }) => requests === 'any'),
      words('every entry lists its methods or paths, and they are enforced'),
      words('any request can be made at'),
    ),
    unless(
      'traffic-inspected',
      'What it sends is looked into',
      doors.filter(({ visibility }) => visibility === 'opaque'),
      words('every entry is of a kind that is looked into, request by request'),
      words('nobody looks into the connections to'),
    ),
    unless(
      'inner-network-closed',
      'Addresses inside the network stay closed',
      doors.filter(({ addresses, hostKind }) => addresses !== 'public' || hostKind === 'address'),
      words('only public addresses are reached, whatever a name resolves to'),
      words('addresses are granted for'),
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
