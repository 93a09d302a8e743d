import type { Job } from '@drover/protocol/api';
import type { Parameter, PipelineDefinition } from './definition.js';
import { closest, referencesIn } from './references.js';

/** A problem at one place: a JSON pointer into the definition, and a code with facts or the controller's own sentence. */
export type Problem =
  | { readonly path: string; readonly code: ProblemCode; readonly facts?: Readonly<Record<string, string>>; readonly fix?: string }
  /** `message` may lack its subject, which is the field at `path`. */
  | { readonly path: string; readonly message: string };

export type ProblemCode =
  | 'nameNeeded'
  | 'nameRule'
  | 'nameTwice'
  | 'stageNeeded'
  | 'taskNeeded'
  | 'jobNeeded'
  | 'jobUnknown'
  | 'urlNeeded'
  | 'branchNeeded'
  | 'aliasTwice'
  | 'parameterRule'
  | 'predefinedName'
  | 'enumValues'
  | 'enumComma'
  | 'enumDefault'
  | 'valueNeeded'
  | 'unknownReference'
  | 'yamlUnread';

const nameRule = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_ .-]*[\p{L}\p{N}_])?$/u;
const parameterRule = /^(?!(?:__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_]*$/;
const longestName = 64;

export const predefinedNames = ['PROJECT_ID', 'PIPELINE_ID', 'PIPELINE_NUMBER', 'COMMIT_ID', 'TIMESTAMP'] as const;
const aliasSuffixes = ['REPOSITORY_NAME', 'SOURCE_BRANCH', 'TARGET_BRANCH', 'TAG', 'COMMIT_ID'] as const;

/** P9: the predefined names, with those that the aliases of the sources make. */
export const predefinedOf = (definition: PipelineDefinition): readonly string[] => [
  ...predefinedNames,
  ...definition.sources.flatMap(({ alias }) =>
    alias === undefined || alias === '' ? [] : aliasSuffixes.map((suffix) => `${alias}_${suffix}`),
  ),
];

/** Everything that `${name}` may mean in this pipeline. */
export const knownNames = (definition: PipelineDefinition): readonly string[] => [
  ...definition.parameters.map(({ name }) => name),
  ...predefinedOf(definition),
];

/** What can be seen to be wrong before the controller is asked. It checks again, and more. */
export function checkDefinition(definition: PipelineDefinition, jobs: readonly Job['definition'][] | undefined): readonly Problem[] {
  const around: Around = {
    definition,
    jobs: jobs && new Set(jobs.map(({ name }) => name)),
    predefined: new Set(predefinedOf(definition)),
    known: new Set(knownNames(definition)),
    fixOf: createFixes(knownNames(definition)),
    aliases: firstPlaces(definition.sources.map(({ alias }) => alias ?? '')),
    parameters: firstPlaces(definition.parameters.map(({ name }) => name)),
    stages: firstPlaces(definition.stages.map(({ name }) => name)),
  };
  return [
    ...nameProblems(definition.name, '/name'),
    ...definition.sources.flatMap((_, index) => sourceProblems(around, index)),
    ...definition.parameters.flatMap((_, index) => parameterProblems(around, index)),
    ...(definition.stages.length === 0 ? [{ path: '/stages', code: 'stageNeeded' } as const] : []),
    ...definition.stages.flatMap((_, index) => stageProblems(around, index)),
  ];
}

/** What the parts of a definition are compared with, gathered once: a text may hold very many of them. */
interface Around {
  readonly definition: PipelineDefinition;
  readonly jobs: ReadonlySet<string> | undefined;
  readonly predefined: ReadonlySet<string>;
  readonly known: ReadonlySet<string>;
  /** The known name that an unknown one may have meant. */
  readonly fixOf: (name: string) => string | undefined;
  readonly aliases: ReadonlyMap<string, number>;
  readonly parameters: ReadonlyMap<string, number>;
  readonly stages: ReadonlyMap<string, number>;
}

const firstPlaces = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name, index) => [name, index] as const).toReversed());

const problem = (path: string, code: ProblemCode, facts?: Readonly<Record<string, string>>): Problem => ({
  path,
  code,
  ...(facts === undefined ? {} : { facts }),
});

function nameProblems(name: string, path: string): readonly Problem[] {
  if (name === '') return [problem(path, 'nameNeeded')];
  return nameRule.test(name) && name.length <= longestName ? [] : [problem(path, 'nameRule')];
}

function sourceProblems({ definition, aliases }: Around, index: number): readonly Problem[] {
  const source = definition.sources[index];
  if (source === undefined) return [];
  const { url, defaultBranch, alias } = source;
  const at = `/sources/${index}`;
  const twice = alias !== undefined && alias !== '' && aliases.get(alias) !== index;
  return [
    ...(url === '' ? [problem(`${at}/url`, 'urlNeeded')] : []),
    ...(defaultBranch === '' ? [problem(`${at}/defaultBranch`, 'branchNeeded')] : []),
    ...(twice ? [problem(`${at}/alias`, 'aliasTwice')] : []),
  ];
}

function parameterProblems({ definition, predefined, parameters }: Around, index: number): readonly Problem[] {
  const parameter = definition.parameters[index];
  if (parameter === undefined) return [];
  const at = `/parameters/${index}`;
  const { name } = parameter;
  const naming =
    name === ''
      ? 'nameNeeded'
      : !parameterRule.test(name) || name.length > longestName
        ? 'parameterRule'
        : predefined.has(name)
          ? 'predefinedName'
          : parameters.get(name) !== index
            ? 'nameTwice'
            : undefined;
  return [...(naming === undefined ? [] : [problem(`${at}/name`, naming)]), ...valueProblems(parameter, at)];
}

function valueProblems(parameter: Parameter, at: string): readonly Problem[] {
  switch (parameter.type) {
    case 'string':
    case 'secret':
      return [];
    case 'autoIncrement':
      return parameter.value === '' ? [problem(`${at}/value`, 'valueNeeded')] : [];
    case 'enum': {
      if (parameter.values.some((value) => value.includes('，'))) return [problem(`${at}/values`, 'enumComma')];
      const bad =
        parameter.values.length === 0 ||
        parameter.values.some((value) => value.trim() === '') ||
        new Set(parameter.values).size < parameter.values.length;
      if (bad) return [problem(`${at}/values`, 'enumValues')];
      return parameter.values.includes(parameter.value) ? [] : [problem(`${at}/value`, 'enumDefault')];
    }
  }
}

function stageProblems({ definition, jobs, known, fixOf, stages }: Around, index: number): readonly Problem[] {
  const stage = definition.stages[index];
  if (stage === undefined) return [];
  const at = `/stages/${index}`;
  const twice = stages.get(stage.name) !== index;
  return [
    ...nameProblems(stage.name, `${at}/name`),
    ...(twice && stage.name !== '' ? [problem(`${at}/name`, 'nameTwice')] : []),
    ...(stage.tasks.length === 0 ? [problem(`${at}/tasks`, 'taskNeeded')] : []),
    ...stage.tasks.flatMap((task, place) => [
      ...nameProblems(task.name, `${at}/tasks/${place}/name`),
      ...jobProblems(task.job, jobs, `${at}/tasks/${place}/job`),
      ...Object.entries(task.parameters ?? {}).flatMap(([name, value]) =>
        referenceProblems({ known, fixOf }, value, `${at}/tasks/${place}/parameters/${name}`),
      ),
    ]),
  ];
}

function jobProblems(job: string, jobs: ReadonlySet<string> | undefined, path: string): readonly Problem[] {
  if (job === '') return [problem(path, 'jobNeeded')];
  return jobs === undefined || jobs.has(job) ? [] : [problem(path, 'jobUnknown', { job })];
}

/** Unknown names that a fix is searched for: each is compared with every known name. */
const mostFixes = 50;

function createFixes(known: readonly string[]): Around['fixOf'] {
  const fixes = new Map<string, string | undefined>();
  return (name) => {
    if (!fixes.has(name) && fixes.size < mostFixes) fixes.set(name, closest(name, known));
    return fixes.get(name);
  };
}

/** Unknown names of one text that are reported. */
const mostUnknown = 20;

function referenceProblems({ known, fixOf }: Pick<Around, 'known' | 'fixOf'>, text: string, path: string): readonly Problem[] {
  return referencesIn(text)
    .filter((name) => !known.has(name))
    .slice(0, mostUnknown)
    .map((name) => {
      const fix = fixOf(name);
      return { path, code: 'unknownReference', facts: { name }, ...(fix === undefined ? {} : { fix }) };
    });
}
