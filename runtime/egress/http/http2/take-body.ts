import type { ServerHttp2Stream } from 'node:http2';
import { LARGEST_BODY } from '../../operations/content.ts';
import type { TakenBody } from '../inside.ts';

/**
 * Takes the body of a stream before it is decided about. What is too large is put back, so that it can be passed on like one
 * that nobody took.
 *
 * @returns null where the stream broke before it was whole
 */
export function takeBody(stream: ServerHttp2Stream): Promise<TakenBody | null> {
  return new Promise((resolve) => {
    let pieces: Buffer[] = [];
    let length = 0;
    const end = (taken: TakenBody | null): void => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('close', onClose);
      resolve(taken);
    };
    const onData = (bytes: Buffer): void => {
      length += bytes.length;
      pieces.push(bytes);
      if (length <= LARGEST_BODY) return;
      stream.pause();
      stream.unshift(Buffer.concat(pieces));
      pieces = [];
      end('too-large');
    };
    // A stream that was broken off ends too; its beginning is no request.
    const onEnd = (): void => end(stream.aborted || stream.rstCode !== 0 ? null : Buffer.concat(pieces));
    const onClose = (): void => end(null);
    stream.on('data', onData);
    stream.once('end', onEnd);
    stream.once('close', onClose);
  });
}
