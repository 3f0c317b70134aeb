import type { Phrase, PhrasePart } from '../phrase.ts';
import type { AuditDocument } from './document.ts';
import { plainText } from './phrase.ts';

const PARTS = ['words', 'value', 'prose'];

/** The document as plain values: sentences become texts that quote values in backticks, everything else stays. */
export function plainDocument(document: AuditDocument): Readonly<Record<string, unknown>> {
  return plain(document) as Readonly<Record<string, unknown>>;
}

function plain(value: unknown): unknown {
  if (isPhrase(value)) return plainText(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function isPhrase(value: unknown): value is Phrase {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (part: Partial<PhrasePart>) =>
        typeof part === 'object' &&
        part !== null &&
        typeof part.text === 'string' &&
        PARTS.includes(String(part.kind)),
    )
  );
}
