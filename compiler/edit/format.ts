import { blueprintCannotFormat } from '../diagnostics/catalog/blueprint.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../diagnostics/entry.ts';
import { readYamlText } from '../frontend/yaml/read.ts';
import type { YamlNode } from '../frontend/yaml/tree.ts';
import { SourceFile } from '../source/source-file.ts';
import { attachComments } from './attach.ts';
import { type Comment, findComments } from './comments.ts';
import { orderKeys, schemaFor } from './key-order.ts';
import { type Collection, layOut, type Slot } from './layout.ts';
import { printDocument, remarkLines } from './print.ts';
import { saysTheSame } from './same-meaning.ts';

export interface Formatted {
  /** The text as it was wherever `diagnostics` holds an error. */
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The one way to write a document: two columns a level, keys in the order of the schema, quotes only where they are
 * needed, brackets only on one line, at most one blank line, every comment kept. The result is read again, and is only
 * given out if it has the same values and the same comments. Formatting twice changes nothing.
 */
export function formatBlueprint(source: SourceFile): Formatted {
  const { tree, diagnostics } = readYamlText(source);
  if (hasErrors(diagnostics)) return { text: source.text, diagnostics };
  const before = source.text.replaceAll('\r\n', '\n').replace(/^\ufeff/, '');
  const written = before === source.text ? tree : readYamlText(new SourceFile(source.path, before)).tree;
  const text = formatted(before, written.root);
  if (saysTheSame(before, text)) return { text, diagnostics };
  const span = { source, start: 0, end: 0 };
  return { text: source.text, diagnostics: [...diagnostics, diagnose(blueprintCannotFormat, span, {})] };
}

function formatted(text: string, root: YamlNode | null): string {
  if (root?.kind === 'scalar') return text;
  const comments = findComments(text, root);
  if (root === null) return comments.length === 0 ? '' : `${remarkLines(comments, 0).join('\n')}\n`;
  const document = layOut(root, text);
  const { head, isApart, marker } = headOf(comments, document, text);
  const rest = comments.slice(head.length);
  const [first] = document.slots;
  if (first !== undefined) attachComments(document, rest, text);
  else for (const comment of rest) document.foot.push(comment);
  // The blank line after the head stays there, whichever key comes next.
  if (isApart && first !== undefined) forgetBlankBefore(first);
  const name = schemaFor(root);
  if (name !== null) orderKeys(document, name);
  const opening = [...remarkLines(head, 0), ...(marker ? ['---'] : isApart ? [''] : [])];
  return `${[...opening, ...printDocument(document)].join('\n')}\n`;
}

function forgetBlankBefore(slot: Slot): void {
  const [comment] = slot.leading;
  if (comment === undefined) slot.blankBefore = false;
  else slot.leading[0] = { ...comment, blankBefore: false };
}

interface Head {
  readonly head: readonly Comment[];
  /** Whether a blank line follows. */
  readonly isApart: boolean;
  /** Whether `---` follows. */
  readonly marker: boolean;
}

/** The comments that stay at the top, whichever key comes first: the licence, and the line that editors look for. */
function headOf(comments: readonly Comment[], document: Collection, text: string): Head {
  const start = document.slots[0]?.start ?? document.start;
  const marker = /^---(?=\s|$)/m.exec(text.slice(0, start))?.index ?? -1;
  if (marker !== -1) {
    return { head: comments.filter((comment) => comment.start < marker), isApart: false, marker: true };
  }
  const end = comments.findIndex((comment) => comment.start >= start || !comment.ownLine);
  const before = comments.slice(0, end === -1 ? comments.length : end);
  const blankAfter = (index: number) =>
    before[index + 1]?.blankBefore ?? document.slots[0]?.blankBefore ?? false;
  const last = before.findLastIndex((_, index) => blankAfter(index));
  if (last !== -1) return { head: before.slice(0, last + 1), isApart: true, marker: false };
  const isForEditors = before[0]?.text.startsWith('# yaml-language-server:') ?? false;
  return { head: isForEditors ? before.slice(0, 1) : [], isApart: false, marker: false };
}
