import { type GlobKind, parseGlob } from '../../compiler/domain/glob.ts';
import type { GraphqlType } from '../../compiler/frontend/blueprint/inner-protocol.ts';
import type { HttpRule } from '../../compiler/ir/egress.ts';
import { ALL, type Extent, NONE, only } from '../../compiler/ir/extent.ts';

/** What a rule says about operations, in words; a null pattern is every value. */
export type PlainOperations =
  | 'all'
  | 'none'
  | { readonly kind: 'call'; readonly method: string | null; readonly tool: string | null }
  | {
      readonly kind: 'graphql';
      readonly types: readonly GraphqlType[];
      readonly name: string | null;
      readonly fields: readonly string[] | null;
    }
  /** The text is false where no text is meant. */
  | {
      readonly kind: 'websocket';
      readonly opens: boolean;
      readonly text: string | null | false;
      readonly binary: boolean;
    };

/** What the words stand for. */
export function operationsOf(plain: PlainOperations): HttpRule['operations'] {
  if (plain === 'all') return ALL;
  if (plain === 'none') return NONE;
  switch (plain.kind) {
    case 'call':
      return only({ kind: 'call', method: glob(plain.method, 'text'), tool: glob(plain.tool, 'text') });
    case 'graphql': {
      const { types, name, fields } = plain;
      const patterns = fields === null ? ALL : only(fields.map((field) => parsed(field, 'field')));
      return only({ kind: 'graphql', types, name: glob(name, 'operation'), fields: patterns });
    }
    case 'websocket': {
      const { opens, text, binary } = plain;
      return only({ kind: 'websocket', opens, text: text === false ? NONE : glob(text, 'message'), binary });
    }
  }
}

function glob(text: string | null, kind: GlobKind): Extent<ReturnType<typeof parsed>> {
  return text === null ? ALL : only(parsed(text, kind));
}

function parsed(text: string, kind: GlobKind) {
  const outcome = parseGlob(text, kind);
  if (!outcome.ok) throw new Error(`${text}: ${outcome.problem}`);
  return outcome.glob;
}
