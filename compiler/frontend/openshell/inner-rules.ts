import {
  openshellFieldsApart,
  openshellNoOperation,
  openshellParameters,
  openshellToolWildcard,
} from '../../diagnostics/catalog/openshell.ts';
import { type Located, located, type Span } from '../../source/span.ts';
import { NO_OPERATION, type RequestRule } from '../blueprint/blueprint.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { entriesOf, entryAt, isMapping, itemsOf, type Translation, valueAt, wordAt } from './translation.ts';

export type Purpose = 'allow' | 'deny';
export type InnerRules = (matcher: YamlNode, purpose: Purpose, translation: Translation) => RequestRule[];

/** A rule that says nothing yet but where it was written. */
export function bareRule(span: Span): RequestRule {
  return { span, method: null, path: null, query: [], ...NO_OPERATION };
}

/** "JSON-RPC Rules" of OpenShell's policy schema reference. */
export const callRules: InnerRules = (matcher, purpose, translation) => {
  const method = valueAt(matcher, 'method');
  if (wordAt(matcher, 'method') === '') return incomplete(matcher, 'method', translation);
  if (dropsParameters(matcher, purpose, translation)) return [];
  return [{ ...bareRule(translation.spanOf(matcher)), rpcMethod: translation.text(method!) }];
};

/** "MCP Rules": by method, and a tool by its name; a rule with alternatives becomes one for each. */
export const mcpRules: InnerRules = (matcher, purpose, translation) => {
  const tools = toolsOf(matcher, purpose, translation);
  const method = valueAt(matcher, 'method');
  const rule = bareRule(translation.spanOf(matcher));
  if (wordAt(matcher, 'method') === '' && tools === null) return incomplete(matcher, 'method', translation);
  if (dropsParameters(matcher, purpose, translation)) return [];
  const rpcMethod = method && translation.text(method);
  if (tools === null) return [{ ...rule, rpcMethod }];
  return tools.map((tool) => ({ ...rule, rpcMethod, tool }));
};

/** "GraphQL Rules". */
export const graphqlRules: InnerRules = (matcher, _, translation) => {
  const type = valueAt(matcher, 'operation_type');
  if (type === null) return incomplete(matcher, 'operation_type', translation);
  const name = valueAt(matcher, 'operation_name');
  const fields = valueAt(matcher, 'fields');
  const listed =
    fields &&
    located(
      itemsOf(fields).map((field) => translation.text(field)),
      translation.spanOf(fields),
    );
  return [
    {
      ...bareRule(translation.spanOf(matcher)),
      operationType: translation.word(type),
      operationName: name && translation.text(name),
      fields: listed,
    },
  ];
};

/** Several rules with fields for one type: an operation could be allowed by all of them together. */
export function reportFieldsApart(rules: readonly RequestRule[], translation: Translation): void {
  const withFields = rules.filter(({ fields }) => fields !== null);
  const second = withFields.find((rule, at) =>
    withFields.slice(0, at).some((other) => mayBeOneOperation(rule, other)),
  );
  if (second !== undefined) translation.report(openshellFieldsApart, second.fields!.span, {});
}

function mayBeOneOperation(one: RequestRule, other: RequestRule): boolean {
  const types = [one, other].map(({ operationType }) => operationType?.value ?? '*');
  return types[0] === types[1] || types.includes('*');
}

function incomplete(matcher: YamlNode, missing: string, translation: Translation): RequestRule[] {
  translation.report(openshellNoOperation, translation.spanOf(matcher), { missing });
  return [];
}

/** Names of tools: `tool`, or `params.name`, which is the same. */
function toolsOf(matcher: YamlNode, purpose: Purpose, translation: Translation): Located<string>[] | null {
  const written = valueAt(matcher, 'tool') ?? valueAt(valueAt(matcher, 'params'), 'name');
  if (written === null) return null;
  return alternativesOf(written).map((node) => {
    const name = translation.text(node);
    const isDisputed = name.value.split('.').some((part) => part !== '**' && /[*?]/.test(part));
    if (isDisputed && purpose === 'allow') {
      translation.report(openshellToolWildcard, name.span, { pattern: name.value });
    }
    return located(name.value.replaceAll('**', '*'), name.span);
  });
}

function alternativesOf(node: YamlNode): readonly YamlNode[] {
  if (node.kind === 'sequence') return node.items;
  return isMapping(node) ? itemsOf(valueAt(node, 'any')) : [node];
}

/** Whether a rule is lost for what it says of parameters; a denial is kept and denies more. */
function dropsParameters(matcher: YamlNode, purpose: Purpose, translation: Translation): boolean {
  const params = entryAt(matcher, 'params');
  const others = entriesOf(params?.value ?? null).filter(({ key }) => key !== 'name');
  const first = others[0];
  if (first === undefined) return false;
  translation.report(openshellParameters, translation.keySpan(first), { key: `params.${first.key}` });
  return purpose === 'allow';
}
