import type { Located, Span } from '../../source/span.ts';
import type { PropertyItem } from '../guardrails/guardrails.ts';
import type { GraphqlType } from './inner-protocol.ts';
import type { WrittenAccess } from './written-access.ts';

/**
 * A blueprint as it was written: checked against the schema, nothing merged, no variable replaced, every value with
 * its place. `null` means that the key was not written. Strings may still hold `${name}` references. Both front ends
 * make this shape; what the words mean is decided further on, in `lower`.
 */
export interface Blueprint {
  readonly span: Span;
  readonly metadata: Metadata;
  readonly extends: readonly Extension[];
  readonly variables: readonly Variable[];
  readonly filesystem: FilesystemSection | null;
  readonly landlock: LandlockSection | null;
  readonly process: ProcessSection | null;
  readonly syscalls: SyscallsSection | null;
  readonly resources: readonly Limit[];
  readonly network: readonly NetworkPolicy[];
  readonly credentials: readonly CredentialItem[];
  readonly inference: InferenceSection | null;
  readonly residency: Located<readonly Located<string>[]> | null;
  readonly accept: readonly Acceptance[];
  readonly tests: readonly PolicyTest[];
}

export interface Metadata {
  readonly name: Located<string>;
  readonly description: Located<string> | null;
  readonly owners: readonly Located<string>[];
  readonly labels: readonly { readonly key: Located<string>; readonly value: Located<string> }[];
}

/** `- tier: balanced`, `- preset: github` with `access: read-only`, or `- file: ../base.yaml`. */
export interface Extension {
  readonly kind: 'tier' | 'preset' | 'file';
  readonly name: Located<string>;
  /** Only for presets that offer a choice. */
  readonly access: Located<string> | null;
  readonly span: Span;
}

export interface Variable {
  readonly name: Located<string>;
  readonly value: Located<string>;
}

/** The `grant:` of an entry: who answers for it, why, and until when. */
export interface GrantNote {
  readonly owner: Located<string> | null;
  readonly reason: Located<string> | null;
  readonly ticket: Located<string> | null;
  readonly approvedBy: Located<string> | null;
  readonly expires: Located<string> | null;
  readonly maxUses: Located<number> | null;
  readonly request: Located<string> | null;
  /** Where the log tells of the request. It is evidence for people, and nothing is decided by it. */
  readonly audit: Located<string> | null;
}

export type PathMode = 'read_only' | 'read_write' | 'scratch' | 'deny';

export interface PathItem {
  readonly mode: PathMode;
  readonly path: Located<string>;
  readonly optional: Located<boolean> | null;
  /** Whether files below may be executed; `null` takes the mode's default (read_only and read_write: yes, scratch: yes). */
  readonly execute: Located<boolean> | null;
  readonly grant: GrantNote | null;
}

export interface FilesystemSection {
  readonly span: Span;
  readonly includeWorkdir: Located<boolean> | null;
  readonly paths: readonly PathItem[];
}

export interface LandlockSection {
  readonly compatibility: Located<'hard_requirement' | 'best_effort'>;
}

export interface ProcessSection {
  readonly runAsUser: Located<string> | null;
  readonly runAsGroup: Located<string> | null;
  readonly environment: readonly EnvironmentItem[];
}

/** `- PATH` passes a variable on, `- { name: CI, value: "1" }` sets one. */
export interface EnvironmentItem {
  readonly name: Located<string>;
  readonly value: Located<string> | null;
  readonly grant: GrantNote | null;
}

/** `profile:` is the starting list; `allow` and `deny` add and remove by name, `@group` or with argument conditions. */
export interface SyscallsSection {
  readonly profile: Located<string> | null;
  readonly items: readonly SyscallItem[];
}

export interface SyscallItem {
  readonly mode: 'allow' | 'deny';
  /** A syscall's name or `@group`. */
  readonly name: Located<string>;
  /** All of them must hold. */
  readonly when: readonly ArgumentCondition[];
  /** What a refused call returns, e.g. `ENOSYS`; only with `deny`. */
  readonly errno: Located<string> | null;
  readonly grant: GrantNote | null;
}

/** `{ arg: 0, equals: AF_UNIX }`, `{ arg: 1, mask: 0x3, equals: 0 }`, `{ arg: 2, less_than: 10 }`. */
export interface ArgumentCondition {
  readonly argument: Located<number>;
  readonly comparison: 'equals' | 'not_equals' | 'less_than' | 'at_most' | 'greater_than' | 'at_least';
  readonly mask: Located<string | number> | null;
  readonly value: Located<string | number>;
  readonly span: Span;
}

export interface Limit {
  readonly name: Located<string>;
  /** A number, or a number with a unit: `512MiB`, `10m`. */
  readonly value: Located<string | number>;
  readonly grant: GrantNote | null;
}

export interface NetworkPolicy {
  readonly key: Located<string>;
  readonly title: Located<string> | null;
  readonly endpoints: readonly Endpoint[];
  /** `null`: any binary. An empty list is refused by the schema. */
  readonly binaries: Located<readonly BinaryItem[]> | null;
  readonly grant: GrantNote | null;
}

export interface BinaryItem {
  readonly path: Located<string>;
  readonly sha256: Located<string> | null;
}

export interface Endpoint {
  readonly span: Span;
  readonly host: Located<string>;
  /** One or several of `443`, `"8000-8010"`. */
  readonly ports: readonly Located<string | number>[];
  readonly protocol: Located<'http' | 'tcp' | 'websocket' | 'json-rpc' | 'mcp' | 'graphql'> | null;
  readonly tls: Located<'terminate' | 'skip'> | null;
  readonly enforcement: Located<'enforce' | 'audit'> | null;
  readonly access: Located<'read-only' | 'read-write' | 'full'> | null;
  readonly rules: Located<readonly RequestRule[]> | null;
  readonly denyRules: readonly RequestRule[];
  readonly allowedIps: Located<readonly Located<string>[]> | null;
  readonly grant: GrantNote | null;
}

export interface RequestRule {
  readonly span: Span;
  /** One method or `*`. Absent, only beside a protocol inside HTTP: the methods that the protocol uses. */
  readonly method: Located<string> | null;
  /** Absent: every path. */
  readonly path: Located<string> | null;
  readonly query: readonly { readonly key: Located<string>; readonly value: Located<string> }[];
  /** From here on: what the request asks for inside it, by the protocol of the endpoint. */
  readonly rpcMethod: Located<string> | null;
  readonly tool: Located<string> | null;
  readonly operationType: Located<GraphqlType | '*'> | null;
  readonly operationName: Located<string> | null;
  readonly fields: Located<readonly Located<string>[]> | null;
  readonly message: Located<string> | null;
  readonly binaryMessages: Located<boolean> | null;
}

/** A rule that does not ask for anything inside the request. */
export const NO_OPERATION = {
  rpcMethod: null,
  tool: null,
  operationType: null,
  operationName: null,
  fields: null,
  message: null,
  binaryMessages: null,
} as const;

/** A secret that stays outside: where it is read there, what stands for it inside, and where it may be sent. */
export interface CredentialItem {
  readonly name: Located<string>;
  /** The variable outside that holds it. The reader sees to it that there is either this or a file. */
  readonly env: Located<string> | null;
  readonly file: Located<string> | null;
  /** The variable inside that holds the placeholder; `null`: called as the one outside. */
  readonly placeholderEnv: Located<string> | null;
  readonly optional: Located<boolean> | null;
  readonly endpoints: readonly CredentialEndpoint[];
  readonly grant: GrantNote | null;
}

export interface CredentialEndpoint {
  readonly span: Span;
  readonly host: Located<string>;
  /** `null`: 443. */
  readonly port: Located<string | number> | null;
  /** `null`: `authorization`. */
  readonly header: Located<string> | null;
  readonly plainHttp: Located<boolean> | null;
}

export interface InferenceSection {
  readonly routes: readonly InferenceRouteItem[];
}

export interface InferenceRouteItem {
  readonly name: Located<string>;
  readonly provider: Located<string>;
  readonly endpoint: Located<string>;
  /** `null`: any model. */
  readonly models: Located<readonly Located<string>[]> | null;
  readonly credentialEnv: Located<string> | null;
  readonly grant: GrantNote | null;
}

/** `accept:` names one gap in enforcement that is known and taken. */
export interface Acceptance {
  readonly gap: Located<string>;
  readonly reason: Located<string>;
  readonly grant: GrantNote | null;
}

/** An entry of `tests:`. */
export type PolicyTest = AccessTest | PropertyTest;

interface TestHead {
  readonly span: Span;
  readonly name: Located<string>;
  /** The access level of a preset at which it must hold; `null`: every level. */
  readonly level: Located<'read-only' | 'read-write'> | null;
}

/** One access and the answer that it must get. */
export interface AccessTest extends TestHead {
  readonly kind: 'access';
  readonly expect: Located<'allow' | 'deny'>;
  readonly access: WrittenAccess;
  /** The grant that must be the one that decides, by its name. */
  readonly by: Located<string> | null;
  /** `null`: when the test is run. */
  readonly at: Located<string> | null;
}

/** A property of all accesses, as a guardrail states it. */
export interface PropertyTest extends TestHead {
  readonly kind: 'property';
  readonly property: PropertyItem;
}
