import { COLOURED, type Palette, PLAIN } from '../compiler/diagnostics/render/palette.ts';
import type { Io, Output } from './io.ts';

/**
 * Whether and how to colour: `FORCE_COLOR` decides when it is there, then `NO_COLOR` (https://no-color.org), else
 * only a terminal gets colour.
 */
export function paletteFor(output: Output, { environment }: Pick<Io, 'environment'>): Palette {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = environment;
  if (forced !== undefined) return forced === '0' || forced === 'false' ? PLAIN : COLOURED;
  if (refused !== undefined && refused !== '') return PLAIN;
  return output.isTerminal && terminal !== 'dumb' ? COLOURED : PLAIN;
}
