import { type Door, openDoors } from '../../analysis/reach/egress.ts';
import type { Reach } from '../../analysis/reach/reach.ts';
import type { Phrase } from '../phrase.ts';
import { hostsOf } from './facets/egress.ts';
import { type Place, placeOf } from './permission.ts';
import { listed, say, words } from './phrase.ts';

/** Something that confinement by this blueprint does not stop. */
export interface Caveat {
  /** Stable, for those who refer to it. */
  readonly id: string;
  readonly title: string;
  readonly text: Phrase;
  /** The entries that bring it in; empty for what is true of every blueprint. */
  readonly places: readonly Place[];
}

const MOST_NAMED = 8;

/** What this blueprint's confinement does not stop: what is true of every one, and what its own entries bring in. */
export function notWithstood(reach: Reach): Caveat[] {
  return [...ALWAYS, ...ofNetwork(reach), ...ofModels(reach), ...ofFiles(reach), ...ofEnvironment(reach)];
}

const always = (id: string, title: string, text: string): Caveat => ({
  id,
  title,
  text: words(text),
  places: [],
});

const ALWAYS: readonly Caveat[] = [
  always(
    'root-on-the-host',
    'Root on the host',
    'whoever is root on the machine can change the sandbox, its files and this blueprint',
  ),
  always(
    'kernel-bugs',
    'Bugs of the kernel',
    'the kernel enforces all of this, so a fault in it can undo any of it',
  ),
  always(
    'side-channels',
    'Side channels',
    'timing, caches and load of shared hardware can tell a patient observer something',
  ),
];

function ofNetwork({ egress: { doors } }: Reach): Caveat[] {
  const open = openDoors(doors);
  return [
    caveat(
      open,
      'granted-services',
      'What a granted service does with what it is given',
      (found) =>
        say`everything the agent can read can be sent to a service it may write to, and a request that only reads carries what its address and query say: ${listed(hostsOf(found), MOST_NAMED)}`,
    ),
    caveat(
      open.filter(({ interpreters }) => interpreters.length > 0),
      'interpreters',
      'Interpreters that may use the network',
      (found) =>
        say`these programs do what a text tells them to, so naming them does not say what connects: ${listed(
          [...new Set(found.flatMap(({ interpreters }) => interpreters))],
          MOST_NAMED,
        )}`,
    ),
    caveat(
      open.filter(({ programs }) => programs === 'any' || programs.some(({ sha256 }) => sha256 === null)),
      'programs-by-path',
      'Programs that are known by their path alone',
      () =>
        words(
          'a program is recognised by where it lies and not by its content, and a permitted program can be steered by its arguments and variables',
        ),
    ),
    caveat(
      open.filter(({ visibility }) => visibility === 'opaque'),
      'uninspected',
      'Connections that nobody looks into',
      (found) =>
        say`what goes through these is neither seen nor limited: ${listed(hostsOf(found), MOST_NAMED)}`,
    ),
    caveat(
      open.filter(({ hostKind }) => hostKind === 'wildcard'),
      'wildcards',
      'Hosts that do not exist yet',
      (found) =>
        say`a pattern also grants every name that its owner adds later: ${listed(hostsOf(found), MOST_NAMED)}`,
    ),
    caveat(
      open.filter(({ addresses }) => addresses !== 'public'),
      'inner-addresses',
      'Addresses inside the network',
      (found) =>
        say`these entries may lead to machines that are not public: ${listed(hostsOf(found), MOST_NAMED)}`,
    ),
    caveat(
      open.filter(({ enforcement }) => enforcement === 'audit'),
      'audit-only',
      'Rules that are only recorded',
      (found) =>
        say`what the rules do not allow is let through all the same: ${listed(hostsOf(found), MOST_NAMED)}`,
    ),
  ].flat();
}

function caveat(
  doors: readonly Door[],
  id: string,
  title: string,
  text: (found: readonly Door[]) => Phrase,
): Caveat[] {
  if (doors.length === 0) return [];
  return [{ id, title, text: text(doors), places: doors.map(({ grant }) => placeOf(grant)) }];
}

function ofModels({ models: { routes } }: Reach): Caveat[] {
  if (routes.length === 0) return [];
  const providers = [...new Set(routes.map(({ provider }) => provider))];
  return [
    {
      id: 'model-providers',
      title: 'What a provider of models does with what it is given',
      text: say`everything the agent puts into a prompt reaches ${listed(providers)}, and what a model answers steers the agent`,
      places: routes.map(({ grant }) => placeOf(grant)),
    },
  ];
}

function ofFiles({ files: { places } }: Reach): Caveat[] {
  const written = places.filter(({ use }) => use === 'write');
  const guarded = places.filter(({ protects }) => protects);
  const optional = guarded.filter((place) => place.optional);
  const caveats: Caveat[] = [];
  if (written.length > 0) {
    caveats.push({
      id: 'written-files',
      title: 'What others do with files that the agent wrote',
      text: say`a file written there can be a program or an instruction to whoever opens it later, outside of the sandbox: ${listed(
        written.map(({ path }) => path),
        MOST_NAMED,
      )}`,
      places: written.map(({ grant }) => placeOf(grant)),
    });
  }
  if (guarded.length > 0) {
    caveats.push({
      id: 'replaced-on-the-host',
      title: 'Protected paths that somebody on the host replaces',
      text: words(
        'the sandbox is ended within a twentieth of a second when one of them is replaced from outside; until then the new one is open',
      ),
      places: guarded.map(({ grant }) => placeOf(grant)),
    });
  }
  if (optional.length > 0) {
    caveats.push({
      id: 'missing-at-the-start',
      title: 'Protected paths that are missing at the start',
      text: say`what is not there when the agent starts can be made by it, because the folder around is writable: ${listed(
        optional.map(({ path }) => path),
        MOST_NAMED,
      )}`,
      places: optional.map(({ grant }) => placeOf(grant)),
    });
  }
  return caveats;
}

function ofEnvironment({ process: { environment } }: Reach): Caveat[] {
  const passed = environment.filter(({ value }) => value === null);
  if (passed.length === 0) return [];
  return [
    {
      id: 'passed-variables',
      title: 'Secrets in variables that are passed in',
      text: say`whoever starts the agent decides what these hold, and the agent sees it: ${listed(
        passed.map(({ name }) => name),
        MOST_NAMED,
      )}`,
      places: passed.map(({ grant }) => placeOf(grant)),
    },
  ];
}
