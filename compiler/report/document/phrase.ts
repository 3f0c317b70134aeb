import type { Phrase, PhrasePart } from '../phrase.ts';

type Inserted = string | number | Phrase;

/**
 * Makes a phrase: what stands in the template is ours, an inserted text is a value of the user's, a number is written with
 * commas, and an inserted phrase becomes a part.
 */
export function say(words: TemplateStringsArray, ...inserted: readonly Inserted[]): Phrase {
  const parts: PhrasePart[] = [];
  for (const [at, text] of words.entries()) {
    if (text !== '') parts.push({ kind: 'words', text });
    if (at < inserted.length) parts.push(...partsOf(inserted[at]!));
  }
  return parts;
}

function partsOf(inserted: Inserted): Phrase {
  if (typeof inserted === 'string') return [{ kind: 'value', text: inserted }];
  if (typeof inserted === 'number') return [{ kind: 'words', text: inThousands(inserted) }];
  return inserted;
}

/** A text of the user's that reads like words, such as a reason. */
export function prose(text: string): Phrase {
  return [{ kind: 'prose', text }];
}

/** Words of ours as a phrase. Never for a text of the user's. */
export function words(text: string): Phrase {
  return text === '' ? [] : [{ kind: 'words', text }];
}

/** `a`, `b` and `c`; of more than `most`, the first ones and how many others there are. */
export function listed(items: readonly Inserted[], most = Number.POSITIVE_INFINITY): Phrase {
  const shown = items.length > most ? items.slice(0, most) : items;
  const rest = items.length - shown.length;
  const all: Phrase[] = shown.map(partsOf);
  if (rest > 0) all.push(say`${rest} more`);
  return all.flatMap((part, at) => [
    ...words(at === 0 ? '' : at === all.length - 1 ? ' and ' : ', '),
    ...part,
  ]);
}

/** The phrase without any marks, values in backticks. */
export function plainText(phrase: Phrase): string {
  return phrase.map(({ kind, text }) => (kind === 'value' ? `\`${text}\`` : text)).join('');
}

/** `1 host`, `2 hosts`. */
export function counted(count: number, one: string, many = `${one}s`): Phrase {
  return words(`${inThousands(count)} ${count === 1 ? one : many}`);
}

/** `12,345`, the same on every machine. */
export function inThousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A message that quotes values in backticks, as findings and examples do. A value may hold one, so no part is ours. */
export function fromQuoted(message: string): Phrase {
  return message
    .split('`')
    .map((text, at): PhrasePart => ({ kind: at % 2 === 1 ? 'value' : 'prose', text }))
    .filter(({ text }) => text !== '');
}
