import { operationForeignKey, operationNoMethod } from '../../diagnostics/catalog/operations.ts';
import { located } from '../../source/span.ts';
import type { YamlNode } from '../yaml/tree.ts';
import type { RequestRule } from './blueprint.ts';
import { GRAPHQL_TYPES, type InnerProtocol } from './inner-protocol.ts';
import type { Fields, Reading } from './reading.ts';

/** The keys that speak of what a request asks for inside it, and the protocols that have such a thing. */
const OPERATION_KEYS: Readonly<Record<string, readonly InnerProtocol[]>> = {
  rpc_method: ['json-rpc', 'mcp'],
  tool: ['mcp'],
  operation_type: ['graphql'],
  operation_name: ['graphql'],
  fields: ['graphql'],
  message: ['websocket'],
  binary_messages: ['websocket'],
};

/** What a rule must look like, of an endpoint that speaks a protocol inside HTTP, or plain `http`. */
export function readRequest(reading: Reading, node: YamlNode, protocol: 'http' | InnerProtocol): RequestRule {
  return reading.fields(node, (fields) => {
    refuseForeignKeys(reading, fields, protocol);
    const method = fields.optionalText('method');
    if (method === null && protocol === 'http') reading.refuse(operationNoMethod, fields.span, {});
    return {
      span: fields.span,
      method,
      path: fields.optionalText('path'),
      query:
        fields.optional('query', (query) =>
          reading.named(query, (entry) => ({ key: reading.key(entry), value: reading.text(entry.value) })),
        ) ?? [],
      rpcMethod: fields.optionalText('rpc_method'),
      tool: fields.optionalText('tool'),
      operationType: fields.optional('operation_type', (word) => reading.word(word, [...GRAPHQL_TYPES, '*'])),
      operationName: fields.optionalText('operation_name'),
      fields: fields.optional('fields', (list) =>
        located(
          reading.list(list, (field) => reading.text(field)),
          reading.span(list),
        ),
      ),
      message: fields.optionalText('message'),
      binaryMessages: fields.optional('binary_messages', (flag) => reading.flag(flag)),
    };
  });
}

function refuseForeignKeys(reading: Reading, fields: Fields, protocol: 'http' | InnerProtocol): void {
  for (const entry of fields.entries) {
    const protocols = OPERATION_KEYS[entry.key];
    if (protocols === undefined || protocols.some((one) => one === protocol)) continue;
    reading.refuse(operationForeignKey, reading.keySpan(entry), { key: entry.key, protocol, protocols });
  }
}
