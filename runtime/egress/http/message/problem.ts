/**
 * Why a message is not passed on: each is something that two programs on its way could read as two different things, or
 * that no program has a use for. The text ends the sentence `this request cannot be passed on: `.
 */
export const PROBLEMS = {
  'bare-line-feed': 'a line ends without a carriage return',
  'bare-carriage-return': 'there is a carriage return within a line',
  'control-character': 'there is a control character in a header field',
  'request-line': 'its first line is no request line of HTTP/1.1',
  'status-line': 'its first line is no status line of HTTP/1.1',
  'http-version': 'its version is neither HTTP/1.0 nor HTTP/1.1',
  'folded-line': 'a header field goes on in a second line',
  'field-name': 'a header field has no name, or one with forbidden characters',
  'head-too-long': 'its header fields are too long',
  'too-many-fields': 'it has too many header fields',
  'two-lengths': 'it has more than one content-length',
  'bad-length': 'its content-length is no plain number',
  'length-and-coding': 'it has both a content-length and a transfer-encoding',
  'unknown-coding': 'its transfer-encoding is something else than `chunked` alone',
  'coding-in-1.0': 'it is HTTP/1.0 with a transfer-encoding',
  'body-where-none': 'it says that it has a body where there can be none',
  'chunk-size': 'the size of a chunk is not written as hexadecimal digits alone',
  'chunk-end': 'a chunk does not end where its size says',
  'trailer-field': 'a trailer field would change how the message is read',
  'no-host': 'it names no host',
  'two-hosts': 'it names its host more than once',
  'bad-host': 'the host that it names is none, or is one that programs read in different ways',
  'host-mismatch': 'the host that it names is not the one that the connection is for',
  'target-form': 'its target is no path and no URL',
  'connect-inside': 'it asks for a tunnel within a connection',
  userinfo: 'its URL carries a user name or a password',
  'bad-target': 'there is a character in its target that URLs cannot have',
  'bad-path': 'its path can be read in more than one way',
  'bad-query': 'its query can be read in more than one way',
  'connection-option': 'its connection field names a field that must not be taken off',
  overridden: 'a header field or its query asks for another method or another path than its first line',
  expectation: 'it expects something else than `100-continue`',
  'bad-upgrade': 'it asks for a WebSocket in a form that servers read in different ways',
  'no-request':
    'its stream of HTTP/2 broke the protocol, or asked for a WebSocket over HTTP/2, which is not offered',
  'early-bytes': 'bytes follow that belong to no message',
  'cut-short': 'it ends before it is whole',
  'switched-unasked': 'it switches to a protocol that was not asked for',
  unsayable:
    'it has what HTTP/2 cannot say, such as a status above 599 or two of a field of which there is one',
} as const;

export type Problem = keyof typeof PROBLEMS;

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'string';
}
