import type { Reason } from '@drover/protocol';
import type { AttemptExecutor, AttemptSource, AttemptSpec, GitCredentials } from '@drover/protocol/agent';
import type { DefinitionSnapshot, ExecutorChoice, Step } from '@drover/protocol/definition';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';
import { predefinedOf } from '../../domain/attempts/environment.js';
import { findTask } from '../../domain/attempts/queued.js';
import { secretFinder } from '../../domain/attempts/secret-fields.js';
import { filledExecutor, filledSteps, jobValues, type Filled } from '../../domain/attempts/spec-fields.js';
import { isInRegistry } from '../../domain/endpoints/image-registry.js';
import type { Run, RunSourceState } from '../../domain/runs/run.js';
import { endpointOfRun, secretContext, type Credentials, type Definitions, type SecretBox } from '../ports/definitions.js';
import type { SettingsReader } from '../ports/settings.js';
import type { Monotonic } from '../ports/environment.js';
import { Memo } from '../memo.js';

/** Between the polite and the forceful signal of a stop (X3). */
const graceSeconds = 10;
/** For *always* steps after a stop, a kill or a time-out (X3). */
const alwaysStepsLimitSeconds = 300;
/** How long names and settings may be out of date in new attempts. */
const keepNamesMs = 5_000;

export interface SpecPorts {
  readonly definitions: Definitions;
  readonly credentials: Credentials;
  readonly secrets: SecretBox;
  readonly settings: SettingsReader;
  readonly monotonic: Monotonic;
}

/** Puts together what an agent needs for an attempt, or says why it cannot be started as it is written. */
export class SpecBuilder {
  readonly #ports: SpecPorts;
  readonly #names: Memo<string, string>;
  readonly #limits: Memo<'limits', number>;

  constructor(ports: SpecPorts) {
    this.#ports = ports;
    this.#names = new Memo(ports.monotonic, { keepMs: keepNamesMs, largest: 10_000 });
    this.#limits = new Memo(ports.monotonic, { keepMs: keepNamesMs, largest: 1 });
  }

  async build(attempt: AttemptRecord, run: Run, definition: DefinitionSnapshot): Promise<Filled<AttemptSpec>> {
    const found = findTask(definition, attempt.taskKey);
    if (found === undefined)
      return failed({ code: 'definitionInvalid', parameters: { detail: `it has no task ${attempt.taskKey} with a job` } });
    const values = new RunValues(run, this.#ports.secrets);
    const [exposed] = secretFinder((name) => isSecret(run, name))(found);
    if (exposed !== undefined) return failed({ code: 'secretInField', parameters: { field: exposed.field, secret: exposed.secret } });
    const job = jobValues(found, values.of);
    if (!job.ok) return job;
    const environment = { ...values.plain, ...job.value, ...predefinedOf(run) };
    const valueOf = (name: string) => (Object.hasOwn(environment, name) ? environment[name] : values.of(name));
    const steps = filledSteps(found.job.steps, valueOf);
    if (!steps.ok) return steps;
    const executor = await this.#executorOf(found.task.executor ?? found.job.executor, { attempt, definition, valueOf });
    if (!executor.ok) return executor;
    if (values.unreadable !== undefined) return failed({ code: 'secretUnreadable', parameters: { name: values.unreadable } });
    const sources = await this.#sourcesOf(steps.value, run, definition);
    if (!sources.ok) return sources;
    const spec: AttemptSpec = {
      attemptId: attempt._id,
      runId: attempt.runId,
      projectId: attempt.projectId,
      pipelineId: attempt.pipelineId,
      runNumber: attempt.runNumber,
      projectName: await this.#names.get(attempt.projectId, () => this.#ports.definitions.projectName(attempt.projectId)),
      pipelineName: definition.pipeline.name,
      taskKey: attempt.taskKey,
      taskName: found.task.name,
      number: attempt.number,
      sample: attempt.sample,
      steps: steps.value,
      sources: sources.value,
      executor: executor.value,
      environment,
      secrets: [...new Set([...values.secrets, ...credentialSecrets(sources.value, executor.value)])],
      timeoutSeconds: attempt.timeoutSeconds,
      graceSeconds,
      alwaysStepsLimitSeconds,
      logLimitBytes: await this.#limits.get('limits', async () => (await this.#ports.settings.read()).logLimitBytes),
      recovery: attempt.recovery,
    };
    return { ok: true, value: spec };
  }

  async #executorOf(
    choice: ExecutorChoice,
    about: { attempt: AttemptRecord; definition: DefinitionSnapshot; valueOf: (name: string) => string | undefined },
  ): Promise<Filled<AttemptExecutor>> {
    const filled = filledExecutor(choice, about.valueOf);
    if (!filled.ok) return filled;
    const executor = filled.value;
    if (executor.type === 'shell') return { ok: true, value: { type: 'shell' } };
    const { registry: endpoint, pull = 'ifNotPresent', network = 'bridge', ...rest } = executor;
    if (endpoint === undefined) return { ok: true, value: { ...rest, pull, network } };
    const registry = await this.#ports.credentials.registry(endpointOfRun(about.attempt.projectId, about.definition, endpoint));
    if (registry === undefined)
      return failed({
        code: 'definitionInvalid',
        parameters: { detail: `the Docker registry endpoint ${endpoint} is not there, or its credentials cannot be read` },
      });
    if (!isInRegistry(rest.image, registry.address)) {
      const detail = `the image ${rest.image} is not in the registry of the endpoint “${endpoint}”, whose credentials are not sent elsewhere`;
      return failed({ code: 'definitionInvalid', parameters: { detail: detail.slice(0, 1_500) } });
    }
    return { ok: true, value: { ...rest, pull, network, registry } };
  }

  /** E4: only sources that a step checks out, with their credentials. */
  async #sourcesOf(steps: readonly Step[], run: Run, definition: DefinitionSnapshot): Promise<Filled<AttemptSource[]>> {
    const checkouts = steps.filter((step) => step.type === 'checkout');
    const wanted = new Set<RunSourceState>();
    for (const step of checkouts) {
      const source = step.source === undefined ? run.sources[0] : run.sources.find((candidate) => candidate.alias === step.source);
      if (source === undefined)
        return failed({
          code: 'unknownReference',
          parameters: { reference: step.source ?? 'primary source', field: `source of step “${step.name}”` },
        });
      wanted.add(source);
    }
    const result: AttemptSource[] = [];
    for (const source of wanted) {
      const opened = await this.#sourceOf(source, run, definition);
      if (!opened.ok) return opened;
      result.push(opened.value);
    }
    return { ok: true, value: result };
  }

  async #sourceOf(source: RunSourceState, run: Run, definition: DefinitionSnapshot): Promise<Filled<AttemptSource>> {
    const name = source.alias ?? source.url;
    const endpoint = definition.pipeline.sources[source.index]?.endpoint;
    const credentials: GitCredentials | undefined =
      endpoint === undefined
        ? { kind: 'none' }
        : await this.#ports.credentials.git(endpointOfRun(run.projectId, definition, endpoint), source.url);
    if (credentials === undefined)
      return failed({
        code: 'sourceUnreachable',
        parameters: { source: name, detail: `endpoint ${endpoint} is not there, leads elsewhere, or its credentials cannot be read` },
      });
    if (source.commit === undefined) return failed({ code: 'internal', parameters: { detail: `source ${name} has no commit yet` } });
    const { url, ref, commit, alias, index } = source;
    const allowedFolders = [...(await this.#ports.credentials.allowedFolders())];
    return {
      ok: true,
      value: { ...(alias === undefined ? {} : { alias }), primary: index === 0, url, ref, commit, credentials, allowedFolders },
    };
  }
}

const isSecret = ({ parameters }: Run, name: string): boolean => {
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  return parameter !== undefined && !('value' in parameter);
};

/** A run's values by name. J5, P3: a secret is deciphered only for the task that refers to it, and reaches no other. */
class RunValues {
  /** All that is no secret. */
  readonly plain: Readonly<Record<string, string>>;
  /** The secrets that were asked for, in clear. */
  readonly secrets: string[] = [];
  /** A secret that was asked for and can't be read. */
  unreadable: string | undefined;
  readonly #run: Run;
  readonly #box: SecretBox;
  readonly #predefined: Readonly<Record<string, string>>;

  constructor(run: Run, box: SecretBox) {
    this.#run = run;
    this.#box = box;
    this.#predefined = predefinedOf(run);
    this.plain = Object.fromEntries(
      Object.entries(run.parameters).flatMap(([name, parameter]) => ('value' in parameter ? [[name, parameter.value]] : [])),
    );
  }

  readonly of = (name: string): string | undefined => {
    if (Object.hasOwn(this.#predefined, name)) return this.#predefined[name];
    if (Object.hasOwn(this.plain, name)) return this.plain[name];
    const parameter = Object.hasOwn(this.#run.parameters, name) ? this.#run.parameters[name] : undefined;
    if (parameter === undefined || 'value' in parameter) return undefined;
    const plain = this.#box.open(parameter.secret, secretContext.pipelineParameter(this.#run.pipelineId, name));
    if (plain === undefined) this.unreadable = name;
    else if (plain !== '') this.secrets.push(plain);
    return plain ?? '';
  };
}

function credentialSecrets(sources: readonly AttemptSource[], executor: AttemptExecutor): readonly string[] {
  const ofSources = sources.flatMap(({ credentials }) =>
    credentials.kind === 'password' ? [credentials.password] : credentials.kind === 'sshKey' ? [credentials.privateKey] : [],
  );
  const ofRegistry = executor.type === 'docker' && executor.registry !== undefined ? [executor.registry.password] : [];
  return [...ofSources, ...ofRegistry].filter((secret) => secret !== '');
}

const failed = (reason: Reason): { readonly ok: false; readonly reason: Reason } => ({ ok: false, reason });
