import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Located, Span } from '../../source/span.ts';
import type { YamlNode, YamlTree } from '../yaml/tree.ts';
import type { PolicyTest } from './blueprint.ts';
import { parseAs } from './front-end.ts';
import { readPolicyTest } from './policy-test.ts';
import type { Reading } from './reading.ts';

/** A file with `kind: PolicyTest`: tests that are kept beside the blueprints that they are about. */
export interface PolicyTestFile {
  /** The word after `kind`. */
  readonly kindSpan: Span;
  /** Files as they are written, seen from this one; at least one. */
  readonly blueprints: readonly Located<string>[];
  readonly tests: readonly PolicyTest[];
}

/** Reads a file of policy tests. Null exactly when the diagnostics hold an error. */
export function parsePolicyTestFile(tree: YamlTree): {
  file: PolicyTestFile | null;
  diagnostics: readonly Diagnostic[];
} {
  const { value, diagnostics } = parseAs('policy-test', tree, readFile);
  return { file: value, diagnostics };
}

function readFile(reading: Reading, root: YamlNode): PolicyTestFile {
  return reading.fields(root, (fields) => {
    fields.required('apiVersion', (node) => reading.word(node, ['nemoclaw.dev/v1']));
    const kind = fields.required('kind', (node) => reading.word(node, ['PolicyTest']));
    return {
      kindSpan: kind.span,
      blueprints: fields.required('blueprint', (node) =>
        node.kind === 'sequence' ? reading.list(node, (item) => reading.text(item)) : [reading.text(node)],
      ),
      tests: fields.list('tests', (node) => readPolicyTest(reading, node)),
    };
  });
}
