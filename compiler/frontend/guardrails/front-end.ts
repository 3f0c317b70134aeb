import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { hasErrors } from '../../diagnostics/entry.ts';
import { parseAs } from '../blueprint/front-end.ts';
import type { Reading } from '../blueprint/reading.ts';
import { concealInText } from '../schema/conceal.ts';
import { readYaml } from '../yaml/read.ts';
import type { YamlNode, YamlTree } from '../yaml/tree.ts';
import type { GuardrailsFile } from './guardrails.ts';
import { readGuardrail } from './read-guardrail.ts';

/** Reads a file of guardrails. Null exactly when the diagnostics hold an error. */
export function parseGuardrails(
  path: string,
  bytes: Uint8Array,
): { file: GuardrailsFile | null; diagnostics: readonly Diagnostic[] } {
  const { tree, diagnostics } = readYaml(path, bytes);
  if (hasErrors(diagnostics)) return { file: null, diagnostics: concealInText(diagnostics, tree.source) };
  const parsed = parseGuardrailsFile(tree);
  return { file: parsed.file, diagnostics: [...diagnostics, ...parsed.diagnostics] };
}

/** The same for a tree that is there already. */
export function parseGuardrailsFile(tree: YamlTree): {
  file: GuardrailsFile | null;
  diagnostics: readonly Diagnostic[];
} {
  const { value, diagnostics } = parseAs('guardrails', tree, readFile);
  return { file: value, diagnostics };
}

function readFile(reading: Reading, root: YamlNode): GuardrailsFile {
  return reading.fields(root, (fields) => {
    fields.required('apiVersion', (node) => reading.word(node, ['nemoclaw.dev/v1']));
    const kind = fields.required('kind', (node) => reading.word(node, ['Guardrails']));
    const metadata = fields.required('metadata', (node) => readMetadata(reading, node));
    const guardrails = fields.list('guardrails', (node) => readGuardrail(reading, node));
    return { kindSpan: kind.span, ...metadata, guardrails: guardrails.filter((one) => one !== null) };
  });
}

function readMetadata(reading: Reading, node: YamlNode): Pick<GuardrailsFile, 'name' | 'owners'> {
  return reading.fields(node, (fields) => {
    fields.optional('description', (text) => reading.text(text));
    const owners = fields.list('owners', (text) => reading.text(text));
    return { name: fields.required('name', (text) => reading.text(text)), owners };
  });
}
