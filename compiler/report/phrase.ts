/**
 * A sentence or a part of one: `words` of ours; a `value` of the user's, which every rendering marks as such; `prose` that is
 * not ours and reads like words. A rendering that knows no prose takes it for a value.
 */
export type Phrase = readonly PhrasePart[];
export interface PhrasePart {
  readonly kind: 'words' | 'value' | 'prose';
  readonly text: string;
}
