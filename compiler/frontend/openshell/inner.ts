import {
  allowsNothing,
  onlyLogged,
  openshellBinary,
  openshellMcpSession,
  openshellPersisted,
  openshellRevisions,
} from '../../diagnostics/catalog/openshell.ts';
import { type Located, located } from '../../source/span.ts';
import type { Endpoint, RequestRule } from '../blueprint/blueprint.ts';
import type { InnerProtocol } from '../blueprint/inner-protocol.ts';
import type { YamlNode } from '../yaml/tree.ts';
import {
  bareRule,
  callRules,
  graphqlRules,
  type InnerRules,
  mcpRules,
  reportFieldsApart,
} from './inner-rules.ts';
import { CORE_MCP_METHODS } from './mcp-methods.ts';
import { narrowestPattern } from './rules.ts';
import { itemsOf, type Translation, valueAt, wordAt } from './translation.ts';
import { allowedMessages, deniedMessages } from './websocket-rules.ts';

type Requests = Pick<Endpoint, 'protocol' | 'enforcement' | 'access' | 'rules' | 'denyRules'>;

const RULES: Readonly<Record<Exclude<InnerProtocol, 'websocket'>, InnerRules>> = {
  'json-rpc': callRules,
  mcp: mcpRules,
  graphql: graphqlRules,
};

/** What may be asked for inside the requests of an endpoint, or null where that is nothing. */
export function innerRequests(
  node: YamlNode,
  protocol: InnerProtocol,
  host: Located<string>,
  translation: Translation,
): Requests | null {
  const word = valueAt(node, 'protocol')!;
  const rules = valueAt(node, 'rules');
  const allowed = allowedBy(node, protocol, rules, translation);
  const denied = deniedBy(node, protocol, translation);
  const access = valueAt(node, 'access');
  if (allowed?.length === 0 || (allowed === null && access === null)) {
    translation.report(allowsNothing, translation.spanOf(word), { host: host.value });
    return null;
  }
  reportDifferences(node, protocol, translation);
  const enforcement = valueAt(node, 'enforcement');
  if (enforcement === null) translation.report(onlyLogged, translation.spanOf(word), {});
  const within = withinEndpoint(node, protocol, allowed, translation);
  return {
    protocol: located(protocol, translation.spanOf(word)),
    enforcement: enforcement && translation.word(enforcement),
    access: within === null && access !== null ? translation.word(access) : null,
    rules: within && located(within, translation.spanOf(rules ?? word)),
    denyRules: denied,
  };
}

/** Null where no rules are written. */
function allowedBy(
  node: YamlNode,
  protocol: InnerProtocol,
  rules: YamlNode | null,
  translation: Translation,
): RequestRule[] | null {
  if (protocol === 'websocket') return rules && allowedMessages(rules, translation);
  const own = itemsOf(rules).flatMap((item) =>
    RULES[protocol](valueAt(item, 'allow')!, 'allow', translation),
  );
  if (protocol === 'graphql') reportFieldsApart(own, translation);
  const core = protocol === 'mcp' ? coreMethods(node, own, translation) : [];
  return rules === null && core.length === 0 ? null : [...own, ...core];
}

/** `mcp.allow_all_known_mcp_methods`: every method that MCP itself has; tools only where no rule names some. */
function coreMethods(node: YamlNode, own: readonly RequestRule[], translation: Translation): RequestRule[] {
  const option = valueAt(valueAt(node, 'mcp'), 'allow_all_known_mcp_methods');
  if (option === null || !translation.flag(option).value) return [];
  const span = translation.spanOf(option);
  const namesTools = own.some(({ tool }) => tool !== null);
  const methods = CORE_MCP_METHODS.filter((method) => method !== 'tools/call' || !namesTools);
  return methods.map((method) => ({ ...bareRule(span), rpcMethod: located(method, span) }));
}

function deniedBy(node: YamlNode, protocol: InnerProtocol, translation: Translation): readonly RequestRule[] {
  const list = valueAt(node, 'deny_rules');
  if (protocol === 'websocket') return deniedMessages(list, translation);
  return itemsOf(list).flatMap((matcher) => RULES[protocol](matcher, 'deny', translation));
}

/** `path` of the endpoint, kept in each rule. What is denied may be denied beyond it. */
function withinEndpoint(
  node: YamlNode,
  protocol: InnerProtocol,
  allowed: RequestRule[] | null,
  translation: Translation,
): readonly RequestRule[] | null {
  const path = valueAt(node, 'path');
  if (path === null || protocol === 'websocket' || ['', '**', '/**'].includes(wordAt(node, 'path')))
    return allowed;
  const pattern = narrowestPattern(translation.text(path), translation);
  const rules = allowed ?? rulesOfAccess(node, protocol, translation);
  return rules.map((rule) => ({ ...rule, path: pattern }));
}

/** "Access Presets" as rules, for an endpoint that is about one path only. */
function rulesOfAccess(node: YamlNode, protocol: InnerProtocol, translation: Translation): RequestRule[] {
  const access = valueAt(node, 'access')!;
  const span = translation.spanOf(access);
  const rule = bareRule(span);
  const types: Readonly<Record<string, readonly ('query' | 'mutation' | '*')[]>> = {
    'read-only': ['query'],
    'read-write': ['query', 'mutation'],
    full: ['*'],
  };
  if (protocol !== 'graphql') return [{ ...rule, rpcMethod: located('*', span) }];
  return types[wordAt(node, 'access')]!.map((type) => ({ ...rule, operationType: located(type, span) }));
}

function reportDifferences(node: YamlNode, protocol: InnerProtocol, translation: Translation): void {
  const place = translation.spanOf(valueAt(node, 'protocol')!);
  if (protocol === 'mcp') {
    translation.reportOnce(openshellRevisions, place, {});
    translation.reportOnce(openshellMcpSession, place, {});
  }
  if (protocol === 'websocket') translation.reportOnce(openshellBinary, place, {});
  const persisted = valueAt(node, 'persisted_queries');
  if (
    protocol === 'graphql' &&
    persisted !== null &&
    wordAt(node, 'persisted_queries') === 'allow_registered'
  ) {
    translation.report(openshellPersisted, translation.spanOf(persisted), {});
  }
}
