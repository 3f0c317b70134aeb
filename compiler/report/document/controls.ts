import type { Statement, StatementId, StatementState } from './statements.ts';

/** What a control of some framework has to do with the document. */
export interface Control {
  /** As the framework numbers it, e.g. `CC6.1`. */
  readonly id: string;
  readonly framework: string;
  readonly title: string;
  /** Statements of the document that are evidence for it. */
  readonly evidence: readonly StatementId[];
  /** What the document does not show of it. */
  readonly doesNotShow: string;
}

/** A file of controls: its name, and the controls in its order. */
export interface ControlMap {
  /** The file, or `controls:default` for the shipped one. */
  readonly source: string;
  readonly name: string;
  readonly description: string | null;
  readonly controls: readonly Control[];
}

/** A control with what the statements say for this blueprint. */
export interface ControlEvidence extends Control {
  /** `holds` when all of its statements hold, `fails` when all of them fail, else `partly`. */
  readonly state: StatementState;
}

export function controlEvidence(control: Control, statements: readonly Statement[]): ControlEvidence {
  const states = control.evidence.map((id) => {
    const statement = statements.find((one) => one.id === id);
    if (statement === undefined) throw new Error(`there is no statement ${id}`);
    return statement.state;
  });
  const [first] = states;
  return {
    ...control,
    state: first !== undefined && states.every((state) => state === first) ? first : 'partly',
  };
}
