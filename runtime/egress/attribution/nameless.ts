import type { NamelessRecord, NoName, UnseenCalls } from './record.ts';

const WHY: Readonly<Record<NoName, string>> = {
  'no-path': 'it has no path',
  'long-path': 'its path is too long',
  'no-utf8': 'its path is no UTF-8',
};

/** Why a connection is refused whose executable no entry could name, and by whom it was made. */
export function namelessWords({ lack, beginning, pid }: NamelessRecord): string {
  const path = beginning === '' ? '' : ` and begins with \`${beginning}\``;
  return `no entry can name the executable of process ${pid}: ${WHY[lack]}${path}`;
}

/** Why calls for connections came to nothing that are not known themselves. */
export function unseenWords({ calls, pid, name }: UnseenCalls): string {
  const which = calls === 1 ? 'a call' : `${calls} calls`;
  return (
    `${which} of connect() came from programs that the kernel lets nobody look into, as where another user lets them be run and ` +
    `not read, so the gateway carries nothing for them: the last was of process ${pid}, which calls itself \`${name}\``
  );
}
