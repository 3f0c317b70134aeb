import type { ApplyArguments } from './apply.ts';
import type { AttestArguments } from './attest.ts';
import type { AuditArguments } from './audit.ts';
import type { CanArguments } from './can.ts';
import type { CompileArguments } from './compile.ts';
import type { DiffArguments } from './diff.ts';
import type { EgressArguments } from './egress.ts';
import type { ExplainArguments } from './explain.ts';
import type { ExportArguments } from './export.ts';
import type { FleetArguments } from './fleet.ts';
import type { FmtArguments } from './fmt.ts';
import type { HistoryArguments } from './history.ts';
import type { ImportArguments } from './import.ts';
import type { InspectArguments } from './inspect.ts';
import type { LintArguments } from './lint.ts';
import type { LogsArguments } from './logs.ts';
import type { PresetsArguments } from './presets.ts';
import type { ProveArguments } from './prove.ts';
import type { ReportArguments } from './report.ts';
import type { RollbackArguments } from './rollback.ts';
import type { RunArguments } from './run.ts';
import type { SchemaArguments } from './schema.ts';
import type { SignArguments } from './sign.ts';
import type { SimulateArguments } from './simulate.ts';
import type { StatusArguments } from './status.ts';
import type { SyncArguments } from './sync.ts';
import type { TestArguments } from './test.ts';
import type { ValidateArguments } from './validate.ts';
import type { VerifyArguments } from './verify.ts';
import type { VerifyBundleArguments } from './verify-bundle.ts';
import type { VersionArguments } from './version.ts';

/** One command line, understood: what to do, as a plain value. */
export type Arguments =
  | ApplyArguments
  | AttestArguments
  | AuditArguments
  | CanArguments
  | CompileArguments
  | DiffArguments
  | EgressArguments
  | ExplainArguments
  | ExportArguments
  | FleetArguments
  | FmtArguments
  | HistoryArguments
  | ImportArguments
  | InspectArguments
  | LintArguments
  | LogsArguments
  | PresetsArguments
  | ProveArguments
  | ReportArguments
  | RollbackArguments
  | RunArguments
  | SchemaArguments
  | SignArguments
  | TestArguments
  | SimulateArguments
  | StatusArguments
  | SyncArguments
  | ValidateArguments
  | VerifyArguments
  | VerifyBundleArguments
  | VersionArguments;
