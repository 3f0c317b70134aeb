import { join } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { type ControlItem, parseControls } from '../compiler/frontend/controls/front-end.ts';
import type { Control, ControlMap } from '../compiler/report/document/controls.ts';
import { STATEMENT_IDS, type StatementId } from '../compiler/report/document/statements.ts';
import type { Io } from './io.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';
import { readInput } from './read-input.ts';

/** The word for the controls that come with the package. */
const SHIPPED = 'default';

/**
 * Reads a mapping to controls. Null exactly when there is an error.
 *
 * @param named a file, or `default` for the shipped ones
 */
export function loadControls(
  named: string,
  io: Io,
): { controls: ControlMap | null; diagnostics: readonly Diagnostic[] } {
  const path = named === SHIPPED ? join(PACKAGE_FOLDER, 'blueprints/controls/default.yaml') : named;
  const input = readInput(path, io);
  if (!input.ok) return { controls: null, diagnostics: [input.problem] };
  const source = named === SHIPPED ? `controls:${SHIPPED}` : input.name;
  const { file, diagnostics } = parseControls(source, input.bytes);
  if (file === null) return { controls: null, diagnostics };
  const controls = {
    source,
    name: file.name.value,
    description: file.description?.value ?? null,
    controls: file.controls.map(controlOf),
  };
  return { controls, diagnostics };
}

function controlOf({ id, framework, title, evidence, doesNotShow }: ControlItem): Control {
  return {
    id: id.value,
    framework: framework.value,
    title: title.value,
    evidence: evidence.map(({ value }) => statementId(value)),
    doesNotShow: doesNotShow.value,
  };
}

/** The schema lets nothing else through. */
function statementId(text: string): StatementId {
  const id = STATEMENT_IDS.find((one) => one === text);
  if (id === undefined) throw new Error(`the schema lets ${text} through as a statement`);
  return id;
}
