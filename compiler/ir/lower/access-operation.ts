import {
  operationIncomplete,
  operationName,
  operationsAsked,
  operationToolWithoutCall,
} from '../../diagnostics/catalog/operations.ts';
import type { WrittenOperation } from '../../frontend/blueprint/written-access.ts';
import type { Located } from '../../source/span.ts';
import { ALL, NONE, only } from '../extent.ts';
import { type Operation, type Operations, TOOL_METHOD } from '../operation.ts';
import type { AccessReading } from './access.ts';

const GRAPHQL_NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** Parts that make up one thing that can be asked for, each with the key that a person writes. */
const KINDS: readonly (readonly (readonly [keyof WrittenOperation, key: string])[])[] = [
  [
    ['rpcMethod', 'rpc_method'],
    ['tool', 'tool'],
  ],
  [
    ['operationType', 'operation_type'],
    ['operationName', 'operation_name'],
    ['fields', 'fields'],
  ],
  [['upgrade', 'upgrade']],
  [['message', 'message']],
  [['binaryMessage', 'binary_message']],
  [['unread', 'unread']],
];

/** What the request asks for, from the words of a test or a command line; anything at all where a finding says why not. */
export function lowerOperation(written: WrittenOperation | null, reading: AccessReading): Operations {
  if (written === null) return NONE;
  const given = KINDS.flatMap((parts) => parts.filter(([part]) => written[part] !== null).slice(0, 1));
  const [first, second] = given;
  if (first === undefined) return NONE;
  if (second !== undefined) {
    reading.refuse(operationsAsked, written[second[0]]!.span, { keys: given.map(([, key]) => key) });
    return ALL;
  }
  if (written.unread !== null) return ALL;
  const operation = operationOf(written, reading);
  return operation === null ? ALL : only([operation] as const);
}

/** The first key that asks for something inside the request, as it is written. */
export function firstKey(written: WrittenOperation): { key: string; part: Located<unknown> } | null {
  for (const [part, key] of KINDS.flat()) {
    const found = written[part];
    if (found !== null) return { key, part: found };
  }
  return null;
}

function operationOf(written: WrittenOperation, reading: AccessReading): Operation | null {
  if (written.upgrade !== null) return { kind: 'upgrade' };
  if (written.message !== null) return { kind: 'message', text: written.message.value };
  if (written.binaryMessage !== null) return { kind: 'message', text: null };
  return written.rpcMethod !== null || written.tool !== null
    ? callOf(written, reading)
    : graphqlOf(written, reading);
}

function callOf({ rpcMethod, tool }: WrittenOperation, reading: AccessReading): Operation | null {
  const method = rpcMethod?.value ?? TOOL_METHOD;
  if (tool !== null && method !== TOOL_METHOD) {
    return reading.refuse(operationToolWithoutCall, rpcMethod!.span, { method });
  }
  return { kind: 'call', method, tool: tool?.value ?? null };
}

function graphqlOf(written: WrittenOperation, reading: AccessReading): Operation | null {
  const { operationType: type, operationName: name, fields } = written;
  const given = (type ?? name ?? fields)!;
  const key = type !== null ? 'operation_type' : name !== null ? 'operation_name' : 'fields';
  if (type === null || fields === null) {
    const missing = type === null ? 'operation_type' : 'fields';
    return reading.refuse(operationIncomplete, given.span, { given: key, missing });
  }
  for (const one of name === null ? fields.value : [name, ...fields.value]) {
    if (!GRAPHQL_NAME.test(one.value)) reading.refuse(operationName, one.span, { text: one.value });
  }
  const [first, ...others] = fields.value.map(({ value }) => value);
  if (first === undefined) return null;
  return { kind: 'graphql', type: type.value, name: name?.value ?? null, fields: [first, ...others] };
}
