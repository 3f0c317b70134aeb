/** One message that programs read in different ways, and what the gateway says of it. */
export interface CorpusCase {
  readonly name: string;
  /** Bytes of the client, one character a byte. `{port}` is the port of the server. */
  readonly send: string;
  readonly status: number;
  /** What `nemoclaw-refused` says, without `gateway-`. */
  readonly why: string;
}

/** A GET by a path, with further lines. */
export function get(lines: string, target = '/a'): string {
  return `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n${lines}\r\n`;
}

/** A POST by a path, with further lines and what follows the head. */
export function post(lines: string, body: string): string {
  return `POST /a HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n${lines}\r\n${body}`;
}
