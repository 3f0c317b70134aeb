import { endpointPath } from '../../diagnostics/catalog/openshell.ts';
import { type Located, located } from '../../source/span.ts';
import { NO_OPERATION, type RequestRule } from '../blueprint/blueprint.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { type Translation, valueAt, wordAt } from './translation.ts';

/** The methods behind `access`, which an endpoint with a `path` needs as rules. The same in both languages. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  'read-only': ['GET', 'HEAD', 'OPTIONS'],
  'read-write': ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'],
  full: ['*'],
};

/**
 * The rules of an endpoint kept within its `path`, which a blueprint does not know. Null where there are no rules and
 * none are needed, because `access` alone says it.
 */
export function withinPath(
  node: YamlNode,
  rules: readonly RequestRule[] | null,
  translation: Translation,
): Located<readonly RequestRule[]> | null {
  const rulesNode = valueAt(node, 'rules');
  const pathNode = valueAt(node, 'path');
  const written = wordAt(node, 'path');
  if (pathNode === null || ['', '**', '/**'].includes(written)) {
    return rules === null ? null : located(rules, translation.spanOf(rulesNode!));
  }
  const path = translation.text(pathNode);
  if (rules === null) return rulesFor(wordAt(node, 'access'), path);
  for (const rule of rules) {
    if (rule.path === null || !staysWithin(rule.path.value, path.value)) {
      translation.report(endpointPath, path.span, { path: path.value }, [
        { span: rule.span, label: 'goes beyond it' },
      ]);
    }
  }
  return located(rules, translation.spanOf(rulesNode!));
}

function rulesFor(access: string, path: Located<string>): Located<readonly RequestRule[]> {
  const rules = METHODS[access]!.map((method) => ({
    span: path.span,
    method: located(method, path.span),
    path,
    query: [],
    ...NO_OPERATION,
  }));
  return located(rules, path.span);
}

/** Sure only for the same pattern, and for what lies below a folder without wildcards. */
function staysWithin(rule: string, path: string): boolean {
  if (rule === path) return true;
  const folder = path.replace(/\*\*$/, '');
  return path.endsWith('/**') && !/[*?]/.test(folder) && rule.startsWith(folder);
}
