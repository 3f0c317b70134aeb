import type { NamelessRecord, NoName } from './record.ts';

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
