import { parseAddress } from '../../compiler/domain/address.ts';
import { specialRangesOf } from '../../compiler/domain/special-addresses.ts';
import type { EgressAccess } from '../../compiler/ir/access.ts';
import type { InnerProtocol } from '../../compiler/ir/egress.ts';
import type { Operation, Operations } from '../../compiler/ir/operation.ts';
import type { Entry, EntryEndpoint, EntryRule } from './entry.ts';
import { binarySide, hostSide, literal, methodSides, NoExactEntry, pathSide, portSide } from './sides.ts';
import type { Widths } from './widths.ts';

/** A request with the accesses that it stands for, as the log or the request itself has them; at least one. */
export interface AskedRequest {
  readonly id: string;
  readonly accesses: readonly EgressAccess[];
  /** By which the nearest entry reads requests; null where there is none. Tells JSON-RPC from MCP. */
  readonly nearest: InnerProtocol | null;
}

export type Narrowed =
  | { readonly ok: true; readonly entries: readonly Entry[] }
  /** The problem continues "no entry says exactly what ... asks for: ...". */
  | { readonly ok: false; readonly request: string; readonly problem: string };

/**
 * The narrowest entries that cover the requests: exact host, port, program, method, path and what is asked for inside.
 * Requests of one program to one host join one entry, with a rule each.
 *
 * @param widths the sides that are to be wider than that, see `sides.ts`
 */
export function narrowestEntries(requests: readonly AskedRequest[], widths: Widths): Narrowed {
  const groups = new Map<string, Group>();
  for (const request of requests) {
    try {
      for (const access of request.accesses) groupOf(access, groups, widths).add(access, request);
    } catch (error) {
      if (!(error instanceof NoExactEntry)) throw error;
      return { ok: false, request: request.id, problem: error.message };
    }
  }
  return { ok: true, entries: [...groups.values()].map((group) => group.entry()) };
}

function groupOf(access: EgressAccess, groups: Map<string, Group>, widths: Widths): Group {
  const host = hostSide(access.host, widths);
  const binary = binarySide(access.binary, widths);
  const key = JSON.stringify([host, binary]);
  const group = groups.get(key) ?? new Group(host, binary, widths);
  groups.set(key, group);
  return group;
}

interface Traffic {
  readonly port: number | string;
  readonly protocol: EntryEndpoint['protocol'];
  readonly rules: Map<string, EntryRule>;
  readonly addresses: Set<string>;
}

class Group {
  readonly #host: string;
  readonly #binary: string | null;
  readonly #widths: Widths;
  readonly #traffic = new Map<string, Traffic>();
  readonly #requests = new Set<string>();

  constructor(host: string, binary: string | null, widths: Widths) {
    this.#host = host;
    this.#binary = binary;
    this.#widths = widths;
  }

  add(access: EgressAccess, { id, nearest }: AskedRequest): void {
    this.#requests.add(id);
    const address = privateAddress(access);
    const port = portSide(access.port, this.#widths);
    for (const [protocol, rule] of rulesFor(access, nearest, this.#widths)) {
      const key = `${port} ${protocol} ${address !== null}`;
      const there = this.#traffic.get(key) ?? { port, protocol, rules: new Map(), addresses: new Set() };
      this.#traffic.set(key, there);
      if (rule !== null) there.rules.set(JSON.stringify(rule), rule);
      if (address !== null) there.addresses.add(address);
    }
  }

  entry(): Entry {
    const endpoints = [...this.#traffic.values()].map(
      ({ port, protocol, rules, addresses }): EntryEndpoint => ({
        host: this.#host,
        ports: [port],
        protocol,
        addresses: [...addresses].sort(),
        rules: protocol === 'tcp' ? null : [...rules.values()],
      }),
    );
    const requests = [...this.#requests];
    return { key: requests[0]!, binary: this.#binary, endpoints, requests };
  }
}

/** An address that is only reached where it is named. */
function privateAddress({ host, address }: EgressAccess): string | null {
  for (const text of [address, host]) {
    const parsed = text === null ? null : parseAddress(text);
    if (parsed?.ok && specialRangesOf(parsed.address).length > 0) return text;
  }
  return null;
}

type ProtocolRule = readonly [protocol: EntryEndpoint['protocol'], rule: EntryRule | null];

function rulesFor({ http }: EgressAccess, nearest: InnerProtocol | null, widths: Widths): ProtocolRule[] {
  if (http === null) return [['tcp', null]];
  const path = pathSide(http.path, widths);
  const inside = insideOf(http.operations, nearest);
  return methodSides(http.method, widths).flatMap((method) =>
    inside.map(([protocol, rule]): ProtocolRule => [protocol, { method, path, ...rule }]),
  );
}

function insideOf(operations: Operations, nearest: InnerProtocol | null): ProtocolRule[] {
  if (operations.kind === 'only') {
    return operations.of.map((one) => [protocolOf(one, nearest), operationRule(one)]);
  }
  if (nearest === null) return [['http', null]];
  if (operations.kind === 'none') return [[nearest, bareRule(nearest)]];
  throw new NoExactEntry(
    `the nearest entry reads requests as ${nearest}, and the log does not tell what this one asks for inside`,
  );
}

/** A request that asks for nothing inside fits each rule of its protocol; so it takes one that names the least. */
function bareRule(protocol: InnerProtocol): EntryRule {
  switch (protocol) {
    case 'json-rpc':
    case 'mcp':
      return { rpc_method: 'ping' };
    case 'graphql':
      throw new NoExactEntry('it asks for no operation, and rules of graphql name one');
    case 'websocket':
      return {};
  }
}

function protocolOf(operation: Operation, nearest: InnerProtocol | null): InnerProtocol {
  switch (operation.kind) {
    case 'upgrade':
    case 'message':
      return 'websocket';
    case 'graphql':
      return 'graphql';
    case 'call':
    case 'answer':
      return operation.kind === 'call' && operation.tool !== null ? 'mcp' : (nearest ?? 'json-rpc');
  }
}

function operationRule(operation: Operation): EntryRule {
  switch (operation.kind) {
    case 'upgrade':
      return {};
    case 'answer':
      return bareRule('json-rpc');
    case 'message':
      return operation.text === null
        ? { binary_messages: true }
        : { message: literal(operation.text, 'the message') };
    case 'call':
      return operation.tool === null
        ? { rpc_method: literal(operation.method, 'the method inside') }
        : { tool: literal(operation.tool, 'the tool') };
    case 'graphql': {
      const { type, name, fields } = operation;
      const named = name === null ? {} : { operation_name: literal(name, 'the name of the operation') };
      return { operation_type: type, ...named, fields: fields.map((field) => literal(field, 'a field')) };
    }
  }
}
