import type { CompileArguments } from './compile.ts';
import type { ExplainArguments } from './explain.ts';
import type { FmtArguments } from './fmt.ts';
import type { InspectArguments } from './inspect.ts';
import type { PresetsArguments } from './presets.ts';
import type { ProveArguments } from './prove.ts';
import type { ReportArguments } from './report.ts';
import type { RunArguments } from './run.ts';
import type { SchemaArguments } from './schema.ts';
import type { SimulateArguments } from './simulate.ts';
import type { ValidateArguments } from './validate.ts';
import type { VerifyArguments } from './verify.ts';
import type { VersionArguments } from './version.ts';

/** One command line, understood: what to do, as a plain value. */
export type Arguments =
  | CompileArguments
  | ExplainArguments
  | FmtArguments
  | InspectArguments
  | PresetsArguments
  | ProveArguments
  | ReportArguments
  | RunArguments
  | SchemaArguments
  | SimulateArguments
  | ValidateArguments
  | VerifyArguments
  | VersionArguments;
