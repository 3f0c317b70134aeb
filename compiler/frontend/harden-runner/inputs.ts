import {
  anyRoot,
  auditBlocks,
  endpointExpression,
  importNoPlace,
  importWrongType,
  policyElsewhere,
} from '../../diagnostics/catalog/imported.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { type Located, located } from '../../source/span.ts';
import type { Importing, KeyTable } from '../imported/importing.ts';
import type { YamlEntry } from '../yaml/tree.ts';
import { wordsOf } from './words.ts';
import { entryAt } from './workflow.ts';

const OWN = 'it is about harden-runner itself';
const WATCHING = 'it is about what harden-runner watches';

/**
 * The inputs of the action (action.yml of github.com/step-security/harden-runner).
 *
 * @returns the words of `allowed-endpoints`
 */
export function readInputs(
  inputs: YamlEntry | null,
  source: SourceFile,
  importing: Importing,
): Located<string>[] {
  if (inputs === null) return [];
  let words: Located<string>[] = [];
  const without = (why: string) => (entry: YamlEntry) =>
    importing.change(importNoPlace, importing.keySpan(entry), { key: entry.key, why });
  const sudo = (entry: YamlEntry) => reportSudo(entry, importing);
  const elsewhere = (entry: YamlEntry) => {
    const isOff =
      ['', 'false'].includes(textOf(entry)) || entryAt(inputs.value, 'allowed-endpoints') !== null;
    if (!isOff) importing.refuse(policyElsewhere, importing.keySpan(entry), { key: entry.key });
    else without('the endpoints in the file are what counts')(entry);
  };
  const table: KeyTable = new Map([
    [
      'allowed-endpoints',
      (entry) => {
        words = endpointWords(entry, source, importing);
      },
    ],
    ['egress-policy', (entry) => reportMode(entry, importing)],
    ['disable-sudo', sudo],
    ['disable-sudo-and-containers', sudo],
    ['disable-file-monitoring', without(WATCHING)],
    ['exempt-files', without(WATCHING)],
    ['disable-telemetry', without('nothing is sent to anybody')],
    ['token', without(OWN)],
    ['api-key', without(OWN)],
    ['policy', elsewhere],
    ['use-policy-store', elsewhere],
    ['deploy-on-self-hosted-vm', without(OWN)],
  ] as [string, (entry: YamlEntry) => void][]);
  importing.keys(inputs.value, 'with', table);
  return words;
}

export function endpointWords(
  { key, value }: YamlEntry,
  source: SourceFile,
  importing: Importing,
): Located<string>[] {
  if (value.kind === 'scalar' && value.value === null) return [];
  if (value.kind !== 'scalar' || typeof value.value !== 'string') {
    importing.refuse(importWrongType, importing.span(value), {
      label: key,
      expected: 'a text with endpoints',
    });
    return [];
  }
  if (!value.value.includes('${{')) return wordsOf(value, source);
  importing.refuse(endpointExpression, importing.span(value), { key });
  return [];
}

function reportMode(entry: YamlEntry, importing: Importing): void {
  const span = importing.span(entry.value);
  const mode = textOf(entry);
  if (mode === 'block') importing.exact(located('egress-policy: block', span), 'refuses what is not listed');
  else if (mode === 'audit') importing.change(auditBlocks, span, {});
  else if (mode.includes('${{')) importing.refuse(endpointExpression, span, { key: entry.key });
  else importing.refuse(importWrongType, span, { label: entry.key, expected: '`block` or `audit`' });
}

function reportSudo(entry: YamlEntry, importing: Importing): void {
  const key = located(entry.key, importing.keySpan(entry));
  if (textOf(entry) === 'true') importing.exact(key, 'is always so here');
  else importing.change(anyRoot, key.span, { key: entry.key });
}

/** GitHub makes a text of every input. */
function textOf({ value }: YamlEntry): string {
  return value.kind === 'scalar' ? String(value.value ?? '') : '';
}
