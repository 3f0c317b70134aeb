import type { WrittenAccess, WrittenOperation } from '../compiler/frontend/blueprint/written-access.ts';
import { SourceFile } from '../compiler/source/source-file.ts';
import { type Located, located, type Span } from '../compiler/source/span.ts';
import type { AskedWords, ConnectionWords } from './arguments/can.ts';
import type { InsideWords } from './arguments/inside.ts';

/** How findings name what was typed. */
const LINE_NAME = '<command line>';

/** A word that is named, and the plain text between such words. */
type Piece = string | readonly [name: string, text: string];

/** The words as a text that findings can point into. */
class TypedLine {
  readonly span: Span;
  readonly #words = new Map<string, Located<string>>();

  constructor(pieces: readonly Piece[]) {
    const texts = pieces.map((piece) => (typeof piece === 'string' ? piece : piece[1]));
    const source = new SourceFile(LINE_NAME, texts.join(''));
    this.span = { source, start: 0, end: source.text.length };
    let start = 0;
    for (const [at, piece] of pieces.entries()) {
      const end = start + texts[at]!.length;
      if (typeof piece !== 'string') this.#words.set(piece[0], located(piece[1], { source, start, end }));
      start = end;
    }
  }

  find(name: string): Located<string> | null {
    return this.#words.get(name) ?? null;
  }

  word(name: string): Located<string> {
    const found = this.find(name);
    if (found === null) throw new Error(`the command line has no ${name}`);
    return found;
  }
}

/** A moment that was typed, with its place. */
export function momentOnLine(at: string): Located<string> {
  return new TypedLine(['--at ', ['at', at]]).word('at');
}

/** What was asked on the command line, in the form in which tests ask. */
export function askedOnLine(words: AskedWords): WrittenAccess {
  switch (words.kind) {
    case 'file': {
      const line = new TypedLine(['--', ['right', words.right], ' ', ['path', words.path]]);
      const right = located(words.right, line.word('right').span);
      return { facet: 'filesystem', span: line.span, right, path: line.word('path') };
    }
    case 'syscall': {
      const args = words.args.flatMap((text, at): Piece[] => [' ', [`argument ${at}`, text]]);
      const line = new TypedLine(['--syscall ', ['name', words.name], ...args]);
      const values = words.args.map((_, at) => line.word(`argument ${at}`));
      return { facet: 'syscalls', span: line.span, name: line.word('name'), args: values };
    }
    case 'environment': {
      const line = new TypedLine(['--env ', ['name', words.name]]);
      return { facet: 'process', span: line.span, environment: line.word('name') };
    }
    case 'user': {
      const line = new TypedLine(['--user ', ['user', words.user]]);
      return { facet: 'process', span: line.span, user: line.word('user') };
    }
    case 'outside': {
      const { span } = new TypedLine(['--process-outside']);
      return { facet: 'process', span, reaches: located('process-outside', span) };
    }
    case 'model': {
      const line = new TypedLine(['--model ', ['route', words.route], '/', ['model', words.model]]);
      return { facet: 'inference', span: line.span, route: line.word('route'), model: line.word('model') };
    }
    case 'use': {
      const line = new TypedLine(['--use ', ['limit', words.limit], '=', ['amount', words.amount]]);
      return { facet: 'resources', span: line.span, limit: line.word('limit'), amount: line.word('amount') };
    }
    case 'connection':
      return connection(words);
  }
}

function connection({ to, request, binary, sha256, address, inside }: ConnectionWords): WrittenAccess {
  const port: Piece[] = to.isPortWritten ? [':', ['port', to.port]] : [];
  const line = new TypedLine([
    '--binary ',
    ['binary', binary],
    ...(sha256 === null ? [] : [' --sha256 ', ['sha256', sha256] as const]),
    ...(address === null ? [] : [' --address ', ['address', address] as const]),
    ...(request === null
      ? [' --connect ']
      : [' ', ['method', request.method] as const, ` ${request.scheme}://`]),
    ['host', to.host],
    ...port,
    ...(request === null ? [] : [['path', request.path] as const]),
    ...piecesInside(inside),
  ]);
  return {
    facet: 'egress',
    span: line.span,
    host: line.word('host'),
    port: line.find('port') ?? located(to.port, line.word('host').span),
    binary: line.word('binary'),
    sha256: line.find('sha256'),
    method: line.find('method'),
    path: line.find('path'),
    address: line.find('address'),
    operation: inside === null ? null : operationOnLine(inside, line),
  };
}

function piecesInside(inside: InsideWords | null): Piece[] {
  if (inside === null) return [];
  const { rpcMethod, tool, graphql, operationName, fields, upgrade, message, binaryMessage, unread } = inside;
  const option = (name: string, text: string | null): Piece[] =>
    text === null ? [] : [` --${name} `, [name, text]];
  const flag = (name: string, isSet: boolean): Piece[] => (isSet ? [' ', [name, `--${name}`]] : []);
  return [
    ...option('rpc-method', rpcMethod),
    ...option('tool', tool),
    ...option('graphql', graphql),
    ...option('operation-name', operationName),
    ...fields.flatMap((field, at): Piece[] => [at === 0 ? ' --field ' : ' ', [`field ${at}`, field]]),
    ...flag('upgrade', upgrade),
    ...option('message', message),
    ...flag('binary-message', binaryMessage),
    ...flag('unread', unread),
  ];
}

function operationOnLine({ graphql, fields }: InsideWords, line: TypedLine): WrittenOperation {
  const listed = fields.map((_, at) => line.word(`field ${at}`));
  const flag = (name: string) => {
    const word = line.find(name);
    return word && located(true as const, word.span);
  };
  return {
    rpcMethod: line.find('rpc-method'),
    tool: line.find('tool'),
    operationType: graphql === null ? null : located(graphql, line.word('graphql').span),
    operationName: line.find('operation-name'),
    fields: listed[0] === undefined ? null : located(listed, listed[0].span),
    upgrade: flag('upgrade'),
    message: line.find('message'),
    binaryMessage: flag('binary-message'),
    unread: flag('unread'),
  };
}
