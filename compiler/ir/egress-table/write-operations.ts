import type { Glob } from '../../domain/glob.ts';
import type { Extent } from '../extent.ts';
import type { OperationSet } from '../operation.ts';

/**
 * What a rule says about operations: `all`, `none`, or the operations under the name of their kind. A pattern stands in a
 * list of one, because it may be spelled like `all` or `none`.
 */
export function operationsForm(operations: Extent<OperationSet>): unknown {
  return operations.kind === 'only' ? setForm(operations.of) : operations.kind;
}

function setForm(set: OperationSet): unknown {
  switch (set.kind) {
    case 'websocket':
      return { websocket: { opens: set.opens, text: patternForm(set.text), binary: set.binary } };
    case 'call':
      return { call: { method: patternForm(set.method), tool: patternForm(set.tool) } };
    case 'graphql': {
      const fields = set.fields.kind === 'only' ? set.fields.of.map(({ text }) => text) : set.fields.kind;
      return { graphql: { types: set.types, name: patternForm(set.name), fields } };
    }
  }
}

function patternForm(glob: Extent<Glob>): unknown {
  return glob.kind === 'only' ? [glob.of.text] : glob.kind;
}
