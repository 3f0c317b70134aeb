import { controlTwice } from '../../diagnostics/catalog/report.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { hasErrors } from '../../diagnostics/entry.ts';
import type { Located } from '../../source/span.ts';
import { Reading } from '../blueprint/reading.ts';
import { checkSchema } from '../schema/check.ts';
import { readYaml } from '../yaml/read.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** A file of controls as it was written, checked against the schema. */
export interface ControlsFile {
  readonly name: Located<string>;
  readonly description: Located<string> | null;
  readonly controls: readonly ControlItem[];
}

export interface ControlItem {
  readonly framework: Located<string>;
  readonly id: Located<string>;
  readonly title: Located<string>;
  /** Names of statements; the schema knows which there are. */
  readonly evidence: readonly Located<string>[];
  readonly doesNotShow: Located<string>;
}

/** Reads a file of controls. Null exactly when the diagnostics hold an error. */
export function parseControls(
  path: string,
  bytes: Uint8Array,
): { file: ControlsFile | null; diagnostics: readonly Diagnostic[] } {
  const { tree, diagnostics } = readYaml(path, bytes);
  const checked = hasErrors(diagnostics) ? diagnostics : [...diagnostics, ...checkSchema('controls', tree)];
  if (hasErrors(checked) || tree.root === null) return { file: null, diagnostics: checked };
  const reading = new Reading(tree.source);
  const file = readFile(reading, tree.root);
  refuseRepeats(reading, file.controls);
  const all = [...checked, ...reading.diagnostics];
  return { file: hasErrors(all) ? null : file, diagnostics: all };
}

function readFile(reading: Reading, root: YamlNode): ControlsFile {
  return reading.fields(root, (fields) => {
    fields.required('apiVersion', (node) => reading.text(node));
    fields.required('kind', (node) => reading.text(node));
    const metadata = fields.required('metadata', (node) =>
      reading.fields(node, (inner) => ({
        name: inner.required('name', (text) => reading.text(text)),
        description: inner.optional('description', (text) => reading.text(text)),
      })),
    );
    return { ...metadata, controls: fields.list('controls', (node) => readControl(reading, node)) };
  });
}

function readControl(reading: Reading, node: YamlNode): ControlItem {
  return reading.fields(node, (fields) => ({
    framework: fields.required('framework', (text) => reading.text(text)),
    id: fields.required('id', (text) => reading.text(text)),
    title: fields.required('title', (text) => reading.text(text)),
    evidence: fields.list('evidence', (text) => reading.text(text)),
    doesNotShow: fields.required('does_not_show', (text) => reading.text(text)),
  }));
}

/** One row of the document stands behind one name. */
function refuseRepeats(reading: Reading, controls: readonly ControlItem[]): void {
  const seen = new Map<string, ControlItem>();
  for (const control of controls) {
    const key = `${control.framework.value}\0${control.id.value}`;
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, control);
    else
      reading.refuse(
        controlTwice,
        control.id.span,
        { id: control.id.value, framework: control.framework.value },
        [earlier.id.span],
      );
  }
}
