import { environmentEntryFor } from '../../../ir/process.ts';
import { RESOURCE_NAMES } from '../amounts.ts';
import { counted, listed, say, words } from '../phrase.ts';
import type { Evidence, Statement } from '../statements.ts';
import { heldOn, named } from './held-on.ts';
import { noPrivileges } from './privileges.ts';

const MOST_NAMED = 5;

/** What is stated of files, calls, processes, models and resources. */
export function sandboxStatements(evidence: Evidence): Statement[] {
  return [
    byDefault(evidence),
    filesLimited(evidence),
    filesProtected(evidence),
    callsLimited(evidence),
    noPrivileges(evidence),
    {
      id: 'processes-isolated',
      title: 'It is apart from other processes',
      ...heldOn(
        evidence.targets,
        'process',
        words('it has a list of processes of its own, and sees, signals and traces nothing outside of it'),
      ),
    },
    environmentLimited(evidence),
    modelsLimited(evidence),
    credentialsOutside(evidence),
    resourcesLimited(evidence),
  ];
}

function byDefault({ targets }: Evidence): Statement {
  const open = targets.filter(({ facets }) =>
    facets.some(({ kind }) => kind === 'looser' || kind === 'none'),
  );
  const text = words(
    'what the blueprint does not grant is refused, on every side: files, calls, network, models',
  );
  return {
    id: 'deny-by-default',
    title: 'Nothing is allowed that is not granted',
    state: open.length === 0 ? 'holds' : 'partly',
    text: open.length === 0 ? text : say`${text}; not everywhere: see what is not exact on ${named(open)}`,
  };
}

function filesLimited({ reach: { files }, targets }: Evidence): Statement {
  const count = (use: string) => files.places.filter((place) => place.use === use).length;
  // Private folders and the list of processes are the sandbox's own.
  const own = ['hidden', 'scratch', 'processes'].map(count).reduce((sum, one) => sum + one);
  const shown = files.places.length - own;
  return {
    id: 'files-limited',
    title: 'It sees the files that are listed, and no others',
    ...heldOn(
      targets,
      'filesystem',
      say`${counted(shown, 'path')} of the machine can be seen, ${count('write')} of them changed`,
    ),
  };
}

function filesProtected({ reach: { files }, targets }: Evidence): Statement {
  const guarded = files.places.filter(({ protects, use }) => protects || use === 'hidden');
  const title = 'What it must not change or see is protected where it may write';
  if (guarded.length === 0) {
    const writes = files.places.some(({ use }) => use === 'write');
    return {
      id: 'files-protected',
      title,
      state: writes ? 'fails' : 'holds',
      text: words(
        writes ? 'no path is protected within what it may write' : 'it may write to no file of the machine',
      ),
    };
  }
  const paths = listed(
    guarded.map(({ path }) => path),
    MOST_NAMED,
  );
  return { id: 'files-protected', title, ...heldOn(targets, 'filesystem', say`protected: ${paths}`) };
}

function callsLimited({ reach: { syscalls }, targets }: Evidence): Statement {
  const { free, limited, refused } = syscalls.counts;
  return {
    id: 'system-calls-limited',
    title: 'It uses the system calls that are listed, and no others',
    ...heldOn(
      targets,
      'syscalls',
      say`${free} calls without conditions, ${limited} with certain arguments only; ${refused} known calls and all unknown ones are refused`,
    ),
  };
}

function environmentLimited({ reach: { process }, targets }: Evidence): Statement {
  const passed = process.environment.filter(({ value }) => value === null).map(({ name }) => name);
  return {
    id: 'environment-limited',
    title: 'It sees the variables of the environment that are listed, and no others',
    ...heldOn(
      targets,
      'process',
      passed.length === 0 ? words('none is passed in') : say`passed in: ${listed(passed)}`,
    ),
  };
}

function modelsLimited({ reach: { models }, targets }: Evidence): Statement {
  const title = 'It calls the models that are listed, and no others';
  const { routes } = models;
  if (routes.length === 0) {
    return { id: 'models-limited', title, ...heldOn(targets, 'inference', words('it can call no model')) };
  }
  const any = routes.filter((route) => route.models === 'any').map(({ provider }) => provider);
  if (any.length > 0) {
    return { id: 'models-limited', title, state: 'partly', text: say`every model of ${listed(any)}` };
  }
  const known = routes.flatMap((route) => (route.models === 'any' ? [] : route.models));
  return { id: 'models-limited', title, ...heldOn(targets, 'inference', listed(known)) };
}

function credentialsOutside({ reach: { models }, policy }: Evidence): Statement {
  const title = 'Credentials of model providers stay outside';
  const kept = models.routes.flatMap(({ credentialEnv }) => (credentialEnv === null ? [] : [credentialEnv]));
  // A fixed value is what the blueprint says, and not what the variable holds outside.
  const passed = kept.filter((name) => environmentEntryFor(policy.process, name)?.value === null);
  if (passed.length > 0) {
    const state = passed.length === kept.length ? 'fails' : 'partly';
    return {
      id: 'credentials-outside',
      title,
      state,
      text: say`seen inside as a variable: ${listed(passed)}`,
    };
  }
  return {
    id: 'credentials-outside',
    title,
    state: 'holds',
    text:
      kept.length === 0
        ? words('no model needs one')
        : say`read outside of the sandbox from ${listed(kept)}, and not passed in`,
  };
}

function resourcesLimited({ reach: { resources }, targets }: Evidence): Statement {
  const { limits, unlimited } = resources;
  const title = 'What it can use up is limited';
  if (unlimited.length === 0) {
    return {
      id: 'resources-limited',
      title,
      ...heldOn(targets, 'resources', say`${counted(limits.length, 'limit')}, none left open`),
    };
  }
  const open = unlimited.map((name) => RESOURCE_NAMES[name]).join(', ');
  return {
    id: 'resources-limited',
    title,
    state: limits.length === 0 ? 'fails' : 'partly',
    text: say`${counted(limits.length, 'limit')}; no limit for ${words(open)}`,
  };
}
