import type { Socket } from 'node:net';

/** A connection that ends where nobody expects it. */
export interface ClientCut {
  readonly name: string;
  /** Sent one after the other; what ends with `...` waits for an answer before the next. */
  readonly send: readonly string[];
  /** All that the servers got of it: a text that must be in it, or null where no server may hear of it. */
  readonly arrives: string | null;
  /** What the client hears when it only stops to send. */
  readonly outcome: string;
}

const CONNECT = 'CONNECT a.example:80 HTTP/1.1\r\n\r\n';
const OPAQUE = 'CONNECT t.example:80 HTTP/1.1\r\n\r\n';
const HEAD = 'GET /ok/1 HTTP/1.1\r\nHost: a.example\r\n';
const POST = 'POST /ok/1 HTTP/1.1\r\nHost: a.example\r\n';
const URL = 'POST http://a.example/ok/1 HTTP/1.1\r\nHost: a.example\r\n';
/** The first record of a ClientHello says that more follows than ever comes. */
const HALF_HELLO = '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03';
const HALF_GREETING = '\x05\x02\x00';
const GREETING = '\x05\x01\x00';
const GRANTED = 'answered 200';

export const CLIENT_CUTS: readonly ClientCut[] = [
  { name: 'before it says anything', send: [], arrives: null, outcome: 'cut' },
  { name: 'within a method', send: ['CONN'], arrives: null, outcome: 'cut' },
  { name: 'within the head of CONNECT', send: [CONNECT.slice(0, 30)], arrives: null, outcome: 'cut' },
  { name: 'within a line end of CONNECT', send: [CONNECT.slice(0, -3)], arrives: null, outcome: 'cut' },
  { name: 'after CONNECT', send: [CONNECT], arrives: null, outcome: GRANTED },
  { name: 'within a ClientHello', send: [CONNECT, HALF_HELLO], arrives: null, outcome: GRANTED },
  {
    name: 'within a ClientHello where nobody looks',
    send: [OPAQUE, HALF_HELLO],
    arrives: null,
    outcome: GRANTED,
  },
  { name: 'within a request line', send: [CONNECT, 'GET /o'], arrives: null, outcome: GRANTED },
  { name: 'within a field', send: [CONNECT, `${HEAD}X: y`], arrives: null, outcome: GRANTED },
  { name: 'within the end of a head', send: [CONNECT, `${HEAD}\r`], arrives: null, outcome: GRANTED },
  {
    name: 'before a body',
    send: [CONNECT, `${POST}Content-Length: 5\r\n\r\n`],
    arrives: 'POST',
    outcome: GRANTED,
  },
  {
    name: 'within a body',
    send: [CONNECT, `${POST}Content-Length: 5\r\n\r\nab`],
    arrives: 'ab',
    outcome: GRANTED,
  },
  {
    name: 'within a size of a chunk',
    send: [CONNECT, `${POST}Transfer-Encoding: chunked\r\n\r\n1`],
    arrives: 'POST',
    outcome: GRANTED,
  },
  {
    name: 'within a chunk',
    send: [CONNECT, `${POST}Transfer-Encoding: chunked\r\n\r\n5\r\nab`],
    arrives: 'ab',
    outcome: GRANTED,
  },
  {
    name: 'before the last chunk',
    send: [CONNECT, `${POST}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n`],
    arrives: 'ab',
    outcome: GRANTED,
  },
  {
    name: 'within a trailer',
    send: [CONNECT, `${POST}Transfer-Encoding: chunked\r\n\r\n0\r\nX: `],
    arrives: 'POST',
    outcome: GRANTED,
  },
  { name: 'within a request by URL', send: [URL.slice(0, 30)], arrives: null, outcome: 'cut' },
  {
    name: 'within a body by URL',
    send: [`${URL}Content-Length: 5\r\n\r\nab`],
    arrives: 'ab',
    outcome: 'cut',
  },
  { name: 'within a greeting of SOCKS', send: [HALF_GREETING], arrives: null, outcome: 'cut' },
  { name: 'after a greeting of SOCKS', send: [GREETING], arrives: null, outcome: 'greeted' },
  {
    name: 'within a request of SOCKS',
    send: [GREETING, '\x05\x01\x00\x03\x09a.ex'],
    arrives: null,
    outcome: 'greeted',
  },
  {
    name: 'within a login of SOCKS',
    send: ['\x05\x01\x02', '\x01\x05us'],
    arrives: null,
    outcome: 'greeted',
  },
];

/** What a server does in place of answering. */
export interface ServerCut {
  readonly name: string;
  readonly does: (socket: Socket) => void;
  readonly outcome: string;
}

const after = (text: string, how: 'end' | 'reset') => (socket: Socket) => {
  if (text === '') {
    if (how === 'end') socket.end();
    else socket.resetAndDestroy();
    return;
  }
  socket.write(text, 'latin1', () => {
    if (how === 'end') socket.end();
    // What was written has to be on its way before the reset overtakes it.
    else setImmediate(() => socket.resetAndDestroy());
  });
};
const both = (name: string, text: string, outcome: string): ServerCut[] => [
  { name: `ends ${name}`, does: after(text, 'end'), outcome },
  { name: `breaks off ${name}`, does: after(text, 'reset'), outcome },
];
const OK = 'HTTP/1.1 200 OK\r\n';

export const SERVER_CUTS: readonly ServerCut[] = [
  ...both('before it answers', '', '502 gateway-no-answer'),
  ...both('within a status line', 'HTTP/1.1 2', '502 gateway-cut-short'),
  ...both('within a field', `${OK}X: y`, '502 gateway-cut-short'),
  ...both('before the end of the head', `${OK}X: y\r\n`, '502 gateway-cut-short'),
  ...both('after it said to go on', 'HTTP/1.1 100 Continue\r\n\r\n', '502 gateway-cut-short'),
  ...both('within a body', `${OK}Content-Length: 10\r\n\r\nabc`, 'answered 200, not whole'),
  ...both('within a chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nab`, 'answered 200, not whole'),
  ...both(
    'before the last chunk',
    `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n`,
    'answered 200, not whole',
  ),
  ...both(
    'within a trailer',
    `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX: `,
    'answered 200, not whole',
  ),
  {
    name: 'breaks off a body without a length',
    does: after(`${OK}\r\nabc`, 'reset'),
    outcome: 'answered 200, not whole',
  },
  {
    name: 'answers with both lengths',
    does: after(`${OK}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc`, 'end'),
    outcome: '502 gateway-length-and-coding',
  },
  {
    name: 'answers with two lengths',
    does: after(`${OK}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`, 'end'),
    outcome: '502 gateway-two-lengths',
  },
  {
    name: 'answers with a bare line feed',
    does: after('HTTP/1.1 200 OK\nContent-Length: 0\n\n', 'end'),
    outcome: '502 gateway-bare-line-feed',
  },
  {
    name: 'answers with no HTTP',
    does: after('SSH-2.0-x\r\n\r\n', 'end'),
    outcome: '502 gateway-status-line',
  },
  {
    name: 'switches unasked',
    does: after('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n', 'end'),
    outcome: '502 gateway-switched-unasked',
  },
];
