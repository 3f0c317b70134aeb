import type { ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { withoutSecrets, withSecrets } from '../credentials.ts';
import { gone } from '../exchange/failures.ts';
import { type BodyMask, bodyMask } from '../masked-body.ts';
import { problemRefusal } from '../refused.ts';
import { printAuthority } from '../target/authority.ts';
import { begin, beginInterim, breakOff, headersOf, sendTrailers, whenEnded } from './answer-stream.ts';
import type { PassedStream } from './stream-exchange.ts';
import type { Way } from './upstream-sessions.ts';

/** Passes a stream of HTTP/2 to a server that speaks it too, trailers and all, as gRPC needs. */
export function passToHttp2(passed: PassedStream, way: Extract<Way, { kind: 'http2' }>): void {
  const { stream, request, count, gate } = passed;
  const upstream = openStream(passed, way);
  upstream.on('error', () => passed.fail(gone(gate)));
  upstream.once('close', () => {
    if (stream.destroyed) return;
    if (!stream.headersSent) passed.fail(gone(gate));
    else if (!isWhole(upstream)) breakOff(stream);
  });
  stream.once('close', () => breakOff(upstream));
  if (passed.held !== null) {
    count.sent += passed.held.length;
    upstream.end(passed.held);
  } else if (request.framing.kind !== 'none') {
    const { framing } = request;
    // Not every server of HTTP/2 compares them, and one that is cut off looks whole here for a moment.
    const isRight = () => framing.kind !== 'length' || count.sent === framing.length;
    pump(stream, upstream, (bytes) => (count.sent += bytes), null, isRight);
  }
  takeAnswer(passed, upstream);
}

function openStream(
  passed: PassedStream,
  { session, room }: Extract<Way, { kind: 'http2' }>,
): ClientHttp2Stream {
  const endStream = passed.request.framing.kind === 'none';
  try {
    const upstream = session.request(requestHeaders(passed), { endStream, waitForTrailers: false });
    upstream.once('close', () => room.leave());
    return upstream;
  } catch (error) {
    room.leave();
    throw error;
  }
}

function requestHeaders({ request, credentials }: PassedStream): OutgoingHttpHeaders {
  const { head, target } = request;
  const { host, port } = target.authority;
  const fields = head.fields
    .filter(({ name, value }) => name !== 'te' || value === 'trailers')
    .map((field) => ({ ...field, value: withSecrets(field.name, field.value, credentials) }));
  return {
    ...headersOf(fields.filter(({ name }) => name !== 'http2-settings' && !name.startsWith('proxy-'))),
    ':method': head.method,
    ':scheme': 'https',
    ':authority': printAuthority(host, port, true),
    ':path': target.forwarded,
  };
}

function takeAnswer(passed: PassedStream, upstream: ClientHttp2Stream): void {
  const { stream, count } = passed;
  let trailers: OutgoingHttpHeaders = {};
  upstream.on('headers', (headers: IncomingHttpHeaders) => {
    beginInterim(stream, shown(headers, passed), count);
  });
  upstream.once('response', (headers, flags) => {
    if (stream.destroyed) return;
    const endStream = (flags & END_STREAM) !== 0;
    if (!begin(stream, shown(headers, passed), { endStream, waitForTrailers: !endStream })) {
      passed.fail(problemRefusal('unsayable', 'answer'));
      breakOff(upstream);
      return;
    }
    stream.once('wantTrailers', () => sendTrailers(stream, trailers));
    const coding = headers['content-encoding'];
    const mask = bodyMask(coding === undefined ? [] : [coding], passed.credentials);
    if (!endStream) pump(upstream, stream, (bytes) => (count.received += bytes), mask);
  });
  upstream.once('trailers', (headers: IncomingHttpHeaders) => {
    trailers = shown(headers, passed);
  });
}

const END_STREAM = 1;

/** Header fields of the server as the client may see them. */
function shown(headers: IncomingHttpHeaders, { credentials }: PassedStream): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name === 'proxy-authenticate' || name === 'proxy-authentication-info')
      continue;
    if (typeof value === 'string') kept[name] = withoutSecrets(value, credentials);
    else kept[name] = Array.isArray(value) ? value.map((one) => withoutSecrets(one, credentials)) : value;
  }
  return kept;
}

function pump(
  from: ServerStream | ClientHttp2Stream,
  to: ServerStream | ClientHttp2Stream,
  count: (bytes: number) => void,
  mask: BodyMask | null = null,
  isRight: () => boolean = () => true,
): void {
  from.on('data', (bytes: Buffer) => {
    count(bytes.length);
    const shown = mask === null ? bytes : mask.push(bytes);
    if (shown.length > 0 && !to.destroyed && !to.write(shown)) from.pause();
  });
  to.on('drain', () => from.resume());
  whenEnded(from, () => {
    if (to.destroyed) return;
    // A stream that was broken off ends too, for whoever reads it.
    const isGood = isWhole(from) && isRight();
    const rest = mask?.end();
    if (isGood && rest !== undefined && rest.length > 0) to.write(rest);
    if (isGood) to.end();
    else breakOff(to);
  });
}

/** Whether all of a stream has come, and not a beginning only. */
function isWhole(stream: ServerStream | ClientHttp2Stream): boolean {
  return stream.readableEnded && stream.rstCode === 0 && !stream.aborted;
}

type ServerStream = PassedStream['stream'];
