import { GRAPHQL_TYPES } from '../frontend/blueprint/inner-protocol.ts';
import type { HttpRule } from './egress.ts';
import type { Operation, OperationSet, Operations } from './operation.ts';

/** What a request asks for, to follow the method and the URL; nothing where it asks for nothing or nobody has read it. */
export function operationsWords(operations: Operations): string {
  if (operations.kind !== 'only') return '';
  return ` ${operations.of.map(operationWords).join(' and ')}`;
}

function operationWords(operation: Operation): string {
  switch (operation.kind) {
    case 'upgrade':
      return 'opening a WebSocket';
    case 'answer':
      return 'answering the server';
    case 'message':
      return operation.text === null
        ? 'sending a message that is no text'
        : `sending the text \`${operation.text}\``;
    case 'call':
      return operation.tool === null
        ? `calling \`${operation.method}\``
        : `calling the tool \`${operation.tool}\``;
    case 'graphql': {
      const { type, name, fields } = operation;
      const called = name === null ? '' : ` \`${name}\``;
      return `with the ${type}${called} of ${fields.map((field) => `\`${field}\``).join(' and ')}`;
    }
  }
}

/** What a rule says about operations, in the keys of a blueprint: `tool=search_*`. Empty where it says nothing. */
export function ruleOperationWords({ operations }: Pick<HttpRule, 'operations'>): readonly string[] {
  return operations.kind === 'only' ? setWords(operations.of) : [];
}

function setWords(set: OperationSet): readonly string[] {
  const glob = (key: string, pattern: { kind: string; of?: { text: string } }) =>
    pattern.kind === 'only' ? [`${key}=${pattern.of!.text}`] : [];
  switch (set.kind) {
    case 'call': {
      const words = [...glob('rpc_method', set.method), ...glob('tool', set.tool)];
      return words.length === 0 ? ['rpc_method=*'] : words;
    }
    case 'graphql': {
      const type = set.types.length === GRAPHQL_TYPES.length ? '*' : set.types.join('|');
      const fields =
        set.fields.kind === 'only' ? [`fields=${set.fields.of.map(({ text }) => text).join('|')}`] : [];
      return [`operation_type=${type}`, ...glob('operation_name', set.name), ...fields];
    }
    case 'websocket': {
      const text = set.text.kind === 'all' ? ['message=*'] : glob('message', set.text);
      return [...text, ...(set.binary ? ['binary_messages=true'] : [])];
    }
  }
}
