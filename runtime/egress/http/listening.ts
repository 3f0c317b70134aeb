import type { Duplex } from 'node:stream';

type Heard = Readonly<Partial<Record<'drain' | 'end' | 'close' | 'error', () => void>>> & {
  readonly data?: (bytes: Buffer) => void;
};

/**
 * Listens to a stream. What others listen to on it stays theirs: who counts connections must hear of the end of each.
 *
 * @returns stops to listen
 */
export function listen(stream: Duplex, heard: Heard): () => void {
  const listeners = Object.entries(heard) as [string, (bytes: Buffer) => void][];
  for (const [event, listener] of listeners) stream.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) stream.off(event, listener);
  };
}
