import type { YamlMapping, YamlNode, YamlSequence } from '../../frontend/yaml/tree.ts';
import { Lines } from '../lines.ts';

/** How a document is laid out, as far as an addition can follow it. */
export interface DocumentStyle {
  /** Columns that a level of mappings is indented by. */
  readonly step: number;
  /** Columns from a key to the dash of its list: 0, or the step. */
  readonly dash: number;
  /** Whether items that are short mappings stand in braces, as `- { host: a.example, port: 443 }`. */
  readonly braces: boolean;
  readonly quote: '"' | "'";
  readonly lineBreak: '\n' | '\r\n';
}

const USUAL_STEP = 2;

/** The style of what is written already: of each habit, the first place that shows it or the more frequent one. */
export function styleOf(root: YamlNode, text: string): DocumentStyle {
  const shown = new Shown(text);
  shown.look(root);
  const step = shown.step ?? USUAL_STEP;
  return {
    step,
    dash: shown.dash ?? step,
    braces: shown.inBraces > shown.inBlocks,
    quote: shown.single > shown.double ? "'" : '"',
    lineBreak: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

class Shown {
  step: number | null = null;
  dash: number | null = null;
  inBraces = 0;
  inBlocks = 0;
  single = 0;
  double = 0;
  readonly #text: string;
  readonly #lines: Lines;

  constructor(text: string) {
    this.#text = text;
    this.#lines = new Lines(text);
  }

  look(node: YamlNode): void {
    if (node.kind === 'scalar') {
      if (this.#text[node.start] === "'") this.single++;
      if (this.#text[node.start] === '"') this.double++;
    } else if (node.kind === 'sequence') this.#lookAtItems(node);
    else this.#lookAtEntries(node);
  }

  #lookAtItems(node: YamlSequence): void {
    for (const item of node.items) {
      if (item.kind === 'mapping' && !this.#isInBrackets(node)) {
        if (this.#isInBrackets(item)) this.inBraces++;
        else this.inBlocks++;
      }
      this.look(item);
    }
  }

  #lookAtEntries(node: YamlMapping): void {
    const column = this.#lines.columnOf(node.start);
    for (const { keyStart, value } of node.entries) {
      const below = value.kind !== 'scalar' && this.#lines.lineOf(value.start) > this.#lines.lineOf(keyStart);
      if (below && !this.#isInBrackets(node) && !this.#isInBrackets(value)) {
        const deeper = this.#lines.columnOf(value.start) - column;
        if (value.kind === 'mapping') this.step ??= deeper;
        else this.dash ??= deeper;
      }
      this.look(value);
    }
  }

  #isInBrackets({ start }: YamlNode): boolean {
    return this.#text[start] === '{' || this.#text[start] === '[';
  }
}
