import type { Damage } from './verification.ts';

/** What was done to a log and where, as the rest of a sentence that begins with nothing. */
export function damageWords({ kind, place, lines }: Damage): string {
  const where = `line ${place.line} of ${place.file}`;
  const which = lines === null ? '' : eventsWords(lines);
  switch (kind) {
    case 'changed':
      return `${where}, event ${place.sequence}, is not what was written`;
    case 'removed':
      return `${which} ${isOne(lines!) ? 'is' : 'are'} missing before ${where}`;
    case 'reordered':
      return `${where} is ${which}, and event ${place.sequence}, which belongs there, comes later`;
    case 'duplicated':
      return `${where} is ${which}, which is in the log once more`;
    case 'inserted':
      return `${where} is no part of the chain`;
    case 'truncated':
      return `${place.file} ends before ${where.slice(0, where.indexOf(' of '))}, and ${which} ${isOne(lines!) ? 'was' : 'were'} written`;
    case 'forged':
      return `${where}, event ${place.sequence}, has a signature that is not the key's`;
    case 'unsigned':
      return `${where}, event ${place.sequence}, comes after more lines without a signature than there may be`;
    case 'rewritten':
      return `${where}, event ${place.sequence}, is not the line that was signed`;
  }
}

function isOne([from, to]: readonly [number, number]): boolean {
  return from === to;
}

function eventsWords([from, to]: readonly [number, number]): string {
  return from === to ? `event ${from}` : `events ${from} to ${to}`;
}
