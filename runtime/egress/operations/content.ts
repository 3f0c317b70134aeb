import { CannotRead } from './reading.ts';
import type { InnerRequest } from './request.ts';

/** 1 MiB: what is read is held in memory until it is decided about. */
export const LARGEST_BODY = 1024 * 1024;

const MEDIA_TYPE =
  /^[ \t]*([a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+)[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/**
 * The media type of a body, in lower case. A body that is packed, or in letters other than UTF-8, is refused: the server
 * would read other text than was looked at.
 *
 * @throws CannotRead
 */
export function mediaTypeOf({ header, body }: InnerRequest): string {
  if (body.length > LARGEST_BODY) throw new CannotRead('too-large');
  const encodings = header('content-encoding').flatMap((value) => value.split(','));
  if (encodings.some((one) => one.trim().toLowerCase() !== 'identity')) throw new CannotRead('encoded-body');
  const [type, second] = header('content-type');
  const [, media] = MEDIA_TYPE.exec(type ?? '') ?? [];
  if (second !== undefined || media === undefined) throw new CannotRead('content-type');
  return media.toLowerCase();
}
