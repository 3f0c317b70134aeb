import { styleText } from 'node:util';
import type { Severity } from '../diagnostic.ts';

/** How the parts of a text report are dressed. The plain one changes nothing. */
export interface Palette {
  readonly severity: (severity: Severity, text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
}

export const PLAIN: Palette = {
  severity: (_severity, text) => text,
  strong: (text) => text,
  faint: (text) => text,
  good: (text) => text,
};

const COLOURS = { error: 'red', warning: 'yellow', note: 'cyan' } as const;
// The caller has already decided for colour; the stream is not asked again.
const ALWAYS = { validateStream: false };

export const COLOURED: Palette = {
  severity: (severity, text) => styleText(['bold', COLOURS[severity]], text, ALWAYS),
  strong: (text) => styleText('bold', text, ALWAYS),
  faint: (text) => styleText('dim', text, ALWAYS),
  good: (text) => styleText('green', text, ALWAYS),
};
