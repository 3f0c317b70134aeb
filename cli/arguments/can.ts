import { type Command, InvalidArgumentError } from 'commander';
import { FILE_RIGHT_WORDS, type FileRightWord } from '../../compiler/frontend/blueprint/written-access.ts';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type InsideValues, type InsideWords, insideOf, withInsideOptions } from './inside.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

/** Where a connection goes, as it was typed. */
export interface Destination {
  readonly host: string;
  readonly port: string;
  /** False where it is the usual one of the URL's scheme. */
  readonly isPortWritten: boolean;
}

export interface ConnectionWords {
  readonly kind: 'connection';
  readonly to: Destination;
  /** Null for a stream that nobody looks into. */
  readonly request: { readonly method: string; readonly scheme: string; readonly path: string } | null;
  readonly binary: string;
  readonly sha256: string | null;
  readonly address: string | null;
  /** What the request asks for inside it; null for nothing. */
  readonly inside: InsideWords | null;
}

/** The one access that is asked about, in the words of the command line. */
export type AskedWords =
  | { readonly kind: 'file'; readonly right: FileRightWord; readonly path: string }
  | { readonly kind: 'syscall'; readonly name: string; readonly args: readonly string[] }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'outside' }
  | { readonly kind: 'model'; readonly route: string; readonly model: string }
  | { readonly kind: 'use'; readonly limit: string; readonly amount: string }
  | ConnectionWords;

export interface CanArguments {
  readonly command: 'can';
  readonly path: string;
  readonly asked: AskedWords;
  /** When it is tried, as it was typed; null for now. */
  readonly at: string | null;
  /** Say nothing, and answer by the exit code alone. */
  readonly quiet: boolean;
  readonly format: Format;
  readonly place: PlaceArguments;
}

type Pair = readonly [first: string, second: string];

interface Values extends PlaceValues, InsideValues, Readonly<Partial<Record<string, unknown>>> {
  readonly output: Format;
  readonly syscall?: readonly string[];
  readonly env?: string;
  readonly user?: string;
  readonly processOutside?: boolean;
  readonly model?: Pair;
  readonly use?: Pair;
  readonly connect?: Destination | typeof CREDENTIALS;
  readonly binary?: string;
  readonly sha256?: string;
  readonly address?: string;
  readonly at?: string;
  readonly quiet?: boolean;
}

interface Url {
  /** `http` or `https`. */
  readonly scheme: string;
  readonly to: Destination;
  readonly path: string;
}

type Target = Url | typeof CREDENTIALS;

const RIGHT_SUMMARIES: Readonly<Record<FileRightWord, string>> = {
  read: 'read a file',
  write: 'write to a file',
  execute: 'run a file',
  list: 'list a folder',
  create: 'make a file',
  'create-folder': 'make a folder',
  'create-link': 'make a symbolic link',
  'create-socket': 'make a unix socket',
  'create-pipe': 'make a named pipe',
  'create-character-device': 'make a character device',
  'create-block-device': 'make a block device',
  remove: 'remove a file',
  'remove-folder': 'remove a folder',
  move: 'move a file to another folder',
  truncate: 'cut a file short',
  control: 'control a device (ioctl)',
};
const SCHEME_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };
const URL_FORM = /^(https?):\/\/([^/?#]*)(.*)$/is;
/** Stands for what was typed where a user name or a password may be a part of it. */
const CREDENTIALS = Symbol('credentials');
const CREDENTIALS_TYPED =
  'a host is asked about without a user name or password; leave out what stands before the `@`';
const DESTINATION_FORM = /^(\[[^\]]*\]|[^:]*):([^:]*)$/;

export function declareCan(program: Command, choose: (chosen: CanArguments) => void): void {
  const command = program
    .command('can')
    .summary('say whether an agent may do one thing, and why')
    .description(
      'Say whether an agent under a blueprint may do one thing: the grant that decides and where it was written, or what is\n' +
        'missing. Ask for a request by METHOD URL, or for anything else by one of the options.',
    )
    .argument('<blueprint>', 'the file to ask')
    .argument('[method]', 'method of a request, such as GET')
    .argument('[url]', 'URL of the request, with its query', url);
  for (const word of FILE_RIGHT_WORDS) command.option(`--${word} <path>`, RIGHT_SUMMARIES[word]);
  command
    .option('--binary <path>', 'program that connects; needed for METHOD URL and --connect')
    .option('--connect <host:port>', 'open a stream that nobody looks into', destination)
    .option('--address <address>', 'address that the name of the host resolves to')
    .option('--sha256 <digest>', 'SHA-256 of the program, where the blueprint pins it');
  withInsideOptions(command)
    .option('--syscall <name...>', 'make a system call, with its arguments as numbers or constants')
    .option('--env <name>', 'see an environment variable from outside')
    .option('--user <number>', 'act as a user inside')
    .option('--process-outside', 'reach a process outside of the sandbox')
    .option('--model <route/model>', 'call a model', pair('/', 'ROUTE/MODEL'))
    .option(
      '--use <limit=amount>',
      'use so much of a resource, such as processes=100',
      pair('=', 'LIMIT=AMOUNT'),
    )
    .option('--at <time>', 'when it is tried, such as 2027-03-31T18:00:00Z; without it, now')
    .option('-q, --quiet', 'print nothing, answer by the exit code')
    .addOption(formatOption());
  withPlaceOptions(command).action(
    (path: string, method: string | undefined, target: Target | undefined, values: Values) =>
      choose({
        command: 'can',
        path,
        asked: askedIn(command, method, target, values),
        at: values.at ?? null,
        quiet: values.quiet === true,
        format: values.output,
        place: placeOf(values),
      }),
  );
  teach(command, {
    examples: [
      ['nemoclaw can agent.yaml --write /etc/passwd', 'a file'],
      ['nemoclaw can agent.yaml --binary /usr/bin/gh GET https://api.github.com/user', 'a request'],
      ['nemoclaw can agent.yaml --syscall socket AF_UNIX SOCK_STREAM', 'a system call'],
    ],
    exits: [
      [0, 'yes'],
      [1, 'the blueprint is invalid'],
      [3, 'no, or depends: it is not the blueprint that decides'],
    ],
    next: 'write it down under tests: in the blueprint, and run nemoclaw test',
  });
}

/** Exactly one thing is asked, and only a connection has a program and an address. */
function askedIn(
  command: Command,
  method: string | undefined,
  target: Target | undefined,
  values: Values,
): AskedWords {
  const wrong = (problem: string): never => command.error(`error: ${problem}`);
  if (method !== undefined && target === undefined) return wrong('METHOD needs a URL behind it');
  const asked = [...plainQuestions(values), ...connections(method, target, values, wrong)];
  const [first, second] = asked;
  if (first === undefined) return wrong('say what is tried: METHOD URL, --read PATH, --syscall NAME, ...');
  if (second !== undefined) return wrong('ask for one thing at a time');
  if (first.kind !== 'connection') {
    for (const option of ['binary', 'address', 'sha256']) {
      if (values[option] !== undefined) return wrong(`--${option} is for METHOD URL and --connect`);
    }
  }
  if (insideOf(values) !== null && (first.kind !== 'connection' || first.request === null)) {
    return wrong('what is asked for inside a request needs METHOD URL');
  }
  return first;
}

function plainQuestions(values: Values): AskedWords[] {
  const { syscall, env, user, processOutside, model, use } = values;
  const asked: AskedWords[] = FILE_RIGHT_WORDS.flatMap((right) => {
    const path = values[right.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
    return typeof path === 'string' ? [{ kind: 'file' as const, right, path }] : [];
  });
  if (syscall !== undefined) asked.push({ kind: 'syscall', name: syscall[0]!, args: syscall.slice(1) });
  if (env !== undefined) asked.push({ kind: 'environment', name: env });
  if (user !== undefined) asked.push({ kind: 'user', user });
  if (processOutside === true) asked.push({ kind: 'outside' });
  if (model !== undefined) asked.push({ kind: 'model', route: model[0], model: model[1] });
  if (use !== undefined) asked.push({ kind: 'use', limit: use[0], amount: use[1] });
  return asked;
}

function connections(
  method: string | undefined,
  target: Target | undefined,
  values: Values,
  wrong: (problem: string) => never,
): ConnectionWords[] {
  const { connect, binary, sha256, address } = values;
  if (connect === undefined && target === undefined) return [];
  if (connect === CREDENTIALS || target === CREDENTIALS) return wrong(CREDENTIALS_TYPED);
  if (binary === undefined) return wrong('a connection needs --binary, the program that makes it');
  const program = { kind: 'connection', binary, sha256: sha256 ?? null, address: address ?? null } as const;
  const stream = { ...program, request: null, inside: null };
  const asked: ConnectionWords[] = connect === undefined ? [] : [{ ...stream, to: connect }];
  if (method === undefined || target === undefined) return asked;
  const { to, scheme, path } = target;
  return [...asked, { ...program, to, request: { method, scheme, path }, inside: insideOf(values) }];
}

/**
 * Cut by hand: a URL library would put right what the gateway refuses. Text that may hold a password is not quoted, as an
 * `InvalidArgumentError` would be.
 */
function url(text: string): Target {
  if (mayHoldCredentials(text)) return CREDENTIALS;
  const [, scheme, authority, rest] = URL_FORM.exec(text) ?? [];
  if (scheme === undefined || authority === undefined || rest === undefined) {
    throw new InvalidArgumentError('Write a URL such as https://api.example.com/path.');
  }
  const [, host, port] = DESTINATION_FORM.exec(authority) ?? [];
  const to =
    host === undefined || port === undefined
      ? { host: authority, port: SCHEME_PORTS[scheme.toLowerCase()]!, isPortWritten: false }
      : { host, port, isPortWritten: true };
  return { scheme: scheme.toLowerCase(), to, path: rest.startsWith('/') ? rest : `/${rest}` };
}

/** `user@`, `user:password@`, and a password with characters that end the authority of a URL. */
function mayHoldCredentials(text: string): boolean {
  const [authority = ''] = text.replace(/^[^/?#@]*:\/\//, '').split(/[/?#]/, 1);
  if (authority.includes('@')) return true;
  return text.includes('@') && /^[^:[\]]+:(?!\d*$)/.test(authority);
}

function destination(text: string): Destination | typeof CREDENTIALS {
  if (mayHoldCredentials(text)) return CREDENTIALS;
  const [, host, port] = DESTINATION_FORM.exec(text) ?? [];
  if (host === undefined || port === undefined) throw new InvalidArgumentError('Write HOST:PORT.');
  return { host, port, isPortWritten: true };
}

function pair(separator: string, form: string): (text: string) => Pair {
  return (text) => {
    const at = text.indexOf(separator);
    if (at < 1 || at === text.length - 1) throw new InvalidArgumentError(`Write ${form}.`);
    return [text.slice(0, at), text.slice(at + 1)];
  };
}
