import { type Door, openDoors } from '../../../analysis/reach/egress.ts';
import type { Reach } from '../../../analysis/reach/reach.ts';
import { amountText, RESOURCE_PHRASES } from '../amounts.ts';
import { hostsOf } from '../facets/egress.ts';
import { type FoldedPath, foldPaths } from '../fold-paths.ts';
import { inThousands } from '../phrase.ts';

/** How something is reached: `in` is read, `out` is written to, `both`, or `shut` where there is a wall and no door. */
export type Passage = 'in' | 'out' | 'both' | 'shut';

export interface Row {
  readonly text: string;
  /** A second line in smaller letters; null for none. */
  readonly note: string | null;
}

/** One thing that the agent reaches, or is kept from. */
export interface Card {
  readonly kind:
    | 'write'
    | 'read'
    | 'scratch'
    | 'hidden'
    | 'environment'
    | 'hosts'
    | 'streams'
    | 'models'
    | 'nothing';
  readonly title: string;
  readonly passage: Passage;
  readonly rows: readonly Row[];
  /** How many rows do not fit; they are in the chapters. */
  readonly more: number;
}

/** The reach as it is drawn: files on the left, what is outside on the right, the kernel below. */
export interface Picture {
  readonly agent: { readonly name: string; readonly who: string };
  readonly limits: readonly string[];
  readonly left: readonly Card[];
  readonly right: readonly Card[];
  readonly kernel: { readonly answers: string; readonly refuses: readonly string[] };
}

const MOST_PATHS = 7;
const MOST_HOSTS = 14;
const MOST_MODELS = 4;

export function pictureOf(name: string, reach: Reach): Picture {
  const { identity } = reach.process;
  return {
    agent: { name, who: identity.kind === 'invoker' ? 'as whoever starts it' : `as ${identity.user}` },
    limits: reach.resources.limits.map(
      ({ name: of, maximum, unit }) => `${amountText(maximum, unit)} ${RESOURCE_PHRASES[of]}`,
    ),
    left: [...fileCards(reach), ...environmentCards(reach)],
    right: [...networkCards(reach.egress.doors), modelsCard(reach)],
    kernel: {
      answers: `${inThousands(reach.syscalls.counts.free)} kinds of calls, and ${inThousands(reach.syscalls.counts.limited)} more with certain arguments`,
      refuses: closedKinds(reach),
    },
  };
}

function card(
  kind: Card['kind'],
  title: string,
  passage: Passage,
  rows: readonly Row[],
  most: number,
): Card[] {
  if (rows.length === 0) return [];
  // A last row that says "1 more" would take the place of that one.
  const shown = rows.length <= most + 1 ? rows : rows.slice(0, most);
  return [{ kind, title, passage, rows: shown, more: rows.length - shown.length }];
}

function fileCards({ files }: Reach): Card[] {
  const rows = (...uses: string[]) =>
    foldPaths(files.places.filter(({ use }) => uses.includes(use))).map(pathRow);
  return [
    ...card('write', 'changes', 'both', rows('write'), MOST_PATHS),
    ...card('scratch', 'private, in memory', 'both', rows('scratch'), MOST_PATHS),
    ...card(
      'scratch',
      'devices',
      'both',
      linesOf(files.places.filter(({ use }) => use === 'device').map(({ path }) => path)),
      3,
    ),
    ...card('read', 'reads', 'in', rows('run', 'read'), MOST_PATHS),
    ...card('hidden', 'hidden from it', 'shut', rows('hidden'), MOST_PATHS),
  ];
}

function pathRow({ path, count, only }: FoldedPath): Row {
  const text = count === 1 ? path : `${path}/…  ${count} paths`;
  return { text: only ? `${text}  not run` : text, note: null };
}

function environmentCards({ process: { environment } }: Reach): Card[] {
  const names = environment.filter(({ value }) => value === null).map(({ name }) => name);
  if (names.length === 0) return [];
  return card('environment', 'variables it sees', 'in', linesOf(names), 3);
}

/** Short words, several a row. */
function linesOf(words: readonly string[]): Row[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 38) lines[lines.length - 1] = `${last}, ${word}`;
    else lines.push(word);
  }
  return lines.map((text) => ({ text, note: null }));
}

function networkCards(doors: readonly Door[]): Card[] {
  const open = openDoors(doors);
  if (open.length === 0) {
    const rows = [{ text: 'no host, no service, no name', note: 'there is no door on this side' }];
    return [{ kind: 'nothing', title: 'no network', passage: 'shut', rows, more: 0 }];
  }
  const seen = open.filter(({ visibility }) => visibility !== 'opaque');
  const reading = seen.filter(({ takes }) => !takes);
  const taking = seen.filter(({ takes }) => takes);
  const streams = open.filter(({ visibility }) => visibility === 'opaque');
  const sent = hostsOf(taking);
  const asked = reading.filter(({ host }) => !sent.includes(host));
  const share = Math.max(4, MOST_HOSTS - sent.length);
  return [
    ...card('hosts', 'asks for things at', 'in', hostRows(asked), share),
    ...card(
      'hosts',
      'sends and asks at',
      'both',
      hostRows(seen.filter(({ host }) => sent.includes(host))),
      MOST_HOSTS,
    ),
    ...card('streams', 'streams that nobody looks into', 'both', hostRows(streams), MOST_HOSTS),
  ];
}

/** One row a host, with all that its doors let through. */
function hostRows(doors: readonly Door[]): Row[] {
  return hostsOf(doors).map((host) => {
    const own = doors.filter((door) => door.host === host);
    const ports = [...new Set(own.flatMap((door) => door.ports))].join(', ');
    const methods = own.some(({ requests }) => requests === 'any')
      ? ['everything']
      : [
          ...new Set(
            own.flatMap(({ requests }) => (requests === 'any' ? [] : requests)).flatMap((one) => one.methods),
          ),
        ];
    const paths = new Set(
      own.flatMap(({ requests }) => (requests === 'any' ? [] : requests)).map(({ path }) => path ?? '/**'),
    );
    const where =
      paths.size === 1 ? ` ${[...paths][0]}` : paths.size > 1 ? ` at ${paths.size} patterns of paths` : '';
    return { text: `${host}:${ports}`, note: `${methods.filter((one) => one !== 'HEAD').join(' ')}${where}` };
  });
}

function modelsCard({ models: { routes } }: Reach): Card {
  if (routes.length === 0) {
    const rows = [{ text: 'no provider, no model', note: null }];
    return { kind: 'nothing', title: 'no models', passage: 'shut', rows, more: 0 };
  }
  const rows = routes.flatMap(({ provider, models }) =>
    models === 'any'
      ? [{ text: 'every model', note: provider }]
      : models.map((model) => ({ text: model, note: `of ${provider}` })),
  );
  return card('models', 'models', 'both', rows, MOST_MODELS)[0]!;
}

/** Kinds of calls of which none is answered, in a word or two each. */
function closedKinds({ syscalls: { groups } }: Reach): string[] {
  return groups
    .filter(({ name, calls }) => name in SHORT && calls.every(({ use }) => use === 'refused'))
    .map(({ name }) => SHORT[name]!);
}

const SHORT: Readonly<Record<string, string>> = {
  '@mount': 'mounting',
  '@debug': 'tracing others',
  '@module': 'kernel modules',
  '@io-uring': 'io_uring',
  '@keyring': 'kernel keys',
  '@clock': 'setting the clock',
  '@raw-io': 'ports of the machine',
  '@reboot': 'restarting',
  '@swap': 'swap space',
  '@aio': 'older async I/O',
  '@cpu-emulation': 'processor tables',
  '@network-io': 'sockets',
  '@setuid': 'changing user',
};
