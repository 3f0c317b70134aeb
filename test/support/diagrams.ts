import { FILE_PATHS, GRAPHQL_FIELDS, URL_PATHS } from '../../compiler/domain/automaton/language.ts';
import { buildDiagram, type DiagramRequest } from '../../compiler/domain/diagram/build.ts';
import type { Entry } from '../../compiler/domain/diagram/continuation.ts';
import type { Diagram } from '../../compiler/domain/diagram/diagram.ts';
import type { Dimension } from '../../compiler/domain/diagram/dimension.ts';
import { numberDimension, numberSet } from '../../compiler/domain/diagram/number-dimension.ts';
import { tagDimension } from '../../compiler/domain/diagram/tag-dimension.ts';
import { textDimension } from '../../compiler/domain/diagram/text-dimension.ts';
import { type Glob, type GlobKind, parseGlob } from '../../compiler/domain/glob.ts';

export const port = numberDimension('port', { low: 1, high: 65_535 });
export const path = textDimension('path', URL_PATHS);
export const files = textDimension('file', FILE_PATHS);
export const fields = textDimension('field', GRAPHQL_FIELDS);
export const method = tagDimension('method', ['GET', 'POST']);
export const https = numberSet([{ low: 443, high: 443 }]);

export function glob(text: string, kind: GlobKind = 'url'): Glob {
  const parsed = parseGlob(text, kind);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.glob;
}

/** The verdict is 1 where entries of the role 1 alone hold. */
export function request(dimensions: readonly Dimension[], entries: readonly Entry[]): DiagramRequest {
  return { dimensions, entries, verdictOf: (roles) => (roles === 1 ? 1 : 0) };
}

export function build(dimensions: readonly Dimension[], entries: readonly Entry[]): Diagram {
  const result = buildDiagram(request(dimensions, entries));
  if (!result.ok) throw new Error(`over budget in ${result.dimension}`);
  return result.diagram;
}
