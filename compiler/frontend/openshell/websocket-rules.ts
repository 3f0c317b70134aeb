import { openshellMessages } from '../../diagnostics/catalog/openshell.ts';
import { located } from '../../source/span.ts';
import type { RequestRule } from '../blueprint/blueprint.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { rulesOf } from './rules.ts';
import { itemsOf, type Translation, valueAt, wordAt } from './translation.ts';

/** The one word for text in OpenShell's "WebSocket Rules". */
const TEXT = 'WEBSOCKET_TEXT';

/** The `rules` of an endpoint that opens WebSockets. Text may be sent only where a rule also opens one. */
export function allowedMessages(list: YamlNode, translation: Translation): RequestRule[] {
  const matchers = itemsOf(list).map((item) => valueAt(item, 'allow')!);
  const opened = matchers
    .filter((matcher) => isAbout(matcher, 'GET'))
    .map((matcher) => wordAt(matcher, 'path'));
  return matchers.flatMap((matcher) => {
    if (refusesGraphql(matcher, translation)) return [];
    const isOpened = opened.some((path) => path === wordAt(matcher, 'path') || ['**', '/**'].includes(path));
    if (!isAbout(matcher, 'GET') && !isOpened) {
      const what = 'no rule opens a WebSocket at this path';
      translation.report(openshellMessages, translation.spanOf(matcher), { what });
      return [];
    }
    return rulesOf(matcher, 'allow', translation).map((rule) => withMessages(rule, isAbout(matcher, TEXT)));
  });
}

/** The `deny_rules`: without the opening there is no text either. */
export function deniedMessages(list: YamlNode | null, translation: Translation): RequestRule[] {
  return itemsOf(list).flatMap((matcher) => {
    if (refusesGraphql(matcher, translation)) return [];
    return rulesOf(matcher, 'deny', translation).map((rule) => withMessages(rule, !isAbout(matcher, 'GET')));
  });
}

function isAbout(matcher: YamlNode, method: string): boolean {
  return [method, '*'].includes(wordAt(matcher, 'method').toUpperCase());
}

function withMessages(rule: RequestRule, hasText: boolean): RequestRule {
  return { ...rule, method: null, message: hasText ? located('*', rule.span) : null };
}

function refusesGraphql(matcher: YamlNode, translation: Translation): boolean {
  if (valueAt(matcher, 'operation_type') === null) return false;
  const what = 'operations of GraphQL on a WebSocket cannot be read here';
  translation.report(openshellMessages, translation.spanOf(matcher), { what });
  return true;
}
