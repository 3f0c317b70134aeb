/** A server name of TLS against the host of its connection. */
export interface ServerNameCase {
  readonly name: string;
  /** By CONNECT to an authority, or as a program that knows no proxy. */
  readonly to: { readonly connect: string } | { readonly direct: string };
  readonly servername: string;
  readonly outcome: string;
}

const OTHER = 'alert 112';

const inspected = (name: string, servername: string, outcome = OTHER): ServerNameCase[] => [
  { name: `${name}, where requests are read`, to: { connect: 'a.example:443' }, servername, outcome },
  {
    name: `${name}, where nobody looks`,
    to: { connect: 't.example:443' },
    servername: servername.replace('a.ex', 't.ex'),
    outcome,
  },
  { name: `${name}, without a proxy`, to: { direct: 'a.example' }, servername, outcome },
];

export const SERVER_NAMES: readonly ServerNameCase[] = [
  ...inspected('another name', 'b.example'),
  ...inspected('a name below', 'x.a.example'),
  ...inspected('a name above', 'example'),
  ...inspected('a name that ends alike', 'xa.example'),
  ...inspected('a dot at the end', 'a.example.'),
  { name: 'no name', to: { connect: 'a.example:443' }, servername: '', outcome: OTHER },
  { name: 'no name, where nobody looks', to: { connect: 't.example:443' }, servername: '', outcome: OTHER },
  {
    name: 'a name that no entry has',
    to: { connect: 'b.example:443' },
    servername: 'b.example',
    outcome: '403 not-granted',
  },
  {
    name: 'a granted name at a host that is not',
    to: { connect: 'b.example:443' },
    servername: 'a.example',
    outcome: '403 not-granted',
  },
  {
    name: 'a name, at an address that is read',
    to: { connect: '10.0.0.5:443' },
    servername: 'a.example',
    outcome: OTHER,
  },
];

/** CONNECT, and the Host field of it or of what is in the tunnel. */
export interface TunnelCase {
  readonly name: string;
  readonly send: string;
  readonly outcome: string;
}

const connect = (
  name: string,
  authority: string,
  lines: string,
  outcome = '400 gateway-malformed',
): TunnelCase => ({
  name,
  send: `CONNECT ${authority} HTTP/1.1\r\n${lines}\r\n`,
  outcome,
});
/** The answer to CONNECT comes first, and what is in the tunnel waits for nothing. */
const inside = (name: string, head: string, outcome: string): TunnelCase => ({
  name,
  send: `CONNECT a.example:80 HTTP/1.1\r\n\r\n${head}`,
  outcome,
});

export const TUNNELS: readonly TunnelCase[] = [
  connect('CONNECT with another Host', 'a.example:443', 'Host: b.example:443\r\n'),
  connect('CONNECT with another port in Host', 'a.example:443', 'Host: a.example:80\r\n'),
  connect('CONNECT with two Hosts', 'a.example:443', 'Host: a.example:443\r\nHost: b.example:443\r\n'),
  connect('CONNECT with an empty Host', 'a.example:443', 'Host:\r\n'),
  connect('CONNECT with a Host of an address', 'a.example:443', 'Host: 93.184.0.9:443\r\n'),
  connect('CONNECT without a port', 'a.example', ''),
  connect('CONNECT to port 0', 'a.example:0', ''),
  connect('CONNECT to a port with a zero before it', 'a.example:0443', ''),
  connect('CONNECT past the last port', 'a.example:65536', ''),
  connect('CONNECT to a port of letters', 'a.example:https', ''),
  connect('CONNECT with a user', 'b.example@a.example:443', ''),
  connect('CONNECT to a URL', 'https://a.example:443/', ''),
  connect('CONNECT to a path', '/ok/1', ''),
  connect('CONNECT with a length', 'a.example:443', 'Content-Length: 5\r\n'),
  connect('CONNECT with a coding', 'a.example:443', 'Transfer-Encoding: chunked\r\n'),
  connect('CONNECT with a folded line', 'a.example:443', 'X: a\r\n Host: b.example:443\r\n'),
  connect('CONNECT with a bare line feed', 'a.example:443', 'X: a\nHost: b.example:443\r\n'),
  connect('CONNECT with a blank before a colon', 'a.example:443', 'Host : b.example:443\r\n'),
  connect(
    'CONNECT to where nothing is granted',
    'b.example:443',
    'Host: b.example:443\r\n',
    '403 not-granted',
  ),
  inside(
    'another Host in the tunnel',
    'GET /ok/1 HTTP/1.1\r\nHost: b.example\r\n\r\n',
    '421 gateway-host-mismatch',
  ),
  inside(
    'a URL of another host in the tunnel',
    'GET http://b.example/ok/1 HTTP/1.1\r\nHost: a.example\r\n\r\n',
    '421 gateway-host-mismatch',
  ),
  inside(
    'a URL of TLS in the tunnel',
    'GET https://a.example/ok/1 HTTP/1.1\r\nHost: a.example\r\n\r\n',
    '421 gateway-host-mismatch',
  ),
  inside(
    'a tunnel in the tunnel',
    'CONNECT b.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\n',
    '400 gateway-connect-inside',
  ),
  inside('no Host in the tunnel', 'GET /ok/1 HTTP/1.1\r\n\r\n', '400 gateway-no-host'),
  inside('no HTTP in the tunnel', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', '400 gateway-request-line'),
];

const absolute = (name: string, target: string, lines: string, outcome: string): TunnelCase => ({
  name,
  send: `GET ${target} HTTP/1.1\r\n${lines}\r\n`,
  outcome,
});
const HERE = 'Host: a.example\r\n';

/** Whole URLs sent to the proxy, against the Host field beside them. */
export const ABSOLUTE: readonly TunnelCase[] = [
  absolute('another Host', 'http://a.example/ok/1', 'Host: b.example\r\n', '421 gateway-host-mismatch'),
  absolute(
    'another port in Host',
    'http://a.example/ok/1',
    'Host: a.example:8080\r\n',
    '421 gateway-host-mismatch',
  ),
  absolute(
    'the port of TLS in Host',
    'http://a.example/ok/1',
    'Host: a.example:443\r\n',
    '421 gateway-host-mismatch',
  ),
  absolute(
    'an address in Host',
    'http://a.example/ok/1',
    'Host: 93.184.0.9\r\n',
    '421 gateway-host-mismatch',
  ),
  absolute('two Hosts', 'http://a.example/ok/1', `${HERE}Host: b.example\r\n`, '400 gateway-two-hosts'),
  absolute('no Host', 'http://a.example/ok/1', '', '400 gateway-no-host'),
  absolute('an empty Host', 'http://a.example/ok/1', 'Host:\r\n', '400 gateway-bad-host'),
  absolute('a granted Host and another URL', 'http://b.example/ok/1', HERE, '421 gateway-host-mismatch'),
  absolute('a user that looks like a host', 'http://b.example@a.example/ok/1', HERE, '400 gateway-userinfo'),
  absolute('a user with a password', 'http://a.example:80@b.example/ok/1', HERE, '400 gateway-userinfo'),
  absolute(
    'a backslash before another host',
    'http://a.example\\@b.example/ok/1',
    HERE,
    '400 gateway-userinfo',
  ),
  absolute(
    'a fragment before another host',
    'http://b.example#@a.example/ok/1',
    HERE,
    '400 gateway-userinfo',
  ),
  absolute('an empty host', 'http:///ok/1', HERE, '400 gateway-target-form'),
  absolute('one slash', 'http:/a.example/ok/1', HERE, '400 gateway-target-form'),
  absolute('another scheme', 'ftp://a.example/ok/1', HERE, '400 gateway-target-form'),
  absolute('a scheme of WebSockets', 'ws://a.example/ok/1', HERE, '400 gateway-target-form'),
  absolute('a path alone', '/ok/1', HERE, '400 gateway-target-form'),
  absolute('a path that is another host', '//b.example/ok/1', HERE, '400 gateway-target-form'),
  absolute('dot segments', 'http://a.example/ok/../no', HERE, '400 gateway-bad-path'),
  absolute('two slashes in the path', 'http://a.example//b.example/ok/1', HERE, '400 gateway-bad-path'),
  absolute('an empty port', 'http://a.example:/ok/1', HERE, '400 gateway-bad-host'),
  absolute('port 0', 'http://a.example:0/ok/1', 'Host: a.example:0\r\n', '400 gateway-bad-host'),
  absolute(
    'TLS by URL, another Host',
    'https://a.example/ok/1',
    'Host: b.example\r\n',
    '421 gateway-host-mismatch',
  ),
  absolute(
    'a path that is not granted',
    'http://a.example/no',
    `${HERE}Connection: close\r\n`,
    '403 not-included',
  ),
];
